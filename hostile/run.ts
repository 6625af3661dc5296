// npm run hostile -- [FOLDER [CASES.json]] [--only NAME...] [--jobs N] [--json] [--report-file FILE]
// Grades hostile, broken and harmless submissions by the real command line and holds what becomes of each against what
// must. Ends with 0 when all are as expected, 1 when one differs, 2 for wrong arguments, 3 when this machine cannot grade.
import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { availableParallelism, loadavg, tmpdir } from "node:os";
import { join } from "node:path";
import { faultError, LabError } from "@compose-labs/lab";
import type { HostileCase } from "./cases-file.ts";
import { connectEngine, type EngineApi } from "./engine.ts";
import { followEvents } from "./engine-events.ts";
import { readHarness } from "./harness.ts";
import { judge } from "./judge.ts";
import { type Options, readOptions } from "./options.ts";
import { type CaseContext, runCase } from "./run-case.ts";
import { headOf, type Row, renderRow, renderSummary } from "./table.ts";

process.exitCode = await main();

async function main(): Promise<number> {
  const stop = new AbortController();
  for (const signal of ["SIGINT", "SIGTERM"] as const) {
    process.once(signal, () => stop.abort(faultError("INTERRUPTED", `stopped by ${signal}`)));
  }
  try {
    const options = await readOptions(process.argv.slice(2), import.meta.dirname);
    return (await runAll(options, stop.signal)).every(({ ok }) => ok) ? 0 : 1;
  } catch (error) {
    if (!(error instanceof LabError)) throw error;
    process.stderr.write(`hostile: ${error.message}\n${error.hint === undefined ? "" : `${error.hint}\n`}`);
    return error.kind === "usage" ? 2 : 3;
  }
}

async function runAll(options: Options, signal: AbortSignal): Promise<Row[]> {
  const engine = await connectEngine(process.env);
  using events = await followEvents(engine);
  const temporary = await mkdtemp(join(tmpdir(), "hostile-"));
  const from = performance.now();
  const names = options.cases.map(({ name }) => name);
  const rows: Row[] = [];
  const waiting = [...options.cases.entries()];
  if (!options.json) process.stdout.write(`${headOf(names)}\n`);
  const work = async (): Promise<void> => {
    for (let next = waiting.shift(); next !== undefined; next = waiting.shift()) {
      const [index, entry] = next;
      const own = join(temporary, String(index));
      await mkdir(own);
      const context = { folder: options.folder, temporary: own, engine, events, signal };
      const row = await gradeCase(entry, context, options.jobs).catch((error) => {
        waiting.length = 0;
        return asLost(error, engine, entry);
      });
      if (row.got === "fault" && !(await engine.isThere())) throw lost(entry);
      rows.push(row);
      if (!options.json) process.stdout.write(`${renderRow(row, names)}\n`);
    }
  };
  try {
    // The others end their own case before the folder that they work in goes away.
    const ended = await Promise.allSettled(Array.from({ length: options.jobs }, work));
    const failed = ended.find((one) => one.status === "rejected");
    if (failed !== undefined) throw failed.reason;
  } finally {
    await rm(temporary, { recursive: true, force: true });
  }
  const seconds = (performance.now() - from) / 1000;
  const document = `${JSON.stringify({ seconds, cases: rows }, null, 2)}\n`;
  process.stdout.write(options.json ? document : `\n${renderSummary(rows, seconds)}\n`);
  if (options.reportFile !== undefined) await writeFile(options.reportFile, document);
  return rows;
}

function lost({ name }: HostileCase): LabError {
  return faultError("ENGINE_LOST", `the engine stopped answering during ${name}, so nothing more can be graded`, {
    hint: "Look at the engine's own log, start it again, and grade the rest with --only.",
  });
}

/** Whatever goes wrong where the engine is gone is the engine's. */
async function asLost(error: unknown, engine: EngineApi, entry: HostileCase): Promise<never> {
  if (error instanceof LabError || (await engine.isThere())) throw error;
  throw lost(entry);
}

async function gradeCase(entry: HostileCase, context: CaseContext, jobs: number): Promise<Row> {
  const seen = await runCase(entry, context);
  // Where there is more to do than there are cores, a case waits for its turn.
  const share = Math.max(jobs, (loadavg()[0] ?? 0) / availableParallelism());
  const { got, code, place, problems } = judge(entry, seen, share);
  const { name, expect, rule, at } = entry;
  return {
    ...{ name, expect, rule, at, got, code, place, seconds: seen.seconds, leftovers: seen.leftovers, problems },
    notSetUp: readHarness(entry.harness).unknown,
    ok: problems.length === 0,
  };
}
