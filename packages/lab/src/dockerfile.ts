import type { Place } from "./place.ts";

/** A parsed Dockerfile with ARG defaults resolved; made by `@compose-labs/submission`. */
export interface Dockerfile {
  /** Path relative to the submission. */
  file: string;
  stages: DockerfileStage[];
  /** The stage that is built: `build.target`, or the last one. */
  final: DockerfileStage;
}

export interface DockerfileStage {
  index: number;
  name: string | undefined;
  base: {
    /** After ARG substitution, such as `python:3.13-slim` or an earlier stage's name; undefined when a variable has no value. */
    reference: string | undefined;
    /** Index of the stage this one starts from, when it is one. */
    stage: number | undefined;
  };
  place: Place;
  instructions: DockerfileInstruction[];
}

export interface DockerfileInstruction {
  /** Upper case: `RUN`, `COPY`. */
  keyword: string;
  /** Arguments as written, without flags, with line continuations joined. */
  arguments: string;
  /** `--from=builder` is `{from: "builder"}`. A flag without a value is an empty string. */
  flags: Record<string, string>;
  /** Present for RUN, CMD, ENTRYPOINT, SHELL and HEALTHCHECK's CMD. */
  form: "exec" | "shell" | undefined;
  place: Place;
}
