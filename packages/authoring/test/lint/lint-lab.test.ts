import type { Manifest } from "@compose-labs/lab";
import { afterAll, expect, it } from "vitest";
import { LINT_CODES } from "../../src/lint/index.ts";
import { type Changes, CLEAN_LAB, lintChanged, swap } from "./changed-lab.ts";

/** One line a behaviour: a clean lab, changed so, gives exactly these findings. */
type Row = [findings: string[], changes: Changes, course?: Parameters<typeof lintChanged>[1]];

const other = (slug: string, id: string) => ({ slug, manifest: { id } as Manifest });
const earlier = (changes: { manifest?: string; checks?: string; hidden?: string }) => ({
  revision: "main",
  manifest: undefined,
  checks: undefined,
  hidden: undefined,
  ...changes,
});
const PAGE_BODY = /async \(\{ stack, files, fresh \}\) => \{[\s\S]*?\n {4}\},/;
const body = (text: string): Changes => ({ "checks.ts": (checks) => checks.replace(PAGE_BODY, () => `${text},`) });
const COMPOSE = CLEAN_LAB.get("reference/compose.yaml") ?? "";
const at = (line: number, column = 5) => `labs/01-page/checks.ts:${line}:${column}`;

const LAB: Row[] = [
  [[], {}],
  [["lab.manifest labs/01-page/lab.yaml:2:1"], { "lab.yaml": swap("concepts:", "concept:") }],
  [["lab.checks labs/01-page/checks.ts"], { "checks.ts": swap("points: 25", "points: 0") }],
  [["lab.proof labs/01-page/mutants.yaml:4:3"], { "mutants/missing-folder/compose.yaml": undefined }],
  [["lab.package labs/01-page/package.json:8:1"], { "package.json": swap("verify 01-page", "verify 07-other") }],
  [
    ["lab.prerequisite labs/01-page/lab.yaml:19:24"],
    { "lab.yaml": (text) => `${text}prerequisites: [other, odd]\n` },
    { others: [other("02-other", "other")] },
  ],
  [["id.lab-twice labs/01-page/lab.yaml:3:1"], {}, { others: [other("02-other", "page")] }],
  [["id.number-twice labs/01-page/lab.yaml:2:1"], {}, { others: [other("1-other", "other")] }],
  [["id.lab-changed labs/01-page/lab.yaml:3:1"], {}, { earlier: earlier({ manifest: "id: old\n" }) }],
  [["id.removed labs/01-page/checks.ts"], {}, { earlier: earlier({ checks: 'check("gone", {}, () => {});' }) }],
  [
    [],
    { "lab.yaml": (text) => `${text}retired: [gone]\n` },
    { earlier: earlier({ checks: 'check("gone", {}, () => {}); check("one-door", {});', manifest: "id: page\n" }) },
  ],
  [[`id.reused ${at(49)}`], { "lab.yaml": (text) => `${text}retired: [one-door]\n` }],
  [[`id.reused ${at(49)}`], {}, { earlier: earlier({ manifest: "retired: [one-door]\n" }) }],
  [[], {}, { earlier: earlier({ manifest: "{ not: yaml" }) }],
  [["stray.file labs/01-page/notes.txt"], { "notes.txt": "" }],
  [["stray.file labs/01-page/reference/site/a.txt~"], { "reference/site/a.txt~": "" }],
  [[], { "part.ts": "export {};\n", "checks.ts": (text) => `import "./part.ts";\n${text}` }],
  [["stray.ignored labs/01-page/reference/notes.txt"], { "reference/notes.txt": "" }],
  [["ignore.unknown labs/01-page/lab.yaml:21:7"], ignore("no.such")],
  [["ignore.unused labs/01-page/lab.yaml:21:7"], ignore("stray.file")],
  [["ignore.unused labs/01-page/lab.yaml:21:7"], ignore("stray.file", "notes.md")],
  [[], { "notes.txt": "", ...ignore("stray.file", "notes.txt") }],
];

