import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { afterEach, describe, expect, it } from "vitest";
import {
  checkProofAgainst,
  closest,
  defineChecks,
  LabError,
  labDigest,
  labSlugs,
  loadLab,
  loadProof,
  loadRubric,
  matchLab,
} from "../src/index.ts";

const MANIFEST = `schema: compose-labs/lab/v1
id: demo
title: Demo lab
summary: A lab that shows how labs are loaded
concepts: [images]
minutes: 30
compose: compose.yaml
submission:
  files: [compose.yaml]
images: ["busybox:1.37"]
`;
const MUTANTS = `schema: compose-labs/mutants/v1
mutants:
  wrong:
    misconception: Believes that it is right
    kills: [works]
`;
const CHECKS = `export default { checks: [{ id: "works", points: 1 }] };\n`;
const WHOLE = {
  "lab.yaml": MANIFEST,
  "mutants.yaml": MUTANTS,
  "checks.ts": CHECKS,
  "starter/compose.yaml": "services: {}\n",
  "reference/compose.yaml": "services: {}\n",
  "mutants/wrong/compose.yaml": "services: {}\n",
};

const folders: string[] = [];
afterEach(async () => {
  for (const folder of folders.splice(0)) await rm(folder, { recursive: true });
});

/** A folder `01-demo` with these files. */
async function lab(files: Record<string, string | undefined>): Promise<string> {
  const root = await mkdtemp(join(tmpdir(), "load-lab-"));
  folders.push(root);
  for (const [path, text] of Object.entries(files)) {
    if (text === undefined) continue;
    await mkdir(dirname(join(root, "01-demo", path)), { recursive: true });
    await writeFile(join(root, "01-demo", path), text);
  }
  return join(root, "01-demo");
}

/** What the error says, as a terminal would: place, message, hint. */
async function errorOf(work: Promise<unknown> | (() => unknown)): Promise<string> {
  try {
    await (typeof work === "function" ? work() : work);
  } catch (error) {
    if (!(error instanceof LabError)) throw error;
    const { place, code, kind } = error;
    const at = place ? `${place.file}:${place.line}:${place.column} ` : "";
    return `${kind} ${code} ${at}${error.message} | ${error.hint}`;
  }
  return "no error";
}

