import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { DEMO_LAB, readResult, runCli, temporaryFolder } from "./run-cli.ts";

const REFERENCE = join(DEMO_LAB, "reference");

/** A result that the grader itself wrote, without an engine. */
async function policyResult() {
  const { stdout } = await runCli(["check", "01", REFERENCE, "--policy-only", "--json", "--seed", "5eed"]);
  return readResult(stdout);
}

describe("compare", () => {
  it("tells results that agree from results that do not, by its exit code", async () => {
    await using folder = await temporaryFolder();
    const result = await policyResult();
    const write = (name: string, change: object) =>
      writeFile(join(folder.path, name), JSON.stringify({ ...result, ...change }));
    await write("a.json", {});
    await write("b.json", { seed: "5eee" });
    const [first, ...rest] = result.checks;
    const passed = { ...first, outcome: "passed", earned: first?.points };
    await write("c.json", { verdict: "graded", score: first?.points, checks: [passed, ...rest] });
    const compare = (...args: string[]) => runCli(["compare", ...args], { cwd: folder.path });
    const [same, other, json] = await Promise.all([
      compare("a.json", "b.json"),
      compare("a.json", "c.json"),
      compare("a.json", "c.json", "--json"),
    ]);
    expect(same).toMatchObject({ exitCode: 0, stderr: "" });
    expect(same.stdout).toBe(
      "a.json and b.json agree: the same verdict, score and outcomes.\n\nWhat went in differed all the same\n  seed  5eed -> 5eee\n        Requests and rows had other values: a stack that depends on one of them passes with some only.\n",
    );
    expect(other).toMatchObject({ exitCode: 1, stderr: "" });
    expect(other.stdout).toMatch(/^a\.json and c\.json differ\.\n\nWhat came out\n {2}verdict {14}not-run -> graded\n/);
    expect(JSON.parse(json.stdout)).toMatchObject({ same: false, differences: [{ what: "verdict" }, {}, {}] });
  });

  it("refuses what is no result, by its name", async () => {
    await using folder = await temporaryFolder();
    await writeFile(join(folder.path, "a.json"), '{"schema": "compose-labs/result/v1",');
    const [truncated, missing] = await Promise.all([
      runCli(["compare", "a.json", "a.json"], { cwd: folder.path }),
      runCli(["compare", "no.json", "no.json"], { cwd: folder.path }),
    ]);
    expect(truncated).toEqual({
      exitCode: 2,
      stdout: "",
      stderr:
        "grader: a.json:1:37: found the end of the text, expected the rest of a JSON document [DOCUMENT_SYNTAX]\n  The document is truncated: write or download it again.\n",
    });
    expect(missing.exitCode).toBe(2);
    expect(missing.stderr).toMatch(/^grader: no\.json: found nothing, .* \[DOCUMENT_UNREADABLE\]\n/);
  });
});

describe("check --like", () => {
  it("refuses a result of another lab, a seed that was never drawn, and --seed beside it", async () => {
    await using folder = await temporaryFolder();
    const result = await policyResult();
    await writeFile(join(folder.path, "lab.json"), JSON.stringify({ ...result, lab: { ...result.lab, id: "other" } }));
    await writeFile(join(folder.path, "seed.json"), JSON.stringify({ ...result, seed: "not hex" }));
    const like = (...args: string[]) => runCli(["check", "01", REFERENCE, "--like", ...args], { cwd: folder.path });
    const [lab, seed, both] = await Promise.all([
      like("lab.json"),
      like("seed.json"),
      like("seed.json", "--seed", "5eed"),
    ]);
    expect([lab.exitCode, seed.exitCode, both.exitCode]).toEqual([2, 2, 2]);
    expect(lab.stderr).toContain(
      'lab.json: found a result of the lab "other", expected one of "demo" [LIKE_OTHER_LAB]',
    );
    expect(seed.stderr).toContain('seed.json: seed: found "not hex", expected 1 to 32 hex digits [LIKE_SEED_INVALID]');
    expect(both.stderr).toContain("cannot be used with option '--seed <hex>'");
  });
});

describe("check --report", () => {
  it("writes other forms beside the report, or instead of it", async () => {
    await using folder = await temporaryFolder();
    const check = (...args: string[]) =>
      runCli(["check", "01", REFERENCE, "--policy-only", ...args], { cwd: folder.path });
    const [markdown, wrong] = await Promise.all([check("--report", "markdown"), check("--report", "junt=x.xml")]);
    expect(markdown.exitCode).toBe(0);
    expect(markdown.stdout).toMatch(/^#+ /);
    expect(wrong).toMatchObject({ exitCode: 2, stdout: "" });
    expect(wrong.stderr).toContain("Did you mean junit?");
  });
});
