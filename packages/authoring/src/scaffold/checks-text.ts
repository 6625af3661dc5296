/** One check of a new lab; the task's rubric and checks.ts are both written from it. */
export interface NewCheck {
  id: string;
  title: string;
  points: number;
  /** Ids of checks before it. */
  needs: string[];
  at: string;
  hints: [string, string, string];
  /** The arrow function, indented as it stands in the file. */
  body: string;
}

const nameOf = (id: string) => id.replace(/-(.)/g, (_, letter: string) => letter.toUpperCase());

/** Shares 100 points out: `least` to the first check, the rest evenly to the others, in fives as far as they go. */
export function sharePoints(count: number, least: number): number[] {
  const each = Math.floor((100 - least) / (count - 1) / 5) * 5;
  return [100 - each * (count - 1), ...Array.from({ length: count - 1 }, () => each)];
}

/** The text of a checks.ts, as Biome formats it. */
export function writeChecks(checks: readonly NewCheck[], names: string): string {
  const needed = new Set(checks.flatMap(({ needs }) => needs));
  const written = checks.map(({ id, title, points, needs, at, hints, body }) => {
    const needing = needs.length === 0 ? "" : `\n      needs: [${needs.map(nameOf).join(", ")}],`;
    const lines = hints.map((hint) => `        ${JSON.stringify(hint)},`).join("\n");
    return `  ${needed.has(id) ? `const ${nameOf(id)} = ` : ""}check(
    ${JSON.stringify(id)},
    {
      title: ${JSON.stringify(title)},
      points: ${points},${needing}
      at: ${JSON.stringify(at)},
      hints: [
${lines}
      ],
    },
${body},
  );
`;
  });
  return `import { ${names} } from "@compose-labs/lab";

export default defineChecks(({ check }) => {
${written.join("\n")}});
`;
}
