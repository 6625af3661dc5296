import { loadRubric } from "@compose-labs/lab";
import { allLabs, projectOf } from "./lab-argument.ts";

export async function list(options: { labs?: string; json?: boolean }): Promise<number> {
  const labs = await allLabs(projectOf(options));
  const rows = await Promise.all(
    labs.map(async (lab) => {
      const { checks } = await loadRubric(lab);
      const points = checks.reduce((total, check) => total + check.points, 0);
      const { id, title, summary, minutes, concepts, prerequisites } = lab.manifest;
      return { slug: lab.slug, id, title, summary, points, checks: checks.length, minutes, concepts, prerequisites };
    }),
  );
  if (options.json) {
    process.stdout.write(`${JSON.stringify(rows, null, 2)}\n`);
    return 0;
  }
  const lines = rows.map(
    (row) =>
      `${row.slug}\n  ${row.title} (${row.points} points, ${row.checks} checks, about ${row.minutes} min)\n  ${row.summary}\n`,
  );
  process.stdout.write(`${lines.join("\n")}\nBegin one with: grader start <lab>\n`);
  return 0;
}
