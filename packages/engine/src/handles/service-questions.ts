import type { Reach, Recorder, ServiceHandle } from "@compose-labs/lab";
import { nameHitBounds } from "../bounds/hit-bounds.ts";
import type { RunContext } from "../run-context.ts";
import { askQuestion, type Question } from "./asking.ts";
import { nameSubject, type Subject } from "./running.ts";

/** How the methods of one service's handle ask: each waits for what it needs, and tells the recorder. */
export interface ServiceQuestions {
  run: RunContext;
  subject: Subject;
  /** The subject as the transcript names it. */
  label: string;
  /** Tells the recorder who reached whom. */
  tellReach(reach: Reach): void;
  /** Asks once the service and the others named have settled; fails with why one has not. */
  whenReady<T>(question: Question<T>, others?: Subject[]): Promise<T>;
  /** Asks once it is decided whether the service settles, whichever way. */
  inspecting<T>(what: string, reproduce: string, read: Question<T>["ask"], answer: (value: T) => string): Promise<T>;
  /** Changes the service once it has settled. */
  disturbing(what: string, work: (signal: AbortSignal) => Promise<void>, reproduce: string): Promise<void>;
}

export function makeQuestions(run: RunContext, recorder: Recorder, subject: Subject): ServiceQuestions {
  const label = nameSubject(subject);
  const whenReady: ServiceQuestions["whenReady"] = (question, others = []) =>
    askQuestion(recorder, {
      ...question,
      ask: async (signal) => {
        try {
          return await question.ask(signal);
        } catch (error) {
          throw await nameHitBounds(run, subject.service, error);
        }
      },
      after: () => Promise.all([subject, ...others].map(({ service }) => run.ready(service))),
    });
  return {
    run,
    subject,
    label,
    tellReach: (reach) => recorder.recordReach(reach),
    whenReady,
    inspecting: (what, reproduce, ask, answer) => {
      const after = () => run.ready(subject.service).catch(() => undefined);
      return askQuestion(recorder, { call: `${label}.${what}`, reproduce, ask, answer, after });
    },
    disturbing: (what, ask, reproduce) => whenReady({ call: `${label}.${what}`, reproduce, ask, answer: () => "done" }),
  };
}

const NUMBER = Symbol("replica");

/** Notes on a handle which replica it is of. */
export function markReplica(handle: ServiceHandle, replica: number | undefined): ServiceHandle {
  return replica === undefined ? handle : Object.assign(handle, { [NUMBER]: replica });
}

/** A handle's subject. */
export function subjectOf(handle: ServiceHandle): Subject {
  return { service: handle.name, replica: (handle as { [NUMBER]?: number })[NUMBER] };
}
