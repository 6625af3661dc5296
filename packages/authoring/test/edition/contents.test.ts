import { expect, test } from "vitest";
import { isKept, isProtected, studentLock, studentManifest, studentPackage } from "../../src/edition/contents.ts";

test.each([
  ["grader/src/main.ts", true],
  ["grader/bin/grader.mjs", true],
  ["packages/engine/stand-ins/Dockerfile", true],
  ["docs/diagnoses/NET_REACHABLE.md", true],
  ["docs/submitting.md", true],
  ["course.yaml", true],
  ["grader/test/cli.test.ts", false],
  ["packages/lab/test/checks.test.ts", false],
  ["docs/authoring.md", false],
  ["scripts/test.ts", false],
  [".github/workflows/ci.yml", false],
  ["packages/lab/node_modules/x/package.json", false],
])("of the project, %s goes to students: %s", (path, kept) => {
  expect(isKept(path)).toBe(kept);
});

test.each([
  ["reference/compose.yaml", true],
  ["mutants.yaml", true],
  ["hidden.ts", true],
  ["hidden/probe.ts", true],
  ["starter/compose.yaml", false],
  ["checks.ts", false],
  ["starter/reference/note.txt", false],
])("of a lab, %s is protected: %s", (path, secret) => {
  expect(isProtected(path)).toBe(secret);
});

test("the package keeps the one script that works", () => {
  const text = JSON.stringify({ name: "course", scripts: { grader: "node g", test: "node t" } });
  expect(JSON.parse(studentPackage(text))).toEqual({ name: "course", scripts: { grader: "node g" } });
});

test("the lock file loses the labs that do not go along, and nothing else", () => {
  const packages = {
    "": {},
    "labs/03-a": { name: "a" },
    "labs/07-b": { name: "b" },
    "node_modules/a": { resolved: "labs/03-a", link: true },
    "node_modules/b": { resolved: "labs/07-b", link: true },
    "node_modules/yaml": { resolved: "https://registry.example/yaml.tgz" },
  };
  const kept = JSON.parse(studentLock(JSON.stringify({ lockfileVersion: 3, packages }), ["07-b"]));
  expect(Object.keys(kept.packages)).toEqual(["", "labs/07-b", "node_modules/b", "node_modules/yaml"]);
});

test("the manifest says how many checks are elsewhere, once", () => {
  const first = studentManifest("id: a\nallow: []\n\n", { checks: 2, points: 30 });
  expect(first).toBe("id: a\nallow: []\nhidden: { checks: 2, points: 30 }\n");
  expect(studentManifest(first, { checks: 3, points: 40 })).toBe(
    "id: a\nallow: []\nhidden: { checks: 3, points: 40 }\n",
  );
  expect(studentManifest("hidden:\n  checks: 1\n  points: 2\nid: a\n", undefined)).toBe("id: a\n");
});
