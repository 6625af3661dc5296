import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { RESULT_SCHEMA, type Result } from "@compose-labs/lab";
import type { Bench, Figure } from "./figure.ts";
import { expectExit, runTimed } from "./process.ts";

const STUDENTS = 200;
const LABS = ["dockerfile-basics", "process-lifecycle", "volumes", "bridge-networks", "compose-stack"];

/** A thousand results made into each form of a gradebook, by the command from its start to its end. */
export const gradebookBench: Bench = {
  name: "gradebook",
  run: async ({ grader, temporary, runs, signal }): Promise<Figure[]> => {
    const folder = join(temporary, "gradebook");
    const roster = ["id,github,name"];
    for (let student = 0; student < STUDENTS; student += 1) {
      const own = join(folder, "results", `student-${student}`);
      await mkdir(own, { recursive: true });
      roster.push(`${1000 + student},student-${student},Student ${student}`);
      for (const [index, id] of LABS.entries()) {
        await writeFile(join(own, `${id}.json`), JSON.stringify(makeResult(id, student + index)));
      }
    }
    await writeFile(join(folder, "roster.csv"), roster.join("\n"));
    const figures: Figure[] = [];
    for (const form of ["canvas", "moodle", "csv", "html"]) {
      const words = ["gradebook", join(folder, "results"), "--roster", join(folder, "roster.csv"), "--as", form];
      const output = ["--output", join(folder, `out.${form}`)];
      const ours: number[] = [];
      for (let run = 0; run < runs; run += 1) {
        const timing = await runTimed(process.execPath, [grader, ...words, ...output], { signal });
        ours.push(expectExit(timing, [0], `grader gradebook --as ${form}`).ms);
      }
      figures.push({ name: `gradebook of 1,000 results, ${form}`, ours, target: { ms: 3_000 } });
    }
    return figures;
  },
};

/** As large as the result of a lab with ten checks of which some failed: about 14 KB. */
function makeResult(id: string, seed: number): Result {
  const checks = Array.from({ length: 10 }, (_, index): Result["checks"][number] => {
    const passed = (seed * 7 + index * 3) % 5 !== 0;
    return {
      id: `check-${index}`,
      title: `The behaviour ${index} holds`,
      points: 10,
      earned: passed ? 10 : 0,
      outcome: passed ? "passed" : "failed",
      attempts: [{ outcome: passed ? "passed" : "failed", ms: 900 }],
      ms: 900,
      hints: ["Look at the networks.", "Which of them are internal?"],
      ...(passed ? {} : { diagnosis: makeDiagnosis(index) }),
    };
  });
  return {
    schema: RESULT_SCHEMA,
    lab: { id, title: id, version: "1.0.0", digest: "ab".repeat(32) },
    submission: { digest: "cd".repeat(32) },
    verdict: "graded",
    partial: false,
    score: checks.reduce((sum, { earned }) => sum + earned, 0),
    maxScore: 100,
    checks,
    findings: [],
    environment: { grader: "0.1.0", node: process.version, standIns: [] },
    logs: ["proxy", "api", "db"].map((service) => ({ service, text: "a line as servers write it\n".repeat(40) })),
    seed: "5eed",
    startedAt: "2026-11-01T10:00:00.000Z",
    timings: { total: 6_000 },
  };
}

function makeDiagnosis(index: number): NonNullable<Result["checks"][number]["diagnosis"]> {
  return {
    code: `CODE_${index}`,
    found: "a connection that was accepted",
    expected: "no connection",
    place: { file: "compose.yaml", line: 24, column: 5 },
    source: { firstLine: 22, lines: ["  db:", "    image: redis:8.0", "    networks: [front, back]"] },
    log: "a line as servers write it\n".repeat(20),
    transcript: Array.from({ length: 5 }, () => ({
      call: "proxy.canReach db:6379",
      answer: "connected",
      ms: 12,
      ok: true,
    })),
  };
}