function ignore(code: string, about?: string): Changes {
  const named = about === undefined ? "" : `, about: ${about}`;
  const entry = `lint:\n  ignore:\n    - { code: ${code}${named}, reason: It is said so in a test. }\n`;
  return { "lab.yaml": (text) => `${text}${entry}` };
}

/** The clean lab with a check more, in hidden.ts, whose body is `text`. */
function hidden(text: string, above = ""): Changes {
  return {
    "checks.ts": swap("points: 25", "points: 15"),
    "README.md": swap("| 25 |", "| 15 |"),
    "mutants.yaml": swap("kills: [one-door]", "kills: [one-door, door-again]"),
    "hidden.ts": `import { defineHiddenChecks, ensure } from "@compose-labs/lab";
import open from "./checks.ts";
${above}
export default defineHiddenChecks(open, ({ check, open }) => {
  check(
    "door-again",
    { title: "The door", points: 10, needs: [open("one-door")], at: "services.web", hints: ["Who knocks?"] },
    ${text},
  );
});
`,
  };
}

const inHidden = (line: number, column: number) => `labs/01-page/hidden.ts:${line}:${column}`;
const KNOCK = 'async ({ stack }) => { await stack.service("web").http({ path: "/" }); }';
const HIDDEN: Row[] = [
  [[], hidden(KNOCK)],
  [[], { ...hidden(KNOCK, 'import "./part.ts";'), "part.ts": "export {};\n" }],
  [[`checks.vacuous ${inHidden(8, 22)}`], hidden("({ model }) => { ensure(model.name !== undefined || true, {}); }")],
  [[`checks.vacuous ${inHidden(6, 5)}`], hidden("() => {}")],
  [[`checks.unawaited ${inHidden(8, 28)}`], hidden("async ({ stack }) => { stack.settled(); ensure(1 > 2, {}); }")],
  [
    [`checks.no-control ${inHidden(8, 55)}`],
    hidden('async ({ stack }) => { await stack.service("web").cannotReach("api", 9000); }'),
  ],
  [[`checks.past-handles ${inHidden(3, 1)}`], hidden(KNOCK, 'import { get } from "node:http";')],
  [[`checks.swallowed ${inHidden(8, 50)}`], hidden("async ({ stack }) => { await stack.settled().catch(() => 0); }")],
  [[`path.service ${inHidden(8, 48)}`], hidden(KNOCK.replace('"web"', '"shop"'))],
  [[`path.file ${inHidden(8, 52)}`], hidden('async ({ files }) => { ensure(await files.read("no.txt"), {}); }')],
  [[`id.reused ${inHidden(6, 5)}`], { ...hidden(KNOCK), "lab.yaml": (text) => `${text}retired: [door-again]\n` }],
  [["id.removed labs/01-page/hidden.ts"], {}, { earlier: earlier({ hidden: 'check("gone", {}, () => {});' }) }],
  [[], hidden(KNOCK), { earlier: earlier({ checks: 'check("door-again", {}, () => {});' }) }],
  [[`hint.missing ${inHidden(6, 5)}`], { ...hidden(KNOCK), "hidden.ts": hiddenWithoutHints() }],
];

function hiddenWithoutHints(): string {
  return String(hidden(KNOCK)["hidden.ts"]).replace(', hints: ["Who knocks?"]', "");
}

