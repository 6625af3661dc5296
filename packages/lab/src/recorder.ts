import type { TranscriptCall } from "./result.ts";

/** Whether one service, or `host` for the machine outside, got to another one. */
export interface Reach {
  from: string;
  to: string;
  /** The port of the container; absent where none was to be asked. */
  port?: number;
  reached: boolean;
}

/** One check's ear: handles tell it every call, and let it stop the check's clock while they wait for a phase. */
export interface Recorder {
  record(call: TranscriptCall): void;
  /** What a call showed of who reaches whom, wanted or not; the transcript says it in words. */
  recordReach(reach: Reach): void;
  /** Awaits a phase of the run (build, start) without counting the time against the check. */
  waiting<T>(phase: Promise<T>): Promise<T>;
  /** Aborted when the check's time is over or the run ends. */
  signal: AbortSignal;
}
