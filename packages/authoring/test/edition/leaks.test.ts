import { expect, test } from "vitest";
import { findLeaks } from "../../src/edition/index.ts";

const REFERENCE = `services:
  proxy:
    image: nginx:1.26
    networks: [front]
  db:
    image: redis:8.0
    networks: [back]
`;
const secrets = {
  files: new Map([
    ["labs/07/reference/compose.yaml", REFERENCE],
    ["labs/07/mutants/short/run.sh", "exec python /app/never-started.py\n"],
  ]),
  given: ["services:\n  proxy:\n    image: nginx:1.26\n"],
  sentences: new Map([["the title of the hidden check late", "The database comes up late"]]),
};
const leaksOf = (files: Record<string, string>) => findLeaks(new Map(Object.entries(files)), secrets);

test("nothing is found where nothing is given away", () => {
  expect(
    leaksOf({
      "labs/07/starter/compose.yaml": "services:\n  proxy:\n    image: nginx:1.26\n",
      "labs/07/README.md": "Put `proxy` on `front`.\n\n    image: redis:8.0\n",
      empty: "",
    }),
  ).toEqual([]);
});

test("three lines in a row are in a lab, wherever they stand and however they are indented", () => {
  const text =
    "Do it like this:\n\n        image: nginx:1.26\n\n        networks:  [front]\n        db:\n          image: redis:8.0\n";
  expect(leaksOf({ "labs/07/README.md": text })).toEqual([
    { path: "labs/07/README.md", line: 3, found: "lines of labs/07/reference/compose.yaml:3" },
  ]);
});

test("in the grader and its pages it takes five", () => {
  const lines = REFERENCE.split("\n");
  expect(leaksOf({ "docs/page.md": lines.slice(2, 6).join("\n") })).toEqual([]);
  expect(leaksOf({ "docs/page.md": `Like this:\n${lines.slice(2, 7).join("\n")}` })).toEqual([
    { path: "docs/page.md", line: 2, found: "lines of labs/07/reference/compose.yaml:3" },
  ]);
});

test("a whole file is, also a short one and a copy in a data file", () => {
  expect(leaksOf({ "docs/example.yaml": REFERENCE })[0]?.found).toBe("the whole of labs/07/reference/compose.yaml");
  expect(leaksOf({ "packages/a.sh": "exec python /app/never-started.py" })).toEqual([
    { path: "packages/a.sh", line: 1, found: "the whole of labs/07/mutants/short/run.sh" },
  ]);
});

test("a path of the author's and a hidden check's words are", () => {
  expect(leaksOf({ "labs/07/hidden.ts": "", "labs/07/mutants/x/Dockerfile": "" }).map(({ path }) => path)).toEqual([
    "labs/07/hidden.ts",
    "labs/07/mutants/x/Dockerfile",
  ]);
  expect(leaksOf({ "labs/07/checks.ts": "// later:\n// The database comes up late\n" })).toEqual([
    { path: "labs/07/checks.ts", line: 2, found: "the title of the hidden check late" },
  ]);
});
