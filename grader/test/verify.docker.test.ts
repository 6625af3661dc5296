import { cp, readFile, rm } from "node:fs/promises";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { changedLab, DEMO_LAB, runCli, temporaryFolder } from "./run-cli.ts";

/** The columns and words that say how long something took. */
const withoutTimes = (text: string) => text.replace(/ +\d+(\.\d+)? m?s$/gm, " <time>");

const MUTANTS = "schema: compose-labs/mutants/v1\nmutants:\n";
const NO_NOTES = "  no-notes:\n    misconception: Nobody reads what is written.\n    removes: [notes.txt]\n";

describe("verify", () => {
  it("grades right solutions on worse machines and in other writings too when asked for", async () => {
    const { stdout, exitCode } = await runCli(["verify", "--adversity", "--jobs", "2", "--only", "reference", "json"]);
    expect(stdout.match(/^ {2}(reference|rewrite).*$/gm)?.map((line) => line.replace(/ +\d.*$/, ""))).toEqual([
      "  reference                  . . . . .  ok",
      "  rewrite json               . . . . .  ok",
      // Nothing waits for anything here, so none can be late.
      "  reference (other-subnets)  . . . . .  ok",
      "  reference (occupied-ports) . . . . .  ok",
      "  reference (slow-processor) . . . . .  ok",
      "  reference (cold-cache)     . . . . .  ok",
      "  reference (copies-beside)  . . . . .  ok",
    ]);
    expect(exitCode).toBe(0);
  });

  it("proves a lab: a table of its cases by its checks, on the way a line as each is done, and the same as a file", async () => {
    await using folder = await temporaryFolder();
    const { stdout, stderr, exitCode } = await runCli(["verify", "--jobs", "3", "--report-file", "proof.json"], {
      cwd: folder.path,
    });
    expect(withoutTimes(stdout)).toMatchInlineSnapshot(`
      "A page in an image (01-demo)

                                      a b c d e
        reference                     . . . . .  ok <time>
        alternative own-script        . . . . .  ok <time>
        starter                       x . x x -  ok <time>
        mutant no-notes               K . . . .  ok <time>
        mutant page-mounted-only      . . K . .  ok <time>
        mutant wrong-folder           . . . K -  ok <time>
        mutant no-restart             . . . . K  ok <time>
        mutant crashes                . K . - -  ok <time>
        mutant host-network (refused)            ok <time>

        K = killed as it must be, . = passed, - = blocked, x = failed

        a  notes-written: The notes say something
        b  settled: web starts and stays up
        c  page-in-image: The image holds the page
        d  page-served: The page is served
        e  comes-back: web comes back after a crash

      proven · 9 cases, all as they must be · <time>

      "
    `);
    expect(exitCode).toBe(0);
    expect(stderr.split("\n").toSorted()).toEqual(
      [
        "",
        ...["reference", "starter", "alternative own-script"],
        ...["no-notes", "page-mounted-only", "wrong-folder", "no-restart", "crashes", "host-network"].map(
          (name) => `mutant ${name}`,
        ),
      ]
        .map((title) => (title === "" ? "" : `ok      01-demo ${title} (<time>)`))
        .toSorted(),
    );
    const [report] = JSON.parse(await readFile(join(folder.path, "proof.json"), "utf8"));
    expect(report).toMatchObject({ lab: { id: "demo", slug: "01-demo" }, repeats: 1, unkilled: [], flakes: [] });
    expect(report.cases).toHaveLength(9);
  });

  it("says where a mutant does not fail what it was said to, and which check none fails", async () => {
    await using labs = await changedLab({
      mutants: undefined,
      "mutants.yaml": `${MUTANTS}${NO_NOTES}    kills: [page-in-image]\n`,
    });
    const { stdout, exitCode } = await runCli(["verify"], { labs: labs.path });
    expect(exitCode).toBe(1);
    expect(withoutTimes(stdout).split("\n  mutant no-notes\n")[1]).toMatchInlineSnapshot(`
      "    page-in-image came out passed, expected it to fail; notes-written came out
          failed (NOTES_EMPTY: no notes), expected it to pass

        No mutant kills notes-written: add one that does, or nobody knows whether the
        check can fail.
        No mutant kills settled: add one that does, or nobody knows whether the check
        can fail.
        No mutant kills page-served: add one that does, or nobody knows whether the
        check can fail.
        No mutant kills comes-back: add one that does, or nobody knows whether the
        check can fail.

      NOT PROVEN · 4 cases, 1 wrong · checks without a mutant: 4 · <time>

      "
    `);
  });

  it("--only and --repeat prove some cases several times; --json is all that is on stdout", async () => {
    const { stdout, exitCode } = await runCli([
      "verify",
      "demo",
      "01",
      "--only",
      "host-network",
      "no-notes",
      "--repeat",
      "2",
      "--json",
    ]);
    expect(exitCode).toBe(0);
    const reports: { cases: { name: string; ok: boolean; outcomes: object }[]; repeats: number }[] = JSON.parse(stdout);
    expect(reports).toHaveLength(1);
    expect(reports[0]?.repeats).toBe(2);
    expect(reports[0]?.cases.map(({ name, ok }) => ({ name, ok }))).toEqual([
      { name: "no-notes", ok: true },
      { name: "host-network", ok: true },
    ]);
  });
});

