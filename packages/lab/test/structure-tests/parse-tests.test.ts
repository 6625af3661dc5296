import { describe, expect, test } from "vitest";
import { formatPlace, LabError } from "../../src/errors-entry.ts";
import { parseStructureTests } from "../../src/structure-tests/parse-tests.ts";

const HEAD = 'schemaVersion: "2.0.0"\n';

function read(yaml: string) {
  return parseStructureTests(HEAD + yaml, "a.yaml");
}

/** The error as it is told, with its advice. */
function errorOf(content: string, file = "a.yaml"): string {
  try {
    parseStructureTests(content, file);
  } catch (error) {
    if (!(error instanceof LabError)) throw error;
    expect(error.kind).toBe("usage");
    return `${error.place ? `${formatPlace(error.place)}: ` : ""}${error.message} [${error.code}] ${error.hint}`;
  }
  throw new Error("no error");
}

describe("YAML", () => {
  test("defaults are those of the original", () => {
    expect(read("fileExistenceTests: [{name: a, path: /a}]")).toEqual({
      globalEnvVars: [],
      commandTests: [],
      fileExistenceTests: [{ name: "a", path: "/a", shouldExist: true, uid: -1, gid: -1 }],
      fileContentTests: [],
      metadataTest: {},
      licenseTests: [],
      containerRunOptions: {},
    });
  });

  test("text is what is written, whatever YAML makes of it", () => {
    const { commandTests } = read(
      "commandTests: [{name: yes, command: 0x10, args: [1.10, ~, 2020-01-01, null, 'no']}]",
    );
    expect(commandTests).toEqual([{ name: "yes", command: "0x10", args: ["1.10", "", "2020-01-01", "", "no"] }]);
  });

  test("words for true and false, octal numbers, anchors and merges are those of YAML 1.1", () => {
    const { fileExistenceTests, commandTests } = read(`fileExistenceTests:
- &first {name: a, path: /a, shouldExist: off, uid: 0010}
- {<<: *first, name: b, shouldExist: on}
- <<: [{gid: 7, uid: 1}, *first]
commandTests: [{name: c, command: d, args: &list [x]}, {name: e, command: f, args: *list, exitCode: 2.0}]
`);
    expect(fileExistenceTests).toEqual([
      { name: "a", path: "/a", shouldExist: false, uid: 8, gid: -1 },
      { name: "b", path: "/a", shouldExist: true, uid: 8, gid: -1 },
      { name: "a", path: "/a", shouldExist: false, uid: 1, gid: 7 },
    ]);
    expect(commandTests[1]).toEqual({ name: "e", command: "f", args: ["x"], exitCode: 2 });
  });

  test("an empty list is a value, and nothing is none", () => {
    expect(read("metadataTest: {cmd: [], entrypoint: , labels: null}").metadataTest).toEqual({ cmd: [] });
  });

  test("of several documents the first is read", () => {
    expect(read("licenseTests: [{debian: false}]\n---\nx: [").licenseTests).toEqual([{ debian: false }]);
  });

  test.each([
    ["", 'a.yaml:1:1: found an empty file, expected tests [STRUCTURE_FILE] Begin it with `schemaVersion: "2.0.0"`.'],
    [
      "a: 1",
      'a.yaml:1:1: found no `schemaVersion`, expected 2.0.0 [STRUCTURE_SCHEMA] Write `schemaVersion: "2.0.0"` at the top.',
    ],
    [
      "schemaVersion: 3",
      'a.yaml:1:16: found schema version 3, expected 2.0.0 [STRUCTURE_SCHEMA] Write `schemaVersion: "2.0.0"` at the top.',
    ],
    [
      "schemaVersion: 1.0.0\ncommandTests: [{command: [ls]}]",
      "a.yaml:1:16: found schema version 1.0.0, expected 2.0.0 [STRUCTURE_SCHEMA] Write the tests anew in schema 2.0.0: the first word of a command goes to `command`, the rest to `args`.",
    ],
    [`${HEAD}commandTests: [`, /^a\.yaml:2:16: Flow sequence .* \[STRUCTURE_FILE\] Correct the YAML at that place\.$/],
    [`${HEAD}commandTests: []\ncommandTests: []`, /^a\.yaml:3:1: Map keys must be unique \[STRUCTURE_FILE\]/],
    [
      `${HEAD}licenseTests: [{debain: true}]`,
      "a.yaml:2:17: `licenseTests.0.debain`: found a key that is not known here, expected one of debian, files [STRUCTURE_FILE] Did you mean `debian`?",
    ],
    [
      `${HEAD}zzzzzzzzzz: 1`,
      /^a\.yaml:2:1: `zzzzzzzzzz`: found a key that is not known here, .* \[STRUCTURE_FILE\] Remove the key\.$/,
    ],
    [
      `${HEAD}metadataTest: {env: []}`,
      /^a\.yaml:2:16: `metadataTest\.env`: found a key that is not known here, expected one of envVars, /,
    ],
    [
      `${HEAD}commandTests: [{name: a, exitCode: "1"}]`,
      'a.yaml:2:36: `commandTests.0.exitCode`: found "1", expected a whole number [STRUCTURE_FILE] Change the value; docs/structure-tests.md lists every key.',
    ],
    [`${HEAD}commandTests: [{args: ls}]`, /^a\.yaml:2:23: `commandTests\.0\.args`: found ls, expected a list /],
    [`${HEAD}commandTests: [{name: [a]}]`, /^a\.yaml:2:23: `commandTests\.0\.name`: found a list, expected text /],
    [`${HEAD}commandTests: {name: a}`, /^a\.yaml:2:15: `commandTests`: found a mapping, expected a list /],
    [`${HEAD}metadataTest: [1]`, /^a\.yaml:2:15: `metadataTest`: found a list, expected a mapping /],
    [`${HEAD}metadataTest: {<<: 1}`, /^a\.yaml:2:20: `metadataTest\.<<`: found 1, expected a mapping /],
    [
      `${HEAD}licenseTests: [{debian: maybe}]`,
      /^a\.yaml:2:25: `licenseTests\.0\.debian`: found maybe, expected true or false /,
    ],
    ["- a", /^a\.yaml:1:1: found no `schemaVersion`, expected 2\.0\.0 /],
  ])("%j is refused with its place", (content, told) => {
    if (typeof told === "string") expect(errorOf(content)).toBe(told);
    else expect(errorOf(content)).toMatch(told);
  });

  test("a name without a known ending is refused", () => {
    expect(errorOf(HEAD, "tests.txt")).toBe(
      "tests.txt: found a name that ends otherwise, expected .yaml, .yml or .json [STRUCTURE_FILE] Give the file the ending of its format.",
    );
  });
});

