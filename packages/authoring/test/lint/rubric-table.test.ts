import { expect, it } from "vitest";
import { fixRubric } from "../../src/lint/index.ts";

const check = (id: string, title: string, points: number) => ({ id, title, points });
const CHECKS = [check("one", "It starts", 40), check("two", "Either | or", 60)];
const TABLE =
  "| Check | What must be true | Points |\n|---|---|---|\n| `one` | It starts | 40 |\n| `two` | Either \\| or | 60 |\n";

it("writes the rubric in the place of the old one, whatever its columns", () => {
  const old =
    "# Task\n\n| check | points | | check | points |\n|---|---|---|---|---|\n| `one` | 5 | | `old` | 5 |\n\nThe end.\n";
  expect(fixRubric(old, CHECKS)).toBe(`# Task\n\n${TABLE}\nThe end.\n`);
});

it("puts it at the end where there is none", () => {
  expect(fixRubric("# Task\n\n| Other | table |\n|---|---|\n", CHECKS)).toBe(
    `# Task\n\n| Other | table |\n|---|---|\n\n## Rubric\n\n${TABLE}`,
  );
});

it("changes nothing where only the layout differs", () => {
  const padded =
    "| Check   | What must be true | Points |\n|:--|:--|--:|\n| `one`   | It starts | 40 |\n| `two` | Either \\| or | 60 |\n";
  expect(fixRubric(padded, CHECKS)).toBe(padded);
});

it("tells nothing of a check that is hidden", () => {
  const all = [...CHECKS, { ...check("secret", "Nobody knows", 10), hidden: true }];
  expect(fixRubric("# Task\n", all)).toBe(`# Task\n\n## Rubric\n\n${TABLE}`);
});
