import { CheckFailure, type Recorder } from "@compose-labs/lab";
import { asFault } from "../faults.ts";

export interface Question<T> {
  /** What is asked of whom: `proxy.http GET /value`. */
  call: string;
  /** A line the student can type in their own folder. */
  reproduce?: string | undefined;
  /** What must be over first; that time is not the check's. */
  after?: (() => Promise<unknown>) | undefined;
  ask(signal: AbortSignal): Promise<T>;
  /** The answer as the transcript shows it. */
  answer(value: T): string;
}

const ANSWER_CAP = 240;

/** Waits for the phase, asks, and tells the recorder what was asked and what came back, however it ended. */
export async function askQuestion<T>(recorder: Recorder, question: Question<T>): Promise<T> {
  let started = performance.now();
  const record = (answer: string, ok: boolean) =>
    recorder.record({
      call: question.call,
      answer: shorten(answer),
      ms: Math.round(performance.now() - started),
      ok,
      ...(question.reproduce === undefined ? {} : { reproduce: question.reproduce }),
    });
  try {
    recorder.signal.throwIfAborted();
    if (question.after !== undefined) await recorder.waiting(question.after());
    started = performance.now();
    const value = await orAbort(question.ask(recorder.signal), recorder.signal);
    record(question.answer(value), true);
    return value;
  } catch (error) {
    const told = asFault(error, question.call);
    record(told instanceof CheckFailure ? `${told.failure.code}: ${told.failure.found}` : told.message, false);
    throw told;
  }
}

/** The work's own end, or the signal's reason when that comes first. */
function orAbort<T>(work: Promise<T>, signal: AbortSignal): Promise<T> {
  return new Promise((resolve, reject) => {
    const abort = () => reject(signal.reason as Error);
    if (signal.aborted) abort();
    signal.addEventListener("abort", abort, { once: true });
    work.then(resolve, reject).finally(() => signal.removeEventListener("abort", abort));
  });
}

/** One line, control characters made visible. */
function shorten(text: string, cap = ANSWER_CAP): string {
  const line = text
    .trim()
    .replace(/\s*\n\s*/g, " ⏎ ")
    .replace(/\p{Cc}/gu, "·");
  return line.length <= cap ? line : `${line.slice(0, cap - 1)}…`;
}