describe("loadLab", () => {
  it("reads a manifest and fills in the defaults", async () => {
    const { manifest, slug } = await loadLab(await lab(WHOLE));
    expect(slug).toBe("01-demo");
    expect(manifest.limits).toMatchObject({ memory: "256m", cpus: 1, pids: 200, services: 10, replicas: 3 });
    expect(manifest.submission).toMatchObject({ required: [], maxFiles: 200 });
    expect(manifest.allow).toEqual([]);
  });

  it.each([
    [
      "nothing",
      undefined,
      "usage FILE_MISSING labs/01-demo/lab.yaml: found no readable file, expected one | Create labs/01-demo/lab.yaml, or check the folder's name.",
    ],
    [
      "broken YAML",
      `${MANIFEST}  x: [`,
      /^usage YAML_SYNTAX labs\/01-demo\/lab\.yaml:\d+:\d+ .+ \| Correct the YAML at that place\.$/,
    ],
    [
      "a wrong value",
      MANIFEST.replace("minutes: 30", "minutes: soon"),
      'usage YAML_SCHEMA labs/01-demo/lab.yaml:6:1 `minutes`: found "soon", expected a number | Change the value; docs/authoring.md lists every key.',
    ],
    [
      "an unknown key",
      MANIFEST.replace("minutes: 30", "minuets: 30\nminutes: 30"),
      "usage YAML_SCHEMA labs/01-demo/lab.yaml:6:1 `minuets`: found a key that is not known here | Remove the key or correct its spelling; docs/authoring.md lists every key.",
    ],
    [
      "a path that leaves",
      MANIFEST.replace("[compose.yaml]", "[../x]"),
      'usage YAML_SCHEMA labs/01-demo/lab.yaml:9:11 `submission.files.0`: found "../x", expected a path inside the folder, with forward slashes | Change the value; docs/authoring.md lists every key.',
    ],
    [
      "a missing key",
      MANIFEST.replace("minutes: 30\n", ""),
      "usage YAML_SCHEMA labs/01-demo/lab.yaml:1:1 `minutes`: found nothing, expected a value | Change the value; docs/authoring.md lists every key.",
    ],
    [
      "a fraction",
      MANIFEST.replace("minutes: 30", "minutes: 7.5"),
      "usage YAML_SCHEMA labs/01-demo/lab.yaml:6:1 `minutes`: found 7.5, expected a whole number | Change the value; docs/authoring.md lists every key.",
    ],
    [
      "a title that is too short",
      MANIFEST.replace(/title: .*/, "title: Me"),
      /`title`: found a length of 2, expected >=3 \|/,
    ],
    [
      "a value where a list is wanted",
      MANIFEST.replace(/concepts: .*/, "concepts: compose"),
      /`concepts`: found "compose", expected a list \|/,
    ],
    [
      "a rule that cannot be lifted",
      `${MANIFEST}allow:\n  - rule: service.privileged\n    reason: because we want it\n`,
      /^usage YAML_SCHEMA labs\/01-demo\/lab\.yaml:12:5 `allow\.0\.rule`: found "service\.privileged", expected one of "ports\.publish"/,
    ],
  ])("points at %s", async (_, manifest, expected) => {
    const message = await errorOf(loadLab(await lab({ ...WHOLE, "lab.yaml": manifest })));
    if (typeof expected === "string") expect(message).toBe(expected);
    else expect(message).toMatch(expected);
  });

  it("wants a starter", async () => {
    expect(await errorOf(loadLab(await lab({ ...WHOLE, "starter/compose.yaml": undefined })))).toBe(
      "usage STARTER_MISSING labs/01-demo/lab.yaml:1:1 labs/01-demo: found no folder starter/, expected what the student begins with | Create labs/<lab>/starter/ with the files a student is given.",
    );
  });
});

describe("loadRubric", () => {
  it("says which file does not load or exports no rubric", async () => {
    const broken = await loadLab(await lab({ ...WHOLE, "checks.ts": "throw new Error('no such thing');\n" }));
    expect(await errorOf(loadRubric(broken))).toBe(
      "usage CHECKS_BROKEN labs/01-demo/checks.ts: no such thing | Correct the file; `npx tsc --noEmit` shows its type errors.",
    );
    const silent = await loadLab(await lab({ ...WHOLE, "checks.ts": "export const x = 1;\n" }));
    expect(await errorOf(loadRubric(silent))).toBe(
      "usage CHECKS_BROKEN labs/01-demo/checks.ts: found no default export made by defineChecks(), expected one | End the file with `export default defineChecks(…)`; docs/authoring.md has an example.",
    );
    const mute = await loadLab(await lab({ ...WHOLE, "hidden.ts": "export const x = 1;\n" }));
    expect(await errorOf(loadRubric(mute))).toBe(
      "usage CHECKS_BROKEN labs/01-demo/hidden.ts: found no default export made by defineHiddenChecks(), expected one | End the file with `export default defineHiddenChecks(…)`; docs/authoring.md has an example.",
    );
  });

  it("adds the hidden checks where they are, and says how many are elsewhere where they are not", async () => {
    const hidden = `export default { checks: [{ id: "late", hidden: true }] };\n`;
    const count = "hidden: { checks: 2, points: 30 }\n";
    const whole = await loadLab(
      await lab({ ...WHOLE, "hidden.ts": hidden, "lab.yaml": `${WHOLE["lab.yaml"]}${count}` }),
    );
    const { checks, elsewhere } = await loadRubric(whole);
    expect([checks.at(-1)?.id, elsewhere]).toEqual(["late", undefined]);
    const student = await loadLab(await lab({ ...WHOLE, "lab.yaml": `${WHOLE["lab.yaml"]}${count}` }));
    expect((await loadRubric(student)).elsewhere).toEqual({ checks: 2, points: 30 });
    expect(await labDigest(student)).not.toBe(await labDigest(whole));
  });
});

