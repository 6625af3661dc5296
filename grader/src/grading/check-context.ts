import { constants } from "node:fs";
import { chmod, lstat, open, readFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import type { StackRun } from "@compose-labs/engine";
import {
  type CheckContext,
  CheckFailure,
  type ComposeModel,
  type Fresh,
  fail,
  type Lab,
  type Recorder,
  type SubmissionFiles,
} from "@compose-labs/lab";
import type { PreparedSubmission } from "@compose-labs/submission";

export interface ContextParts {
  lab: Lab;
  prepared: PreparedSubmission;
  model: ComposeModel;
  run: StackRun;
  fresh: Fresh;
}

/** What one check is given; its handles report to `recorder`. */
export function createContext({ lab, prepared, model, run, fresh }: ContextParts, recorder: Recorder): CheckContext {
  const handles = run.handles(recorder);
  return {
    model,
    service(name) {
      const service = model.services[name];
      if (service) return service;
      return fail({
        code: "SERVICE_MISSING",
        found: `the services ${Object.keys(model.services).join(", ") || "(none)"}`,
        expected: `a service named \`${name}\``,
        at: "services",
        hint: `The task fixes the name: call the service \`${name}\`.`,
        reproduce: "docker compose config --services",
      });
    },
    files: submissionFiles(lab, prepared),
    dockerfile(service) {
      const dockerfile = prepared.dockerfiles.get(service);
      if (dockerfile) return dockerfile;
      return fail({
        code: "BUILD_MISSING",
        found: `that \`${service}\` builds no image`,
        expected: "a `build:` with a Dockerfile",
        at: `services.${service}`,
      });
    },
    image: (service) => handles.image(service),
    stack: handles.stack,
    fresh,
    place: (path) => prepared.places.place(path),
    signal: recorder.signal,
    async eventually({ seconds, every = 0.1, tolerate, failure }, probe) {
      const deadline = run.clock.now() + seconds * 1000;
      let last: unknown;
      for (;;) {
        try {
          const value = await probe();
          if (value !== undefined) return value;
          last = undefined;
        } catch (thrown) {
          // Only the student's own failure may still turn out well; a fault of ours must never end as theirs.
          if (!(thrown instanceof CheckFailure)) throw thrown;
          if (tolerate !== undefined && !tolerate.includes(thrown.failure.code)) throw thrown;
          last = thrown;
        }
        if (run.clock.now() >= deadline) return fail(failure(last));
        await sleep(every * 1000, undefined, { signal: recorder.signal });
      }
    },
  };
}

const MOST_BYTES = 1024 * 1024;

function submissionFiles(lab: Lab, prepared: PreparedSubmission): SubmissionFiles {
  const known = new Set(prepared.files);
  return {
    list: () => [...prepared.files],
    async read(path) {
      if (!known.has(path)) return undefined;
      const bytes = await readFile(join(prepared.root, path));
      return bytes.subarray(0, MOST_BYTES).toString("utf8");
    },
    async write(path, text) {
      await writeInside(prepared.root, path, text);
    },
    async given(path) {
      return readFile(join(lab.starter, path)).catch((error: NodeJS.ErrnoException) => {
        if (error.code === "ENOENT") return undefined;
        throw error;
      });
    },
  };
}

/** Follows no link: what lies in the copy is the student's, and the grader writes nowhere else. */
async function writeInside(root: string, path: string, text: string): Promise<void> {
  const steps = path.split("/");
  if (steps.some((step) => step === "" || step === "." || step === "..")) {
    throw new RangeError(`found the path "${path}", expected one inside the submission such as "site/index.html"`);
  }
  for (let at = dirname(path); at !== "."; at = dirname(at)) {
    if (!(await lstat(join(root, at))).isDirectory()) throw new RangeError(`"${at}" is not a folder of the submission`);
  }
  const flags = constants.O_WRONLY | constants.O_CREAT | constants.O_TRUNC | constants.O_NOFOLLOW;
  const file = await open(join(root, path), flags, 0o644);
  try {
    await file.writeFile(text);
  } finally {
    await file.close();
  }
  await chmod(join(root, path), 0o644);
}
