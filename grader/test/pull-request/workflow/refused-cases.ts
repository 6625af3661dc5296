import { REPLACED_COURSE, trapsFor } from "./canary.ts";
import { type Entries, solution } from "./course-repository.ts";
import { MINE, type PullRequestCase, rightAnd } from "./graded-cases.ts";

const AGAIN = "submissions/alice/02-again";
const POINTER = `version https://git-lfs.github.com/spec/v1\noid sha256:${"a".repeat(64)}\nsize 12345\n`;

const change = (changes: Entries) => () => Promise.resolve({ changes });

/** Refused as a whole, with a finding for each path, which the page of the changes shows at its file. */
function refused(what: string, open: PullRequestCase["open"], findings: string[]): PullRequestCase {
  const annotations = findings.map((finding) => {
    const [code, ...path] = finding.split(" ");
    return ["error", ...path, "Refused:", code].join(" ");
  });
  return {
    what,
    open,
    exitCode: 1,
    verdict: "refused",
    findings,
    annotations: ["notice Pull request", ...annotations],
  };
}

export const REFUSED: PullRequestCase[] = [
  refused("a lab's checks", rightAnd({ "labs/01-demo/checks.ts": REPLACED_COURSE["labs/01-demo/checks.ts"] }), [
    "path.outside labs/01-demo/checks.ts",
  ]),
  refused("the course's own files, all replaced", rightAnd(REPLACED_COURSE), [
    "path.outside .github/actions/grade/action.yml",
    "path.outside grader/bin/grader.mjs",
    "path.outside grader/src/main.ts",
    "path.outside labs/01-demo/checks.ts",
    "path.outside packages/lab/src/index.ts",
  ]),
  refused("a workflow", rightAnd({ ".github/workflows/grade.yml": "on: push\n" }), [
    "path.outside .github/workflows/grade.yml",
  ]),
  refused(
    "package.json and .npmrc",
    rightAnd(
      Object.fromEntries(Object.entries(trapsFor("")).filter(([path]) => /^(package\.json|\.npmrc)$/.test(path))),
    ),
    ["path.outside .npmrc", "path.outside package.json"],
  ),
  refused("whatever tools execute or take settings from", rightAnd(trapsFor("")), []),
  refused("another student's folder", rightAnd({ "submissions/bob/01-demo/notes.txt": "mine\n" }), [
    "path.other-student submissions/bob/01-demo/notes.txt",
  ]),
  refused("a submission that is deleted", async () => {
    const there = { ...(await solution(AGAIN)), [`${AGAIN}/compose.yml`]: "" };
    delete there[`${AGAIN}/compose.yaml`];
    return { changes: Object.fromEntries(Object.keys(there).map((path) => [path, undefined])) };
  }, [`submission.deleted ${AGAIN}`]),
  refused(
    "a link out of the repository",
    rightAnd({ [`${MINE}/site/passwd`]: { link: "../../../../../etc/passwd" } }),
    [`file.symlink ${MINE}/site/passwd`],
  ),
  refused("a submodule", rightAnd({ [`${MINE}/site/theme`]: { submodule: "1".repeat(40) } }), [
    `file.submodule ${MINE}/site/theme`,
  ]),
  refused(
    "a submodule with a program for its update",
    rightAnd({
      ".gitmodules": `[submodule "theme"]\n\tpath = ${MINE}/theme\n\turl = ./\n\tupdate = !touch trap\n`,
      [`${MINE}/theme`]: { submodule: "1".repeat(40) },
    }),
    ["path.outside .gitmodules"],
  ),
  refused(
    "a pointer of Git LFS",
    rightAnd({ [`${MINE}/site/.gitattributes`]: "*.png filter=lfs\n", [`${MINE}/site/logo.png`]: POINTER }),
    [`file.lfs-pointer ${MINE}/site/logo.png`],
  ),
  refused(
    "names that look like commands, markup and mentions",
    change({
      "labs/\n::error file=README.md::forged": "",
      "labs/@everyone <img src=x onerror=alert(1)> **b** [a](javascript:alert(1))": "",
      "##[error]forged": "",
    }),
    [],
  ),
  refused("a history of its own", async (course) => ({ ...(await rightAnd({})(course)), parents: [] }), [
    "history.unrelated",
  ]),
];