const PATHS: Row[] = [
  [["path.given labs/01-page/lab.yaml:12:9"], { "lab.yaml": swap("images:", "given: [app/**]\nimages:") }],
  [["path.required labs/01-page/lab.yaml:11:14"], { "lab.yaml": swap("required: [", "required: [stack.yaml, ") }],
  [["path.compose labs/01-page/lab.yaml:8:1"], { "lab.yaml": swap("compose: compose.yaml", "compose: stack.yaml") }],
  [
    ["path.removes labs/01-page/mutants.yaml:5:15"],
    {
      "mutants.yaml": swap("    misconception: A server", "    removes: [sit/index.html]\n    misconception: A server"),
    },
  ],
  [[`path.at ${at(28, 11)}`], { "checks.ts": swap('at: "services.web.volumes"', 'at: "services.wbe.volumes"') }],
  [["path.service labs/01-page/checks.ts:38:42"], { "checks.ts": swap('service("web").http', 'service("wbe").http') }],
  [
    [`path.file ${at(36, 33)}`],
    body(`async ({ files }) => {\n      ensure((await files.given("a.txt")) !== undefined, {});\n    }`),
  ],
  [[], body(`async ({ files }) => {\n      ensure((await files.read("site/index.html")) !== undefined, {});\n    }`)],
  [
    ["path.file labs/01-page/checks.ts:36:32"],
    body(`async ({ files }) => {\n      ensure((await files.read("sit/a.html")) !== undefined, {});\n    }`),
  ],
  [["path.task labs/01-page/README.md:5:71"], { "README.md": swap("`site/` holds", "`app/start.py` holds") }],
];

const IMAGES: Row[] = [
  [
    ["image.unpinned labs/01-page/lab.yaml:12:26"],
    { "lab.yaml": swap('"busybox:1.37"', '"busybox:1.37", "busybox:latest"') },
  ],
  [
    ["image.unknown labs/01-page/lab.yaml:12:26"],
    { "lab.yaml": swap('"busybox:1.37"', '"busybox:1.37", "nginx:1.26"') },
  ],
  [
    ["image.unlisted labs/01-page/reference/compose.yaml:3:1"],
    { "reference/compose.yaml": swap("busybox:1.37", "nginx:1.26") },
  ],
  [
    ["image.unlisted labs/01-page/alternatives/long-syntax/Dockerfile:2:1"],
    {
      "lab.yaml": swap("files: [", "files: [Dockerfile, "),
      "alternatives/long-syntax/Dockerfile":
        "ARG V=1\nFROM nginx:1.26 AS base\nFROM base\nFROM busybox:$V\nFROM scratch\n",
    },
  ],
];