describe("JSON", () => {
  const json = (rest: object) => JSON.stringify({ schemaVersion: "2.0.0", ...rest }, null, 2);

  test("keys in any case, unknown ones ignored, the last of two counts, and no defaults", () => {
    const content = json({ FILEEXISTENCETESTS: [{ Name: "a", path: "/a", more: 1 }], other: {} }).replace(
      '"path": "/a"',
      '"path": "/b", "path": "/a"',
    );
    expect(parseStructureTests(content, "a.json").fileExistenceTests).toEqual([
      { name: "a", path: "/a", shouldExist: false, uid: 0, gid: 0 },
    ]);
  });

  test.each([
    [
      json({ commandTests: [{ name: 1 }] }),
      /^a\.json:5:15: `commandTests\.0\.name`: found 1, expected text in quotes /,
    ],
    [json({ commandTests: [{ exitCode: 1.5 }] }), /: found 1\.5, expected a whole number /],
    ['{"schemaVersion": 2}', /^a\.json:1:19: `schemaVersion`: found 2, expected text in quotes /],
    ["{}", /^a\.json:1:1: found no `schemaVersion`, expected 2\.0\.0 /],
    ['{"a": }', /\[STRUCTURE_FILE\] Correct the JSON/],
    ['{"a": 1, # why\n}', /^a\.json: .* \[STRUCTURE_FILE\] Correct the JSON, or give the file the ending \.yaml\.$/],
  ])("%j is refused", (content, told) => {
    expect(errorOf(content, "a.json")).toMatch(told);
  });
});