describe("loadProof", () => {
  it("finds reference, alternatives and mutants", async () => {
    const directory = await lab({ ...WHOLE, "alternatives/other/compose.yaml": "services: {}\n" });
    const proof = await loadProof(await loadLab(directory));
    expect(proof).toEqual({
      reference: join(directory, "reference"),
      alternatives: [{ name: "other", directory: join(directory, "alternatives/other") }],
      mutants: [
        {
          name: "wrong",
          directory: join(directory, "mutants/wrong"),
          misconception: "Believes that it is right",
          kills: ["works"],
          removes: [],
        },
      ],
      equivalent: [],
    });
  });

  it("knows where each entry of `equivalent` stands, and wants a reason", async () => {
    const entry = "equivalent:\n  port.other-host:services.web.ports[0]: ";
    const told = await lab({ ...WHOLE, "mutants.yaml": `${MUTANTS}${entry}The task leaves the port free.\n` });
    expect((await loadProof(await loadLab(told))).equivalent).toEqual([
      {
        pattern: "port.other-host:services.web.ports[0]",
        reason: "The task leaves the port free.",
        place: { file: "labs/01-demo/mutants.yaml", line: 7, column: 3 },
      },
    ]);
    const silent = await lab({ ...WHOLE, "mutants.yaml": `${MUTANTS}${entry}because\n` });
    expect(await errorOf(loadProof(await loadLab(silent)))).toBe(
      "usage YAML_SCHEMA labs/01-demo/mutants.yaml:7:3 `equivalent.port.other-host:services.web.ports[0]`: found a length of 7, expected >=20 | Change the value; docs/authoring.md lists every key.",
    );
  });

  it.each([
    [
      "no reference",
      { "reference/compose.yaml": undefined },
      "usage REFERENCE_MISSING labs/01-demo: found no folder reference/, expected one right solution | Create it.",
    ],
    [
      "a mutant without a difference",
      { "mutants/wrong/compose.yaml": undefined },
      "usage MUTANT_EMPTY labs/01-demo/mutants.yaml:3:3 found neither a folder mutants/wrong/ nor files in `removes`, expected a difference from the reference | Create labs/01-demo/mutants/wrong/ with the files that differ, or list the files it lacks.",
    ],
    [
      "a folder without an entry",
      { "mutants/stray/x": "x" },
      "usage MUTANT_UNNAMED labs/01-demo/mutants.yaml:2:1 found mutants/stray/ without an entry, expected its misconception and kills | Add `stray:` to labs/01-demo/mutants.yaml, or remove the folder.",
    ],
    [
      "neither kills nor refused",
      { "mutants.yaml": MUTANTS.replace("    kills: [works]\n", "") },
      "usage YAML_SCHEMA labs/01-demo/mutants.yaml:3:3 `mutants.wrong`: expected either `kills` or `refused`, and not both | Change the value; docs/authoring.md lists every key.",
    ],
  ])("points at %s", async (_, change, expected) => {
    expect(await errorOf(loadProof(await loadLab(await lab({ ...WHOLE, ...change }))))).toBe(expected);
  });

  it("knows the checks that mutants may kill", async () => {
    const loaded = await loadLab(await lab({ ...WHOLE, "mutants.yaml": MUTANTS.replace("[works]", "[work]") }));
    const rubric = defineChecks(({ check }) => check("works", { title: "T", points: 1 }, () => {}));
    const proof = await loadProof(loaded);
    expect(await errorOf(() => checkProofAgainst(loaded, proof, rubric))).toBe(
      'usage KILLS_UNKNOWN labs/01-demo/mutants.yaml: mutant wrong kills "work", expected the id of a check | Did you mean `works`?',
    );
  });
});

