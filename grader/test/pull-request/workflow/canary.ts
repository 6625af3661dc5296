import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Entries } from "./course-repository.ts";

/** The file that is there if anything of a pull request's head was executed on the machine. */
export const CANARY = join(tmpdir(), `compose-labs-canary-${process.pid}`);

const SHELL = `touch ${CANARY}`;
const PROGRAM = { program: `#!/bin/sh\n${SHELL}\n` };
const MODULE = `import { writeFileSync } from "node:fs";\nwriteFileSync(${JSON.stringify(CANARY)}, "");\n`;

/** What one tool or another executes, or takes settings from that make it execute something, where it finds them. */
export function trapsFor(folder: string): Entries {
  const traps: Entries = {
    "package.json": JSON.stringify({
      name: "compose-labs",
      scripts: { preinstall: SHELL, install: SHELL, postinstall: SHELL, prepare: SHELL, test: SHELL },
    }),
    ".npmrc": `ignore-scripts=false\nscript-shell=./trap\nnode-options=--import=./trap.mjs\n`,
    ".bashrc": `${SHELL}\n`,
    ".envrc": `${SHELL}\n`,
    ".gitattributes": "* filter=trap diff=trap merge=trap\n",
    ".gitconfig": `[core]\n\tfsmonitor = ${SHELL}\n\thooksPath = .githooks\n[filter "trap"]\n\tsmudge = ${SHELL}\n`,
    ".githooks/post-checkout": PROGRAM,
    ".husky/post-checkout": PROGRAM,
    ".lfsconfig": `[lfs]\n\turl = ext::sh -c ${SHELL}\n`,
    ".docker/config.json": JSON.stringify({ credsStore: "trap", cliPluginsExtraDirs: ["."] }),
    "docker-credential-trap": PROGRAM,
    ".env": `BASH_ENV=.bashrc\nNODE_OPTIONS=--import=./trap.mjs\nCOMPOSE_FILE=trap.yaml\n`,
    bash_env: `${SHELL}\n`,
    trap: PROGRAM,
    "trap.mjs": MODULE,
    "sitecustomize.py": `open(${JSON.stringify(CANARY)}, "w")\n`,
  };
  for (const program of ["node", "npm", "npx", "git", "docker", "bash", "sh"]) {
    traps[program] = PROGRAM;
    traps[`node_modules/.bin/${program}`] = PROGRAM;
  }
  return Object.fromEntries(Object.entries(traps).map(([path, entry]) => [`${folder}${path}`, entry]));
}

/** The course's own files, each replaced by one that tells of its execution. */
export const REPLACED_COURSE: Entries = {
  ".github/actions/grade/action.yml": `name: Grade
description: Replaced
runs:
  using: composite
  steps:
    - shell: bash
      run: ${SHELL}
`,
  "grader/bin/grader.mjs": MODULE,
  "grader/src/main.ts": MODULE,
  "packages/lab/src/index.ts": MODULE,
  "labs/01-demo/checks.ts": MODULE,
};
