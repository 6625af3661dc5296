import { execFile } from "node:child_process";
import { readFile, symlink } from "node:fs/promises";
import { join, resolve } from "node:path";
import { promisify } from "node:util";
import * as v from "valibot";
import { afterAll, beforeAll, expect, it } from "vitest";
import { type CourseRepository, createCourseRepository } from "./course-repository.ts";
import { git } from "./git.ts";
import { readWorkflow } from "./workflow-file.ts";

const project = resolve(import.meta.dirname, "../../../..");
const run = promisify(execFile);

let course: CourseRepository;
let clone: string;
beforeAll(async () => {
  course = await createCourseRepository();
  clone = join(course.folder, "clone");
  await git(clone, ["checkout", "--quiet", "--detach", course.base]);
  await symlink(join(project, "node_modules"), join(clone, "node_modules"), "dir");
}, 60_000);
afterAll(() => course[Symbol.asyncDispose]());

/** Labs that the step of `verify.yml` proves for a change: turbo is asked what it would run, and runs nothing. */
async function affectedBy(path: string): Promise<string[]> {
  const head = await course.commit({ parents: [course.base], changes: { [path]: "# changed\n" } });
  await git(clone, ["checkout", "--quiet", "--detach", head]);
  const text = await readFile(join(project, ".github/workflows/verify.yml"), "utf8");
  const [step, ...others] = (readWorkflow(text, "verify.yml").jobs["verify"]?.steps ?? []).filter(({ run }) => run);
  expect(others).toEqual([]);
  const [, script = "", options = ""] = /^npm run (\S+) -- (.*)$/.exec(step?.run ?? "") ?? [];
  const { scripts } = JSON.parse(await readFile(join(project, "package.json"), "utf8")) as {
    scripts: Record<string, string>;
  };
  const [, command = ""] = (scripts[script] ?? "").split("node_modules/turbo/bin/turbo ");
  const { stdout } = await run(
    process.execPath,
    [join(project, "node_modules/turbo/bin/turbo"), ...command.split(" "), ...options.split(" "), "--dry=json"],
    {
      cwd: clone,
      maxBuffer: 64 * 1024 * 1024,
      env: {
        PATH: process.env["PATH"],
        HOME: course.folder,
        TURBO_TELEMETRY_DISABLED: step?.env["TURBO_TELEMETRY_DISABLED"],
        TURBO_SCM_BASE: course.base,
        TURBO_SCM_HEAD: head,
      },
    },
  );
  const { tasks } = v.parse(
    v.object({ tasks: v.array(v.object({ package: v.string(), command: v.string() })) }),
    JSON.parse(stdout),
  );
  // Packages without the script are in the plan, and nothing is run for them.
  return tasks
    .filter(({ command }) => command !== "<NONEXISTENT>")
    .map((task) => task.package.replace("@compose-labs/", ""))
    .sort();
}

const ALL = [
  "lab-03-dockerfile-basics",
  "lab-05-process-lifecycle",
  "lab-06-volumes",
  "lab-07-bridge-networks",
  "lab-09-compose-stack",
];

it.each([
  ["labs/03-dockerfile-basics/lab.yaml", ALL.slice(0, 1)],
  ["labs/07-bridge-networks/mutants/no-alias/compose.yaml", ["lab-07-bridge-networks"]],
  ["grader/src/main.ts", ALL],
  ["packages/engine/src/run.ts", ALL],
  ["labs/images.yaml", ALL],
  ["package-lock.json", ALL],
  ["grader/test/run-cli.ts", []],
  ["docs/github.md", []],
])("a change of %s has these labs proven again", async (path, labs) => {
  expect(await affectedBy(path)).toEqual(labs);
});
