import { openOwnFolder } from "@compose-labs/engine/before-start";
import { type Lab, loadProof, type Result } from "@compose-labs/lab";
import { renderTerminal } from "@compose-labs/report";
import { sweepingEngine } from "../engine-connection.ts";
import { grade } from "../grading/grade.ts";
import { inTurn, showProgress } from "../progress.ts";
import { type Case, casesOf, layOut, titleOf } from "../proof/cases.ts";
import { judge } from "../proof/judge.ts";
import { Slots } from "../proof/slots.ts";
import { together } from "../proof/together.ts";
import { screenOf } from "../terminal.ts";
import { allLabs, projectOf } from "./lab-argument.ts";

/** While one grading is watched, the next one has begun; more at once would make each slower to watch. */
const AT_ONCE = 2;

/** Grades a reference, the starter and one mutant of every lab, and shows what a student would see, one by one. */
export async function demo(options: { labs?: string; signal: AbortSignal }): Promise<number> {
  const project = projectOf(options);
  const { signal } = options;
  const engine = sweepingEngine(process.env, signal, project.leasesDirectory);
  await engine();
  const from = performance.now();
  const screen = screenOf(process.stdout, process.env);
  const live = screenOf(process.stderr, process.env);
  const labs = await allLabs(project);
  const cases = (await Promise.all(labs.map(demoCases))).flat();
  await using own = await openOwnFolder("cases");
  const slots = new Slots(AT_ONCE);
  const rows: string[] = [];
  let right = true;
  await together(signal, (either) => {
    const gradings = cases.map(({ lab, entry }) => {
      const verdict = Promise.withResolvers<Result>();
      const progress = inTurn(showProgress((text) => process.stderr.write(text), live, lab.slug));
      const ended = slots.use(async () => {
        either.throwIfAborted();
        await using laid = await layOut(entry, own.path);
        const { folder } = laid;
        const common = { lab, folder, engine, environment: process.env, signal: either, progress };
        await grade({ ...common, onResult: (result) => verdict.resolve(result) });
      });
      ended.catch(verdict.reject);
      verdict.promise.catch(() => undefined); // the error is told once, by `ended`
      return { lab, entry, progress, verdict: verdict.promise, ended };
    });
    const tell = async () => {
      for (const { lab, entry, progress, verdict } of gradings) {
        const title = `${lab.slug}: ${titleOf(entry)}`;
        process.stdout.write(`\n${"=".repeat(80)}\n${title}\n${"=".repeat(80)}\n`);
        progress.begin();
        const result = await verdict;
        progress.end();
        either.throwIfAborted();
        process.stdout.write(renderTerminal(result, { ...screen, hints: 1 }));
        const { ok, problem } = judge(entry, result, 0);
        rows.push(rowOf(title, result, problem));
        right &&= ok;
      }
    };
    return [tell(), ...gradings.map(({ ended }) => ended)];
  });
  const seconds = ((performance.now() - from) / 1000).toFixed(0);
  process.stdout.write(
    `\n${"=".repeat(80)}\nThe demo in one table\n\n${rows.join("")}\n${rows.length} gradings in ${seconds} s.\n\n`,
  );
  process.stdout.write(
    "What to run next:\n" +
      "  npm run grader list                   the labs\n" +
      "  npm run grader start 07               begin one, in submissions/07-bridge-networks\n" +
      "  npm run grader check 07               grade it\n" +
      "  npm run verify -- 07                  prove that the lab's own checks are right\n" +
      "  npm test                              every test, and the proof of every lab\n",
  );
  return right ? 0 : 1;
}

/** Right, begun, and wrong in one way. */
async function demoCases(lab: Lab): Promise<{ lab: Lab; entry: Case }[]> {
  const cases = casesOf(lab, await loadProof(lab));
  const mutant = cases.find((entry) => entry.kind === "mutant" && entry.refused === undefined);
  return [
    ...cases.filter((entry) => entry.kind === "reference" || entry.kind === "starter"),
    ...(mutant ? [mutant] : []),
  ].map((entry) => ({ lab, entry }));
}

function rowOf(title: string, result: Result, problem: string | undefined): string {
  const score = result.score === null ? result.verdict : `${result.score} of ${result.maxScore}`;
  const note = problem === undefined ? "as expected" : `NOT AS EXPECTED: ${problem}`;
  return `  ${title.padEnd(52)} ${score.padStart(10)}  ${note}\n`;
}