const HINTS: Row[] = [
  [[`points.sum ${at(5)}`], { "checks.ts": swap("points: 25", "points: 20"), "README.md": swap("| 25 |", "| 20 |") }],
  [
    [`hint.missing ${at(49)}`],
    { "checks.ts": (text) => text.replace(/hints: \[\s+"Who can[\s\S]*?\],/, "hints: [],") },
  ],
  [
    [`hint.repeated ${at(56, 9)}`],
    {
      "checks.ts": (text) =>
        text.replace(/"A port without[^"]*"/, '"Who can connect to each port that `docker compose ps` shows?"'),
    },
  ],
  [[`hint.gives-away ${at(30, 9)}`], { "checks.ts": swap("Add a page to site/", "Did you write `./site:/www:ro`?") }],
  [
    [`hint.gives-away ${at(30, 9)}`],
    { "checks.ts": swap("Add a page to site/ while the stack runs. Is it there?", "Mount the folder `./site`.") },
  ],
  [[], { "checks.ts": swap("Add a page to site/", "What does `ports: [8080:8080]` say? Add a page to site/") }],
];

const SAID = "Add a page to site/ while the stack runs. Is it there?";
HINTS.push(
  [[`hint.gives-away ${at(30, 9)}`], { "checks.ts": swap(SAID, "Set volumes for the folder.") }],
  [[`hint.gives-away ${at(30, 9)}`], { "checks.ts": swap(SAID, "Remove the ports of the folder.") }],
  [[], { "checks.ts": swap(SAID, "Add a page, and look for it.") }],
  [[], { "checks.ts": swap(SAID, "Remove the page again, and look for it.") }],
);

const TASK: Row[] = [
  [["task.missing labs/01-page/README.md"], { "README.md": undefined }],
  [["task.rubric labs/01-page/README.md:20:1"], { "README.md": swap("| 25 |", "| 20 |") }],
  [
    ["task.rubric labs/01-page/README.md:20:1"],
    { "README.md": (text) => text.trimEnd().split("\n").slice(0, -1).join("\n") },
  ],
  [
    ["task.rubric labs/01-page/README.md:20:1"],
    { "README.md": (text) => `${text.trimEnd()}\n| \`more\` | More | 5 |\n` },
  ],
  [["task.rubric labs/01-page/README.md:1:1"], { "README.md": (text) => text.replace(/^\|.*\n/gm, "") }],
  [
    ["task.unchecked labs/01-page/README.md:13:1", `task.unmentioned ${at(49)}`],
    { "README.md": swap("any. (`one-door`)", "any.") },
  ],
  [["task.link labs/01-page/README.md:5:76"], { "README.md": swap("`site/` holds", "[site](sites/) holds") }],
  [[], { "README.md": swap("`site/` holds", "[site](./site/), [rubric](#rubric), [web](https://example.com) holds") }],
  [["task.link labs/01-page/README.md:5:76"], { "README.md": swap("`site/` holds", "[site](#points) holds") }],
];

const PROOF: Row[] = [
  [
    ["proof.no-alternative labs/01-page/alternatives"],
    { "alternatives/long-syntax/compose.yaml": undefined, "alternatives/long-syntax/site/index.html": undefined },
  ],
  [["proof.same labs/01-page/mutants.yaml:7:3"], { "mutants/single-file/compose.yaml": COMPOSE }],
  [
    ["proof.same labs/01-page/alternatives/long-syntax"],
    {
      "alternatives/long-syntax/compose.yaml": COMPOSE,
      "alternatives/long-syntax/site/index.html": "<h1>It works</h1>\n",
    },
  ],
  [["proof.same labs/01-page/starter"], { "starter/compose.yaml": COMPOSE }],
  [[`proof.unkilled ${at(49)}`], { "mutants.yaml": swap("kills: [one-door]", "kills: [page-live]") }],
  [
    [`proof.unkilled ${at(49)}`, "proof.kills-unknown labs/01-page/mutants.yaml:12:13"].reverse().toSorted(),
    { "mutants.yaml": swap("kills: [one-door]", "kills: [one-dor]") },
  ],
  [
    [
      "proof.fixed-address labs/01-page/reference/compose.yaml:13:1",
      "proof.fixed-address labs/01-page/reference/compose.yaml:8:1",
    ],
    {
      "reference/compose.yaml": (text) =>
        `${text.replace(/(ports: .*\n)/, "$1    networks:\n      default: { ipv4_address: 172.30.0.5 }\n")}networks:
  default: { ipam: { config: [{ subnet: 172.30.0.0/24 }] } }
`,
    },
  ],
  [
    [
      "proof.port-left-out labs/01-page/alternatives/long-syntax/compose.yaml:11:1",
      "proof.port-left-out labs/01-page/reference/compose.yaml:6:1",
    ],
    { "lab.yaml": (text) => text.slice(0, text.indexOf("allow:")) },
  ],
];

const reached = new Set<string>();

it.each([...LAB, ...HIDDEN, ...PATHS, ...IMAGES, ...HINTS, ...TASK, ...PROOF])(
  "%o",
  async (expected, changes, course) => {
    const findings = await lintChanged(changes, course);
    for (const { code, message, remedy } of findings) {
      reached.add(code);
      expect(message).toMatch(/[^.]$/);
      expect(remedy).toMatch(/^[A-Z`][\s\S]*\.$/);
    }
    const shown = findings.map(({ code, place: { file, line, column } }) =>
      [`${code} ${file}`, ...(line === undefined ? [] : [line, column])].join(":"),
    );
    expect(shown.toSorted()).toEqual(expected.toSorted());
  },
);

afterAll(() => {
  const unreached = LINT_CODES.filter((code) => !code.startsWith("checks.") && !reached.has(code));
  expect(unreached).toEqual([]);
});
