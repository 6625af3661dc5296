import type { TranscriptCall } from "./result.ts";

/** One check's ear: handles tell it every call, and let it stop the check's clock while they wait for a phase. */
export interface Recorder {
  record(call: TranscriptCall): void;
  /** Awaits a phase of the run (build, start) without counting the time against the check. */
  waiting<T>(phase: Promise<T>): Promise<T>;
  /** Aborted when the check's time is over or the run ends. */
  signal: AbortSignal;
}
