import { LabError } from "@compose-labs/lab/errors";
import { CommanderError } from "commander";
import { createProgram } from "./cli.ts";
import { errorText } from "./error-text.ts";

/** The one place that decides the exit code. */
async function main(): Promise<number> {
  const interruption = new AbortController();
  for (const name of ["SIGINT", "SIGTERM", "SIGHUP"] as const) {
    process.on(name, () => {
      // The second signal means "now": what is left is the watcher's to remove.
      if (interruption.signal.aborted) process.exit(3);
      interruption.abort(
        new LabError("fault", "INTERRUPTED", `the run was interrupted by ${name}`, {
          hint: "Run it again; nothing was left behind and no points are lost.",
        }),
      );
    });
  }
  let exitCode = 0;
  const program = createProgram({ signal: interruption.signal, exit: (code) => (exitCode = code) });
  try {
    await program.parseAsync(process.argv);
    return exitCode;
  } catch (thrown) {
    if (thrown instanceof CommanderError) return thrown.exitCode === 0 ? 0 : 2;
    process.stderr.write(errorText(thrown));
    return thrown instanceof LabError && thrown.kind === "usage" ? 2 : 3;
  }
}

// A reader that went away (`grader list | head -1`) is no error.
process.stdout.on("error", (error: NodeJS.ErrnoException) => {
  if (error.code !== "EPIPE") throw error;
});
process.exitCode = await main();
