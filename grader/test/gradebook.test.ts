import { mkdir, readFile, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { PULL_REQUEST_SCHEMA } from "@compose-labs/lab/pull-request";
import { parse } from "csv-parse/sync";
import { describe, expect, it } from "vitest";
import { everyResult } from "../../packages/report/test/fixtures/every-result.ts";
import { parseRoster } from "../src/gradebook/roster.ts";
import { runCli, temporaryFolder } from "./run-cli.ts";

const { passed, failed, fault } = everyResult;
const ROSTER = "id,github,name\n1001,ada,Ada Lovelace\n1002,linus,Linus\n";

async function gradebook(files: Record<string, string | Buffer | object>, args: string[] = ["--as", "csv"]) {
  await using folder = await temporaryFolder();
  for (const [name, content] of Object.entries({ "roster.csv": ROSTER, ...files })) {
    const path = join(folder.path, name);
    await mkdir(dirname(path), { recursive: true });
    await writeFile(path, typeof content === "string" || Buffer.isBuffer(content) ? content : JSON.stringify(content));
  }
  const run = await runCli(["gradebook", "results", "--roster", "roster.csv", ...args], { cwd: folder.path });
  return { ...run, written: await readFile(join(folder.path, "out"), "utf8").catch(() => undefined) };
}

const rowsOf = (text: string): Record<string, string>[] => parse(text, { columns: true });

describe("grader gradebook", () => {
  it("takes results by folder or by the student they name, and submissions of pull requests", async () => {
    const pullRequest = {
      schema: PULL_REQUEST_SCHEMA,
      base: "a".repeat(40),
      head: "b".repeat(40),
      verdict: "graded",
      findings: [],
      submissions: [{ student: "linus", lab: "07-bridge-networks", folder: "submissions/linus/07", result: failed }],
    };
    const named = { ...fault, submission: { ...fault.submission, student: "ada" } };
    const { stdout, stderr, exitCode } = await gradebook({
      "results/ada/1.json": passed,
      "results/x/pr.json": pullRequest,
      "results/named.json": named,
      "results/notes.txt": "no document",
    });
    expect({ stderr, exitCode }).toEqual({ stderr: "", exitCode: 0 });
    const rows = rowsOf(stdout).map(({ id, lab, status, points, attempts }) => [id, lab, status, points, attempts]);
    expect(rows).toEqual([
      ["1001", "07-bridge-networks", "missing", "", "0"],
      ["1001", "bridge-networks", "marked", "35", "2"],
      ["1002", "07-bridge-networks", "marked", "5", "1"],
      ["1002", "bridge-networks", "missing", "", "0"],
    ]);
  });

  it("writes a file, by the dates and weights of another course file", async () => {
    const course =
      "schema: compose-labs/course/v1\ntitle: Mine\nlate: {perDay: 10}\nlabs:\n  bridge-networks: {points: 70, due: 2024-12-31T10:00:00Z}\n";
    const { written, stdout, exitCode } = await gradebook({ "results/ada/1.json": passed, "course.yaml": course }, [
      "--as",
      "canvas",
      "--course",
      "course.yaml",
      "--output",
      "out",
    ]);
    expect({ stdout, exitCode }).toEqual({ stdout: "", exitCode: 0 });
    expect(parse(written ?? "")).toEqual([
      ["Student", "ID", "SIS User ID", "SIS Login ID", "Section", "bridge-networks Bridge networks"],
      ["    Points Possible", "", "", "", "", "70"],
      ["Ada Lovelace", "", "1001", "", "", "63"],
      ["Linus", "", "1002", "", "", ""],
    ]);
  });

  it("makes the page of the class", async () => {
    const { stdout, exitCode } = await gradebook({ "results/ada/1.json": failed }, ["--as", "html"]);
    expect(exitCode).toBe(0);
    expect(stdout).toContain("<!doctype html>");
    expect(stdout).toContain("NET_NOT_ISOLATED");
  });

  it("tells of names that are not in the roster, and ends with 1", async () => {
    const { stdout, stderr, exitCode } = await gradebook({
      "results/adda/1.json": passed,
      "results/ada/1.json": passed,
    });
    expect(exitCode).toBe(1);
    expect(stderr).toBe(
      "grader: found 1 document of adda, who is not in the roster (adda/1.json); did you mean ada?\n",
    );
    expect(rowsOf(stdout)).toHaveLength(2);
  });

  it("says which documents hold no submission", async () => {
    const [base, head] = ["a".repeat(40), "b".repeat(40)];
    const nothing = { schema: PULL_REQUEST_SCHEMA, base, head, verdict: "nothing", findings: [], submissions: [] };
    const { stderr, exitCode } = await gradebook({ "results/pr.json": nothing, "results/ada/1.json": passed });
    expect(stderr).toBe("grader: pr.json: found no submission in it; its pull request was refused or changed none\n");
    expect(exitCode).toBe(0);
  });

  it("names every document that it cannot take, and writes nothing", async () => {
    const { stdout, stderr, exitCode } = await gradebook({
      "results/ada/cut.json": JSON.stringify(passed).slice(0, 300),
      "results/ada/forged.json": { ...passed, score: 99 },
      "results/ada/new.json": { ...passed, schema: "compose-labs/result/v9" },
      "results/ada/odd.json": { ...passed, startedAt: "yesterday" },
      "results/loose.json": passed,
      "results/pr.json": {
        schema: PULL_REQUEST_SCHEMA,
        base: "a".repeat(40),
        head: "b".repeat(40),
        verdict: "graded",
        findings: [],
        submissions: [
          { student: "ada", lab: "07-x", folder: "submissions/ada/07-x", result: { ...passed, startedAt: "soon" } },
        ],
      },
      "results/ada/right.json": passed,
    });
    expect({ stdout, exitCode }).toEqual({ stdout: "", exitCode: 2 });
    expect(stderr).toContain("results: found 6 of 7 documents that cannot be taken");
    expect(stderr).toMatch(/ada\/cut\.json:1:\d+: found the end of the text/);
    expect(stderr).toContain("ada/forged.json: score: found 99");
    expect(stderr).toContain('ada/new.json: found the schema "compose-labs/result/v9"');
    expect(stderr).toContain('ada/odd.json: startedAt: found "yesterday", expected a moment');
    expect(stderr).toContain('pr.json: submissions[0].result.startedAt: found "soon", expected a moment');
    expect(stderr).toContain("loose.json: found no student in it");
  });

  it("counts wrong documents beyond ten", async () => {
    const files = Object.fromEntries(Array.from({ length: 12 }, (_, at) => [`results/ada/${at}.json`, "{}"]));
    expect((await gradebook(files)).stderr).toContain("  and 2 more");
  });

  it("says what it found in place of a form, a folder, documents and a roster", async () => {
    const form = await gradebook({ "results/ada/1.json": passed }, ["--as", "canvass"]);
    expect(form.stderr).toContain("found the form canvass, expected one of canvas, moodle, csv, html");
    expect(form.stderr).toContain("Did you mean canvas?");
    expect((await gradebook({ "results/ada/1.json": passed }, ["--as", "xyz"])).stderr).toContain("Name one of them");
    expect((await gradebook({})).stderr).toContain("results: found no folder to be read (ENOENT)");
    expect((await gradebook({ "results/a.txt": "" })).stderr).toContain("results: found no .json file");
    const roster = await gradebook({ "results/ada/1.json": passed }, ["--as", "csv", "--roster", "gone.csv"]);
    expect(roster.stderr).toContain("gone.csv: found nothing, expected a roster");
    expect(roster.exitCode).toBe(2);
    const huge = await gradebook({
      "results/ada/1.json": passed,
      "roster.csv": Buffer.alloc(8 * 1024 * 1024 + 1, "a"),
    });
    expect(huge.stderr).toContain("roster.csv: found 8,388,609 bytes, expected at most 8,388,608");
    const latin = await gradebook({
      "results/ada/1.json": passed,
      "roster.csv": Buffer.from("id,github\n1,M\xfcller\n", "latin1"),
    });
    expect(latin.stderr).toContain("roster.csv:2: found bytes that are no UTF-8");
  });
});

describe("a roster", () => {
  it.for([
    ["commas", 'id,github,name\n1,ada,"Lovelace, Ada"\n'],
    ["semicolons", "id;github;name\n1;ada;Lovelace, Ada\n"],
    ["the headings of GitHub Classroom", 'identifier,github_username,github_id,name\n1,ada,77,"Lovelace, Ada"\n'],
    ["tabs and a mark at its beginning", "\ufeffid\tgithub\tname\r\n1\tada\tLovelace, Ada\r\n"],
    ["other headings and empty lines", 'Student ID,GitHub username,Full Name\n\n1,@ada,"Lovelace, Ada"\n,,\n'],
    [
      "first and last names",
      'SIS User ID,github_login,First Name,Last Name\n1,https://github.com/ada,"Lovelace,",Ada\n',
    ],
  ])("with %s", ([, text]) => {
    expect(parseRoster(text ?? "", "r.csv")).toMatchObject([{ id: "1", github: "ada", name: "Lovelace, Ada" }]);
  });

  it("of Canvas has Canvas's number in ID", () => {
    const text = "Student,ID,SIS User ID,SIS Login ID,Section,GitHub\nMüller,77,1001,mm,A,\n";
    expect(parseRoster(text, "r.csv")).toEqual([
      { id: "1001", canvasId: "77", name: "Müller", login: "mm", section: "A", github: undefined, email: undefined },
    ]);
  });

  it.for([
    ["", "ROSTER_EMPTY", undefined, "found no line"],
    ["id,github\n", "ROSTER_EMPTY", 1, "found no student"],
    ["id,name\n1,x\n", "ROSTER_COLUMN_MISSING", 1, "found the columns id, name, expected one named github"],
    ["id,github,GitHub login\n1,a,b\n", "ROSTER_COLUMN_TWICE", 1, 'found the columns "github" and "GitHub login"'],
    ["id,github\n1,a\n,b\n", "ROSTER_VALUE_MISSING", 3, "found no id"],
    ["id,github\n-7,a\n", "ROSTER_VALUE_FORMULA", 2, "found the id -7, expected one that no spreadsheet"],
    ["id,github\n1,a\n2,A\n", "ROSTER_DUPLICATE", 3, "found the github A in line 2 and again here"],
    ["id,github\n1,a\n1,b\n", "ROSTER_DUPLICATE", 3, "found the id 1 in line 2 and again here"],
    ["id,github\n1,a,x\n", "ROSTER_SYNTAX", 2, "found 3 cells, expected as many as there are columns"],
    ['id,github\n1,"a\n', "ROSTER_SYNTAX", undefined, "found a quote that is never closed"],
    ['id,github\n1,a"b"\n', "ROSTER_SYNTAX", 2, "found a quote in the middle of a cell"],
  ] as const)("that is wrong: %j gives %s", ([text, code, line, found]) => {
    expect(() => parseRoster(text, "r.csv")).toThrowError(
      expect.objectContaining({
        code,
        message: expect.stringContaining(found),
        place: expect.objectContaining({ file: "r.csv", ...(line === undefined ? {} : { line }) }),
      }),
    );
  });
});