it("--shard proves one part of the cases, and says that others are left", async () => {
  const { stdout, exitCode } = await runCli(["verify", "01", "--shard", "6/8", "--json"]);
  expect(exitCode).toBe(0);
  const [report]: { cases: { name: string; ok: boolean }[]; left: number; unkilled: string[] }[] = JSON.parse(stdout);
  expect(report?.cases.map(({ name, ok }) => ({ name, ok }))).toEqual([{ name: "wrong-folder", ok: true }]);
  expect(report).toMatchObject({ left: 8, unkilled: [] });
});

describe("a proof that cannot be made", () => {
  const verify = async (changes: Parameters<typeof changedLab>[0], ...args: string[]) => {
    await using labs = await changedLab(changes);
    const { stdout, stderr, exitCode } = await runCli(["verify", "01", ...args], { labs: labs.path });
    expect({ stdout, exitCode }).toEqual({ stdout: "", exitCode: 2 });
    return stderr;
  };

  it("names a case that is none", async () => {
    expect(await verify({}, "--only", "reference", "no-note")).toMatchInlineSnapshot(`
      "grader: found no case "no-note" in 01-demo; expected one of reference, own-script, starter, no-notes, page-mounted-only, wrong-folder, no-restart, crashes, host-network [CASE_UNKNOWN]
        Did you mean \`no-notes\`?
      "
    `);
    expect(await verify({}, "--only", "everything")).toMatchInlineSnapshot(`
      "grader: found no case "everything" in 01-demo; expected one of reference, own-script, starter, no-notes, page-mounted-only, wrong-folder, no-restart, crashes, host-network [CASE_UNKNOWN]
        Name cases of this lab with --only, after the lab.
      "
    `);
  });

  it("has no case in the part that is asked for", async () => {
    expect(await verify({}, "--shard", "10/10")).toBe(
      "grader: found no case of 01-demo in part 10 of 10; expected a part of its 9 cases [SHARD_EMPTY]\n  Deal them out to at most 9: --shard 1/9.\n",
    );
  });

  it("has a mutant that kills a check that is none, or removes a file that is none", async () => {
    const bare = { mutants: undefined };
    expect(
      await verify({ ...bare, "mutants.yaml": `${MUTANTS}${NO_NOTES}    kills: [notes]\n` }),
    ).toMatchInlineSnapshot(`
      "grader: labs/01-demo/mutants.yaml: mutant no-notes kills "notes", expected the id of a check [KILLS_UNKNOWN]
        The checks are notes-written, settled, page-in-image, page-served, comes-back.
      "
    `);
    const wrong = `${MUTANTS}${NO_NOTES.replace("notes.txt", "note.txt")}    kills: [notes-written]\n`;
    expect(await verify({ ...bare, "mutants.yaml": wrong }, "--only", "no-notes")).toMatchInlineSnapshot(`
      "grader: mutants.yaml: mutant no-notes removes note.txt, expected a file of the reference [REMOVES_UNKNOWN]
        Write the path as it is below reference/, or take it out of \`removes\`.
      "
    `);
  });

  it("has a folder without an entry, or an entry without a difference", async () => {
    expect(await verify({ "mutants/nameless/notes.txt": "" })).toMatchInlineSnapshot(`
      "grader: labs/01-demo/mutants.yaml:2:1: found mutants/nameless/ without an entry, expected its misconception and kills [MUTANT_UNNAMED]
        Add \`nameless:\` to labs/01-demo/mutants.yaml, or remove the folder.
      "
    `);
    const yaml = await readFile(join(DEMO_LAB, "mutants.yaml"), "utf8");
    expect(await verify({ "mutants.yaml": yaml.replace("    removes: [notes.txt]\n", "") })).toMatchInlineSnapshot(`
      "grader: labs/01-demo/mutants.yaml:3:3: found neither a folder mutants/no-notes/ nor files in \`removes\`, expected a difference from the reference [MUTANT_EMPTY]
        Create labs/01-demo/mutants/no-notes/ with the files that differ, or list the files it lacks.
      "
    `);
    expect(await verify({ reference: undefined })).toMatchInlineSnapshot(`
      "grader: labs/01-demo: found no folder reference/, expected one right solution [REFERENCE_MISSING]
        Create it.
      "
    `);
  });

  it("ends the proofs beside it, once they have cleaned up", async () => {
    await using labs = await changedLab({});
    const other = join(labs.path, "02-other");
    await cp(join(labs.path, "01-demo"), other, { recursive: true });
    await rm(join(other, "mutants"), { recursive: true });
    const { stdout, stderr, exitCode } = await runCli(["verify"], { labs: labs.path });
    expect({ stdout, exitCode }).toEqual({ stdout: "", exitCode: 2 });
    expect(stderr).toMatch(/^grader: labs\/02-other\/mutants.yaml:\d+:\d+: found neither .* \[MUTANT_EMPTY\]\n.*\n$/);
  });

  it("has a report that cannot be written", async () => {
    await using folder = await temporaryFolder();
    const { stderr, exitCode } = await runCli(["verify", "--report-file", "none/proof.json"], { cwd: folder.path });
    expect(exitCode).toBe(2);
    expect(stderr).toMatchInlineSnapshot(`
      "grader: <cwd>/none/proof.json: cannot be written (ENOENT), expected a file [REPORT_FILE_UNWRITABLE]
        Name a file in a folder that exists.
      "
    `);
  });
});

describe("demo", () => {
  it("shows three reports of each lab and what to run next", async () => {
    const { stdout, exitCode } = await runCli(["demo"]);
    expect(exitCode).toBe(0);
    expect(stdout).toMatch(/^40 of 40 points in /m);
    expect(stdout.slice(stdout.indexOf("The demo in one table")).replace(/\d+ s\./, "<time>.")).toMatchInlineSnapshot(`
      "The demo in one table

        01-demo: reference                                     40 of 40  as expected
        01-demo: starter                                        5 of 40  as expected
        01-demo: mutant no-notes                               35 of 40  as expected

      3 gradings in <time>.

      What to run next:
        npm run grader list                   the labs
        npm run grader start 07               begin one, in submissions/07-bridge-networks
        npm run grader check 07               grade it
        npm run verify -- 07                  prove that the lab's own checks are right
        npm test                              every test, and the proof of every lab
      "
    `);
  });
});