describe("labDigest", () => {
  it("changes with manifest, checks and given files, and with nothing else", async () => {
    const given = `${MANIFEST}given: ["app/**"]\n`;
    const base = { ...WHOLE, "lab.yaml": given, "starter/app/main.py": "print(1)\n" };
    const digest = async (change: Record<string, string>) =>
      labDigest(await loadLab(await lab({ ...base, ...change })));
    const original = await digest({});
    expect(await digest({ "starter/compose.yaml": "# other\n", "README.md": "x" })).toBe(original);
    expect(await digest({ "starter/app/main.py": "print(2)\n" })).not.toBe(original);
    expect(await digest({ "checks.ts": `${CHECKS}\n` })).not.toBe(original);
    expect(await digest({ "lab.yaml": given.replace("30", "31") })).not.toBe(original);
  });

  it("covers the modules and files that the checks name, and what those name", async () => {
    const base = {
      ...WHOLE,
      "checks.ts": `import { a } from "./parts/a.ts";\n${CHECKS}`,
      "parts/a.ts": 'export const a = new URL("../tests.yaml", import.meta.url);\nexport * from "./b.ts";\n',
      "parts/b.ts": 'export { c } from "../../shared.ts";\n',
      "tests.yaml": "a: 1\n",
      "notes.txt": "of nobody\n",
      "../shared.ts": "export const c = 1;\n",
    };
    const digest = async (change: Record<string, string>) =>
      labDigest(await loadLab(await lab({ ...base, ...change })));
    const original = await digest({});
    expect(await digest({ "notes.txt": "changed\n" })).toBe(original);
    const named = ["parts/a.ts", "parts/b.ts", "tests.yaml", "../shared.ts"] as const;
    const digests = await Promise.all(named.map((name) => digest({ [name]: `${base[name]}\n` })));
    expect(new Set([original, ...digests]).size).toBe(5);
  });

  it("is the same where Git wrote the other end of line", async () => {
    const other = { "checks.ts": CHECKS.replaceAll("\n", "\r\n"), "lab.yaml": MANIFEST.replaceAll("\n", "\r\n") };
    const [one, two] = await Promise.all([lab(WHOLE), lab({ ...WHOLE, ...other })]);
    expect(await labDigest(await loadLab(two))).toBe(await labDigest(await loadLab(one)));
  });
});

describe("matchLab", () => {
  const slugs = ["03-dockerfile-basics", "06-volumes", "07-bridge-networks", "08-bridge-modes"];

  it.each([
    ["7", "07-bridge-networks"],
    ["07", "07-bridge-networks"],
    ["volumes", "06-volumes"],
    ["VOL", "06-volumes"],
    ["03-dock", "03-dockerfile-basics"],
    ["07-bridge-networks/", "07-bridge-networks"],
  ])("%s means %s", (name, slug) => {
    expect(matchLab(slugs, name)).toBe(slug);
  });

  it.each([
    [
      "volums",
      /^usage LAB_UNKNOWN found no lab "volums"; expected one of 03-dockerfile-basics, .* \| Did you mean `06-volumes`\?$/,
    ],
    ["brige", /Did you mean `07-bridge-networks` or `08-bridge-modes`\?$/],
    ["basic-dockerfile", /List them with `grader list`\.$/],
    ["kubernetes", /^usage LAB_UNKNOWN .* \| List them with `grader list`\.$/],
    ["", /^usage LAB_UNKNOWN /],
    [
      "bridge",
      /^usage LAB_AMBIGUOUS found 2 labs for "bridge": 07-bridge-networks, 08-bridge-modes; expected one \| Write more of the name\.$/,
    ],
  ])("%j is no lab", async (name, expected) => {
    expect(await errorOf(() => matchLab(slugs, name))).toMatch(expected);
  });

  it("lists the folders that are labs", async () => {
    const directory = await lab(WHOLE);
    await mkdir(join(dirname(directory), "notes"));
    expect(await labSlugs(dirname(directory))).toEqual(["01-demo"]);
    expect(await errorOf(labSlugs(join(directory, "nowhere")))).toMatch(
      /^usage LABS_MISSING found no folder .*nowhere, expected the course's labs \| Name the folder with --labs\.$/,
    );
  });
});

describe("closest", () => {
  it("finds a near word and no far one", () => {
    expect(closest("enviroment", ["environment", "env_file"])).toBe("environment");
    expect(closest("prots", ["ports", "profiles"])).toBe("ports");
    expect(closest("xyz", ["ports", "profiles"])).toBeUndefined();
  });
});
