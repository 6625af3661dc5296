import { type DockerfileText, isDockerfile, readDockerfile, rewrite, type Step, stepsOf } from "./dockerfile-text.ts";
import type { Operator, Source } from "./operator.ts";

/** One mistake in a Dockerfile: other texts for some of its instructions; undefined takes one away. */
export interface DockerfileEdit {
  step: Step;
  detail?: string;
  changes: readonly (readonly [Step, string | undefined])[];
}

/** An operator that is written as edits of Dockerfiles. A target is `Dockerfile:7`, by the line of the instruction. */
export function dockerfileOperator(
  operator: Omit<Operator, "mutate"> & {
    edits(dockerfile: DockerfileText, steps: readonly Step[], source: Source): Iterable<DockerfileEdit>;
  },
): Operator {
  const { id, title, meaning } = operator;
  return {
    id,
    title,
    meaning,
    *mutate(source) {
      for (const [file, text] of source.files) {
        if (!isDockerfile(file)) continue;
        const dockerfile = readDockerfile(file, text);
        for (const { step, detail, changes } of operator.edits(dockerfile, stepsOf(dockerfile), source)) {
          const place = `${file}:${step.place.line}`;
          const changed = rewrite(dockerfile, new Map(changes.map(([{ part }, other]) => [part, other])));
          yield { target: detail === undefined ? place : `${place}=${detail}`, files: new Map([[file, changed]]) };
        }
      }
    },
  };
}

/** An edit of each instruction with one of these keywords for which there is another text. */
export function eachStep(
  keywords: readonly string[],
  change: (
    step: Step,
    dockerfile: DockerfileText,
    source: Source,
  ) => Iterable<{ detail?: string; text: string | undefined }>,
) {
  return function* (dockerfile: DockerfileText, steps: readonly Step[], source: Source): Iterable<DockerfileEdit> {
    for (const step of steps) {
      if (!keywords.includes(step.keyword)) continue;
      for (const { detail, text } of change(step, dockerfile, source)) {
        yield { step, ...(detail === undefined ? {} : { detail }), changes: [[step, text]] };
      }
    }
  };
}
