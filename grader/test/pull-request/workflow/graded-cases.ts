import { trapsFor } from "./canary.ts";
import { COURSE, type CourseRepository, type Entries, solution } from "./course-repository.ts";
import type { OpenOptions, RunOptions } from "./github.ts";

/** A pull request, and what a run of `grade.yml` is seen to make of it. */
export interface PullRequestCase {
  what: string;
  open(course: CourseRepository): Promise<OpenOptions>;
  run?: RunOptions;
  /** Of the step that grades. */
  exitCode: number;
  verdict: string;
  /** Why the pull request itself is refused: codes, with paths. */
  findings?: string[];
  /** What became of each submission: its lab, and its points or verdict. */
  submissions?: string[];
  /** What the summary and the comment may have within code alone, where it is no markup and no mention. */
  shownAsCode?: string[];
  /** All of them, as the page of the changes shows them, in the order of the log. */
  annotations: string[];
}

export const MINE = "submissions/alice/01-demo";

const MINE_AGAIN = "submissions/alice/02-again";

/** A right solution, and something more. */
export const rightAnd = (more: Entries) => async () => ({ changes: { ...(await solution(MINE)), ...more } });

const SAID = `::error file=README.md,line=1::forged
  ::add-mask::40
##[error]forged
@everyone <img src=x onerror=alert(1)> **bold** [here](javascript:alert(1)) | \`\`\`
</details></code></pre><script>alert(1)</script>
\u001b]0;title\u0007\u001b[2J::stop-commands::x
`;

const FULL = {
  exitCode: 0,
  verdict: "graded",
  submissions: ["01-demo 40/40"],
  annotations: ["notice Pull request", "notice A page in an image"],
};

export const GRADED: PullRequestCase[] = [
  { what: "a right solution from a fork", open: rightAnd({}), ...FULL },
  {
    what: "a right solution from a branch of the course itself, begun before the course went on",
    open: async (course) => ({
      changes: await solution(MINE),
      parents: [course.oldBase],
      from: COURSE,
    }),
    ...FULL,
  },
  {
    what: "a solution that a crash ends for good",
    open: async () => ({ changes: await solution(MINE, "no-restart") }),
    exitCode: 1,
    verdict: "graded",
    submissions: ["01-demo 30/40"],
    annotations: [
      "notice Pull request",
      "notice A page in an image",
      `error ${MINE}/compose.yaml:2 web comes back after a crash (0 of 10 points)`,
    ],
  },
  {
    what: "a wrong solution, whose service ends at once",
    open: async () => ({ changes: await solution(MINE, "crashes") }),
    exitCode: 1,
    verdict: "graded",
    submissions: ["01-demo 15/40"],
    annotations: [
      "notice Pull request",
      "notice A page in an image",
      `error ${MINE}/compose.yaml:2 web starts and stays up (0 of 5 points)`,
    ],
  },
  {
    what: "a Dockerfile that cannot be built",
    open: rightAnd({ [`${MINE}/Dockerfile`]: "FROM busybox:1.37\nCOPY pages /www\n" }),
    exitCode: 1,
    verdict: "graded",
    submissions: ["01-demo 5/40"],
    annotations: [
      "notice Pull request",
      "notice A page in an image",
      `error ${MINE}/Dockerfile:2 The image holds the page (0 of 10 points)`,
      `error ${MINE}/Dockerfile:2 web starts and stays up (0 of 5 points)`,
    ],
  },
  {
    what: "two labs at once",
    open: async () => ({
      changes: {
        ...(await solution(MINE)),
        ...(await solution(MINE_AGAIN, "wrong-folder")),
        [`${MINE_AGAIN}/compose.yml`]: undefined,
      },
    }),
    exitCode: 1,
    verdict: "graded",
    submissions: ["01-demo 40/40", "02-again 20/40"],
    annotations: [
      "notice Pull request",
      "notice A page in an image",
      "notice A page in an image",
      `error ${MINE_AGAIN}/compose.yaml:5 The page is served (0 of 10 points)`,
    ],
  },
  {
    what: "files that are renamed",
    open: async () => {
      const { [`${MINE_AGAIN}/compose.yaml`]: compose } = await solution(MINE_AGAIN);
      return { changes: { [`${MINE_AGAIN}/compose.yml`]: undefined, [`${MINE_AGAIN}/compose.yaml`]: compose } };
    },
    ...FULL,
    submissions: ["02-again 40/40"],
  },
  {
    what: "a binary file and names that look like markup",
    open: rightAnd({
      [`${MINE}/site/logo.png`]: Buffer.from([0x89, 0x50, 0x4e, 0x47, 0, 0xff, 0xfe]),
      [`${MINE}/site/<img src=x onerror=alert(1)> @everyone **b**.html`]: "",
      [`${MINE}/@everyone <b>.md`]: "",
    }),
    ...FULL,
  },
  {
    what: "a right solution among files that tools execute or take settings from",
    open: rightAnd(trapsFor(`${MINE}/`)),
    ...FULL,
  },
  {
    what: "a service that writes commands, markup and mentions",
    open: rightAnd({
      [`${MINE}/site/said.txt`]: SAID,
      [`${MINE}/Dockerfile`]: 'FROM busybox:1.37\nCOPY site /www\nCMD ["sh", "-c", "cat /www/said.txt; exit 7"]\n',
      [`${MINE}/notes.txt`]: SAID,
    }),
    exitCode: 1,
    verdict: "graded",
    submissions: ["01-demo 15/40"],
    annotations: [
      "notice Pull request",
      "notice A page in an image",
      `error ${MINE}/compose.yaml:2 web starts and stays up (0 of 5 points)`,
    ],
    shownAsCode: ["@everyone", "<img src=x", "](javascript:"],
  },
  {
    what: "a Compose file that is no text",
    open: rightAnd({ [`${MINE}/compose.yaml`]: Buffer.from([0x89, 0x50, 0x4e, 0x47, 0, 0xff, 0xfe]) }),
    exitCode: 1,
    verdict: "graded",
    submissions: ["01-demo refused"],
    annotations: [
      "notice Pull request",
      "notice A page in an image",
      `error ${MINE}/compose.yaml Refused: yaml.encoding`,
    ],
  },
  {
    what: "a Compose file that reaches for the machine",
    open: rightAnd({
      [`${MINE}/compose.yaml`]: `services:
  web:
    build: .
    privileged: true
    volumes: ["/:/host"]
    network_mode: host
`,
    }),
    exitCode: 1,
    verdict: "graded",
    submissions: ["01-demo refused"],
    annotations: [
      "notice Pull request",
      "notice A page in an image",
      `error ${MINE}/compose.yaml:4 Refused: service.privileged`,
      `error ${MINE}/compose.yaml:6 Refused: service.network_mode`,
      `error ${MINE}/compose.yaml:5 Refused: mount.host`,
    ],
  },
  {
    what: "nothing at all",
    open: () => Promise.resolve({ changes: {} }),
    exitCode: 0,
    verdict: "nothing",
    annotations: ["notice Pull request"],
  },
];
