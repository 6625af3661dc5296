import { foundText } from "../wording.ts";
import type { Entry, Gradebook } from "./gradebook.ts";

export interface LabStatistics {
  slug: string;
  title: string;
  points: number;
  marked: number;
  missing: number;
  /** Handed in, and neither marked nor missing: faults, parts, and what came after the closing. */
  open: number;
  late: number;
  /** Points; undefined without a mark. */
  median: number | undefined;
  mean: number | undefined;
  /** Students by tenths of the points: below 10 %, …, 90 % and more. */
  tenths: number[];
  /** The hardest first: checks by how many of those who tried passed them. */
  checks: { id: string; title: string; tried: number; passed: number }[];
  /** The commonest first, with how many students had it and an example of what was found. */
  diagnoses: { code: string; students: number; found: string }[];
}

/** What a class did in each lab, by the attempts that count. */
export function summariseClass({ labs, rows }: Gradebook): LabStatistics[] {
  return labs.map(({ slug, title, points }, index) => {
    const entries = rows.flatMap(({ entries: all }) => all[index] ?? []);
    const counted = entries.flatMap((entry) => (entry.kind === "marked" ? [entry.counted] : []));
    const reached = counted.map((each) => each.points).toSorted((a, b) => a - b);
    const tenths = Array.from({ length: 10 }, () => 0);
    for (const value of reached) {
      const tenth = points === 0 ? 9 : Math.min(9, Math.floor((value / points) * 10));
      tenths[tenth] = (tenths[tenth] ?? 0) + 1;
    }
    const of = (kind: Entry["kind"]) => entries.filter((entry) => entry.kind === kind).length;
    return {
      slug,
      title,
      points,
      marked: counted.length,
      missing: of("missing"),
      open: of("no-mark") + of("closed"),
      late: counted.filter(({ lateness }) => lateness.days > 0).length,
      median: medianOf(reached),
      mean: reached.length === 0 ? undefined : reached.reduce((sum, value) => sum + value, 0) / reached.length,
      tenths,
      ...summariseChecks(counted.map(({ attempt }) => attempt.result)),
    };
  });
}

function medianOf(sorted: number[]): number | undefined {
  const low = sorted[Math.ceil(sorted.length / 2) - 1];
  const high = sorted[Math.floor(sorted.length / 2)];
  return low === undefined || high === undefined ? undefined : (low + high) / 2;
}

type Results = Extract<Entry, { kind: "marked" }>["counted"]["attempt"]["result"][];

function summariseChecks(results: Results): Pick<LabStatistics, "checks" | "diagnoses"> {
  const checks = new Map<string, LabStatistics["checks"][number]>();
  const diagnoses = new Map<string, LabStatistics["diagnoses"][number]>();
  for (const result of results) {
    const own = new Set<string>();
    for (const check of result.checks) {
      const { id, title, outcome, diagnosis } = check;
      if (outcome === "passed" || outcome === "failed" || outcome === "blocked") {
        const known = checks.get(id) ?? { id, title, tried: 0, passed: 0 };
        checks.set(id, { ...known, tried: known.tried + 1, passed: known.passed + (outcome === "passed" ? 1 : 0) });
      }
      if (outcome === "failed" && diagnosis !== undefined && !own.has(diagnosis.code)) {
        own.add(diagnosis.code);
        const known = diagnoses.get(diagnosis.code) ?? { code: diagnosis.code, students: 0, found: foundText(check) };
        diagnoses.set(diagnosis.code, { ...known, students: known.students + 1 });
      }
    }
    for (const code of new Set(
      result.findings.filter(({ severity }) => severity === "refuse").map((each) => each.code),
    )) {
      const found = result.findings.find((each) => each.code === code)?.message ?? code;
      const known = diagnoses.get(code) ?? { code, students: 0, found };
      diagnoses.set(code, { ...known, students: known.students + 1 });
    }
  }
  return {
    checks: [...checks.values()].toSorted(
      (a, b) => a.passed / a.tried - b.passed / b.tried || b.tried - a.tried || (a.id < b.id ? -1 : 1),
    ),
    diagnoses: [...diagnoses.values()].toSorted((a, b) => b.students - a.students || (a.code < b.code ? -1 : 1)),
  };
}
