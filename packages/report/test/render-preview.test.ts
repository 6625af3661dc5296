import { expect, it } from "vitest";
import { renderCheckPreview, renderPreview } from "../src/index.ts";

const TASK = `# A **small** lab

**Goal.** One paragraph that is
written on two lines, with a [link](https://example.com) in it.

\`\`\`
code   stays
\`\`\`

1. The first demand is longer than one line of so narrow a page, and hangs.
   It goes on here. (\`one\`)
2. Second.
- A bullet

## Rubric

| Check | What must be true | Points |
|---|---|---|
| \`one\` | A sentence that is too long for its column: it wraps, and nothing is cut off | 60 |
| \`two\` | A \\| B | 40 |
`;

it("lays the task out as plain text with the files that a student gets", () => {
  const text = renderPreview(
    {
      task: TASK,
      starter: [
        { path: "app.py", isGiven: true },
        { path: "compose.yaml", isGiven: false },
      ],
      handedIn: ["compose.yaml", "site/**"],
    },
    { width: 50 },
  );
  expect(text).toMatchInlineSnapshot(`
    "A small lab
    ===========

    Goal. One paragraph that is written on two lines,
    with a link (https://example.com) in it.

        code   stays

    1. The first demand is longer than one line of so
       narrow a page, and hangs. It goes on here.
       (\`one\`)
    2. Second.
    - A bullet

    Rubric
    ------

    Check  What must be true                  Points
    \`one\`  A sentence that is too long for    60
           its column: it wraps, and nothing
           is cut off
    \`two\`  A | B                              40

    Files to begin with
    -------------------
      app.py  (given: used as it is)
      compose.yaml

    Handed in: compose.yaml, site/**
    "
  `);
});

it("shows one failure with as many hints as asked for, and says what only a run can tell", () => {
  const check = {
    id: "db-hidden",
    title: "The proxy cannot reach the database",
    points: 15,
    hints: ["Which networks does `db` join?", "One that both share.", "Take it away."],
    needs: [],
    at: "services.db.networks",
  };
  expect(renderCheckPreview(check, { width: 60, hints: 2, unicode: false })).toMatchInlineSnapshot(`
    "-- FAILED  db-hidden ------------------------ 0 of 15 points
    The proxy cannot reach the database

      found     what the run observes, with the place in the
                student's file and the command that shows it
      at        services.db.networks
      hint 1/3  Which networks does \`db\` join?
      hint 2/3  One that both share.
    "
  `);
  expect(renderCheckPreview({ ...check, at: undefined, hints: [] }, { width: 60, hints: 1 })).not.toContain("hint");
});
