import { CheckFailure } from "@compose-labs/lab";
import type { Subject } from "./running.ts";

/** A control that fails is the student's doing when it is a check failure; it never lets a negative check pass. */
export async function tryControl<T>(ask: () => Promise<T>, control: Subject, what: string): Promise<T> {
  try {
    return await ask();
  } catch (error) {
    if (!(error instanceof CheckFailure)) throw error;
    const { failure } = error;
    throw new CheckFailure({
      ...failure,
      code: "CONTROL_UNREACHABLE",
      found: `\`${control.service}\`, which should be able to ${what}, cannot: ${failure.found}`,
      expected: `\`${control.service}\` can ${what}; only then does it mean something that another one cannot`,
    });
  }
}
