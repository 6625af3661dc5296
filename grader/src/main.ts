import { LabError } from "@compose-labs/lab/errors";
import { CommanderError } from "commander";
import { createProgram } from "./cli.ts";
import { endEarly } from "./early-parser.ts";
import { errorText } from "./error-text.ts";

/** The exit code of what is nobody's fault but the grader's or the machine's. */
const FAULT = 3;

/** The one place that decides the exit code. */
async function main(): Promise<number> {
  const interruption = new AbortController();
  for (const name of ["SIGINT", "SIGTERM", "SIGHUP"] as const) {
    process.on(name, () => {
      // The second signal means "now": what is left is the watcher's to remove.
      if (interruption.signal.aborted) process.exit(FAULT);
      interruption.abort(
        new LabError("fault", "INTERRUPTED", `the run was interrupted by ${name}`, {
          hint: "Run it again; nothing was left behind and no points are lost.",
        }),
      );
    });
  }
  // An error that nobody waits for: of the grader, or a promise that a lab's check let go. Never the student's.
  process.on("uncaughtException", (error) => {
    process.stderr.write(errorText(error));
    if (process.exitCode === FAULT) process.exit();
    process.exitCode = FAULT;
    interruption.abort(
      new LabError("fault", "GRADER_ERROR", `the grader stopped with ${error.name}: ${error.message}`, {
        hint: "This is not your mistake. Please report it with the result document (`--json`).",
        cause: error,
      }),
    );
  });
  let exitCode = 0;
  const program = createProgram({ signal: interruption.signal, exit: (code) => (exitCode = code) });
  try {
    await program.parseAsync(process.argv);
    return exitCode;
  } catch (thrown) {
    if (thrown instanceof CommanderError) return thrown.exitCode === 0 ? 0 : 2;
    process.stderr.write(errorText(thrown));
    return thrown instanceof LabError && thrown.kind === "usage" ? 2 : FAULT;
  }
}

// A reader that went away (`grader list | head -1`) is no error.
process.stdout.on("error", (error: NodeJS.ErrnoException) => {
  if (error.code !== "EPIPE") throw error;
});
const exitCode = await main();
await endEarly();
process.exitCode ??= exitCode;
// A connection that somebody forgot must not keep a command from ending once all is said and cleared.
setTimeout(() => process.exit(), 5_000).unref();
