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
  {
    what: "all of that with the label of work on the course, which lets it pass ungraded",
    open: rightAnd({ ...REPLACED_COURSE, ...trapsFor("") }),
    run: { labels: ["course"] },
    exitCode: 0,
    verdict: "nothing",
    annotations: ["notice Pull request"],
  },
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
  {
    ...refused("a fork that is gone since", change({ "README.md": "" }), ["path.outside README.md"]),
    run: { forkDeleted: true },
  },
  refused("whatever tools execute or take settings from", rightAnd(trapsFor("")), [
    "path.outside .bashrc",
    "path.outside .docker/config.json",
    "path.outside .env",
    "path.outside .envrc",
    "path.outside .gitattributes",
    "path.outside .gitconfig",
    "path.outside .githooks/post-checkout",
    "path.outside .husky/post-checkout",
    "path.outside .lfsconfig",
    "path.outside .npmrc",
    "path.outside",
  ]),
  refused("another student's folder", rightAnd({ "submissions/bob/01-demo/notes.txt": "mine\n" }), [
    "path.other-student submissions/bob/01-demo/notes.txt",
  ]),
  refused("a submission that is deleted", async () => {
    const there = Object.keys(await solution(AGAIN)).map((path) => path.replace("compose.yaml", "compose.yml"));
    return { changes: Object.fromEntries(there.map((path) => [path, undefined])) };
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
  {
    what: "names that look like commands, markup and mentions",
    open: change({
      "labs/\n::error file=README.md::forged": "",
      "labs/@everyone <img src=x onerror=alert(1)> **b** [a](javascript:alert(1))": "",
      "##[error]forged": "",
    }),
    exitCode: 1,
    verdict: "refused",
    findings: [
      "path.outside ##[error]forged",
      "path.not-plain labs/\n::error file=README.md::forged",
      "path.not-plain labs/@everyone <img src=x onerror=alert(1)> **b** [a](javascript:alert(1))",
    ],
    annotations: [
      "notice Pull request",
      "error # #[error]forged Refused: path.outside",
      "error labs/ : :error file=README.md::forged Refused: path.not-plain",
      "error labs/@everyone <img src=x onerror=alert(1)> **b** [a](javascript:alert(1)) Refused: path.not-plain",
    ],
    shownAsCode: ["@everyone", "<img src=x", "](javascript:"],
  },
  refused("a history of its own", async () => ({ ...(await rightAnd({})()), parents: [] }), ["history.unrelated"]),
];
