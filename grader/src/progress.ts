import type { CheckRecord } from "./grading/check-run.ts";
import type { Progress } from "./grading/phases.ts";
import type { Screen } from "./terminal.ts";

const NAMES: Record<string, string> = {
  copy: "Reading the submission",
  connect: "Connecting to the engine",
  start: "Building and starting the stack",
  checks: "Trying the stack",
};

/** Progress of one grading on stderr: one rewritten line on a terminal, nothing into a pipe. */
export function showProgress(write: (text: string) => void, screen: Screen, title: string): Progress & { end(): void } {
  if (!screen.live) return { phase: () => {}, checkDone: () => {}, end: () => {} };
  const done = { passed: 0, other: 0 };
  let phase = "";
  const draw = () => {
    const counts = done.passed + done.other === 0 ? "" : `, ${done.passed} passed, ${done.other} not`;
    write(`\r\u001b[2K${`${title}: ${phase}${counts}`.slice(0, screen.width - 1)}`);
  };
  return {
    phase(name) {
      phase = NAMES[name] ?? name;
      draw();
    },
    checkDone(record: CheckRecord) {
      if (record.outcome === "passed") done.passed++;
      else done.other++;
      draw();
    },
    end: () => write("\r\u001b[2K"),
  };
}

/** A progress that is shown from `begin` on; what came before is caught up with then. */
export function inTurn(shown: Progress & { end(): void }): Progress & { begin(): void; end(): void } {
  let began = false;
  const before: (() => void)[] = [];
  const tell = (what: () => void) => {
    if (began) what();
    else before.push(what);
  };
  return {
    phase: (name) => tell(() => shown.phase(name)),
    checkDone: (record) => tell(() => shown.checkDone(record)),
    begin() {
      began = true;
      for (const what of before) what();
    },
    end: shown.end,
  };
}
