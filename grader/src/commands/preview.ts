import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { listTree } from "@compose-labs/authoring/tree";
import { closest, type Lab, loadRubric, usageError } from "@compose-labs/lab";
import { renderCheckPreview, renderPreview } from "@compose-labs/report";
import { matchAny } from "@compose-labs/submission";
import { screenOf } from "../terminal.ts";
import { labNamed, projectOf } from "./lab-argument.ts";

export interface PreviewCommand {
  labs?: string;
  lab: string;
  check?: string;
  hints: number;
}

/** What a student will see of a lab: the task and the files, or one failure with its hints. */
export async function preview(command: PreviewCommand): Promise<number> {
  const lab = await labNamed(projectOf(command), command.lab);
  const screen = screenOf(process.stdout, process.env);
  process.stdout.write(
    command.check === undefined
      ? renderPreview(await readPreview(lab), screen)
      : renderCheckPreview(await findCheck(lab, command.check), { ...screen, hints: command.hints }),
  );
  return 0;
}

async function readPreview(lab: Lab) {
  const isGiven = matchAny(lab.manifest.given);
  const task = await readFile(join(lab.directory, "README.md"), "utf8").catch((cause: unknown) => {
    throw usageError("TASK_MISSING", `labs/${lab.slug}/README.md: found no readable file, expected the task`, {
      cause,
      hint: "Write it; `grader start` hands it out as TASK.md.",
    });
  });
  return {
    task,
    starter: (await listTree(lab.starter)).map((path) => ({ path, isGiven: isGiven(path) })),
    handedIn: lab.manifest.submission.files,
  };
}

async function findCheck(lab: Lab, id: string) {
  const { checks } = await loadRubric(lab);
  const check = checks.find((candidate) => candidate.id === id);
  if (check !== undefined) return check;
  const ids = checks.map((candidate) => candidate.id);
  const near = closest(id, ids);
  throw usageError("CHECK_UNKNOWN", `found no check "${id}" in ${lab.slug}, expected one of ${ids.join(", ")}`, {
    hint: near === undefined ? `See them with \`grader preview ${lab.slug}\`.` : `Did you mean \`${near}\`?`,
  });
}
