import { randomBytes } from "node:crypto";
import type { Recorder, StackHandle, StackVariant } from "@compose-labs/lab";
import type { RunContext } from "../run-context.ts";
import { takesSubnets, vary } from "../stack/vary.ts";
import { freeSubnets, readStarts } from "../stack/vary-facts.ts";
import { askQuestion } from "./asking.ts";

/** Starts a changed copy of the stack; its handle is made by `makeHandle`, so that variants can do all that stacks can. */
export async function startVariant(
  run: RunContext,
  recorder: Recorder,
  change: StackVariant,
  makeHandle: (context: RunContext, recorder: Recorder) => StackHandle,
): Promise<StackHandle & AsyncDisposable> {
  const variant = await askQuestion(recorder, {
    call: `stack.variant (${change.title})`,
    after: () => run.built(),
    ask: async () => {
      const [starts, subnet] = await Promise.all([
        readStarts(run, Object.keys(change.delay ?? {})),
        takesSubnets(run.runModel, change) ? freeSubnets(run) : () => "",
      ]);
      const model = vary(run.runModel, change, randomBytes(6).toString("hex"), starts, subnet);
      return run.openVariant(model, change.only);
    },
    answer: () => "started",
  });
  // Who reaches whom in a changed copy says nothing of the student's own stack.
  const ofVariant: Recorder = {
    record: (call) => recorder.record(call),
    recordReach: () => undefined,
    waiting: (phase) => recorder.waiting(phase),
    signal: recorder.signal,
  };
  return Object.assign(makeHandle(variant.context, ofVariant), {
    [Symbol.asyncDispose]: () => variant[Symbol.asyncDispose](),
  });
}
