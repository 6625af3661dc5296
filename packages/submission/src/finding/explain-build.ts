import type { Explanations } from "./explanation.ts";

/** `build:` and the Dockerfile. */
export const buildExplanations = {
  "build.outside": {
    severity: "refuse",
    message: "`{key}` of service `{service}` is `{path}`, which lies outside the submission",
    remedy: "Build from a folder of the submission, by a relative path.",
  },
  "build.remote": {
    severity: "refuse",
    message: "`{key}` of service `{service}` is `{path}`, which would be fetched from elsewhere",
    remedy: "Build from a folder of the submission, by a relative path.",
  },
  "build.missing": {
    severity: "refuse",
    message: "`{key}` of service `{service}` is `{path}`, and there is no such folder",
    remedy: "[Did you mean `{likely}`? ]Correct the path; it is relative to the Compose file.",
  },
  "build.image-name": {
    severity: "refuse",
    message: "service `{service}` is built and named `{image}`, which would replace an image that others start from",
    remedy: "Remove `image`, or choose a name of your own such as `my-{service}`.",
  },
  "build.network": {
    severity: "refuse",
    message: "`build.network: {value}` of service `{service}` reaches the host's or a foreign network",
    remedy: "Remove it; builds run without a network.",
  },
  "build.privileged": {
    severity: "refuse",
    message: "`{key}` gives the build of service `{service}` rights on the host",
    remedy: "Remove it.",
  },
  "build.ssh": {
    severity: "refuse",
    message: "`build.ssh` of service `{service}` hands the grader's SSH keys to the build",
    remedy: "Remove it.",
  },
  "build.tags": {
    severity: "refuse",
    message: "`build.tags` of service `{service}` gives the image names that may be somebody else's",
    remedy: "Remove it.",
  },
  "build.cache": {
    severity: "refuse",
    message: "`{key}` of service `{service}` reads or writes a build cache outside the run",
    remedy: "Remove it.",
  },
  "build.extra_hosts": {
    severity: "refuse",
    message: "`build.extra_hosts` of service `{service}` changes how the build finds hosts",
    remedy: "Remove it; builds run without a network.",
  },
  "build.syntax": {
    severity: "refuse",
    message: "the build argument `{name}` of service `{service}` steers the builder itself",
    remedy: "Remove it, or give the argument another name.",
  },
  "dockerfile.missing": {
    severity: "refuse",
    message: "service `{service}` builds from `{path}`, and there is no such file",
    remedy: "[Did you mean `{likely}`? ]Write the Dockerfile, or correct `build.dockerfile`.",
  },
  "dockerfile.syntax-error": {
    severity: "refuse",
    message: "the Dockerfile cannot be read: {problem}",
    remedy: "[Did you mean `{likely}`? ]Correct the line.",
  },
  "dockerfile.syntax": {
    severity: "refuse",
    message: "`# syntax={value}` makes the builder fetch and run a program",
    remedy: "Remove the line; only `docker/dockerfile:1` is allowed.",
  },
  "dockerfile.from": {
    severity: "refuse",
    message: "`{keyword}` takes from `{value}`, which is neither a stage above nor an image of this lab",
    remedy: "[Did you mean `{likely}`? ]Use one of: {allowed}.",
  },
  "dockerfile.add-remote": {
    severity: "refuse",
    message: "`ADD {value}` would be fetched from the host's network, or names its source by a variable",
    remedy: "Put the file into the submission and use `COPY`.",
  },
  "dockerfile.run-flags": {
    severity: "refuse",
    message: "`{flag}` gives a build step what lies outside the build",
    remedy: "Remove the flag; builds run without a network and without the grader's keys.",
  },
} as const satisfies Explanations;
