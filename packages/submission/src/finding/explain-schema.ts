import type { Explanations } from "./explanation.ts";

/** Shape of the Compose file: what is missing, misspelt or contradictory. */
export const schemaExplanations = {
  "schema.missing": {
    severity: "refuse",
    message: "there is no `{file}`[, only `{other}`]",
    remedy: "[Rename `{other}` to `{file}`. ]Write the Compose file that the task asks for, under that name.",
  },
  "schema.ambiguous": {
    severity: "refuse",
    message: "`{other}` stands beside `{file}`, and which of them Compose reads depends on how it is called",
    remedy: "Keep `{file}` and remove `{other}`.",
  },
  "schema.empty": {
    severity: "refuse",
    message: "the file is empty",
    remedy: "Write at least one service under `services:`.",
  },
  "schema.root": {
    severity: "refuse",
    message: "`{path}` must be a mapping of keys to values, and is {found}",
    remedy: "Write `key: value` lines, as in `services:` followed by indented service names.",
  },
  "schema.unknown-key": {
    severity: "refuse",
    message: "`{key}` is not a key that may stand in {where}",
    remedy: "[Did you mean `{likely}`? ]Correct the spelling or the indentation, or remove it.",
  },
  "schema.dropped": {
    severity: "note",
    message: "`{path}` is left out while grading",
    remedy: "Nothing to do; keep it if you need it yourself.",
  },
  "schema.service": {
    severity: "refuse",
    message: "service `{service}` has neither `image` nor `build`, so there is nothing to run",
    remedy: "Give it an image, or a folder with a Dockerfile to build from.",
  },
  "schema.depends": {
    severity: "refuse",
    message: "service `{service}` depends on `{target}`, {problem}",
    remedy:
      "[Did you mean `{likely}`? ]Depend only on services of this file that start with it, and never in a circle.",
  },
  "schema.network": {
    severity: "refuse",
    message: "service `{service}` joins the network `{target}`, which is not declared",
    remedy: "[Did you mean `{likely}`? ]Declare it at the top level under `networks:`.",
  },
  "schema.volume": {
    severity: "refuse",
    message: "service `{service}` mounts the volume `{target}`, which is not declared",
    remedy:
      "[Did you mean `{likely}`? ]Declare it at the top level under `volumes:`, or write `./{target}` if you mean a folder.",
  },
  "schema.resource": {
    severity: "refuse",
    message: "service `{service}` uses the {kind} `{target}`, which is not declared",
    remedy: "[Did you mean `{likely}`? ]Declare it at the top level under `{kind}s:`.",
  },
  "schema.ports": {
    severity: "refuse",
    message: "a port cannot be read: {problem}",
    remedy: 'Write `"HOST:CONTAINER"` or `"ADDRESS:HOST:CONTAINER"` in quotes, with numbers from 1 to 65535.',
  },
  "schema.bytes": {
    severity: "refuse",
    message: "a size cannot be read: {problem}",
    remedy: "Write a number with a unit, such as `64m` or `1g`.",
  },
  "schema.invalid": {
    severity: "refuse",
    message: "Compose refuses the file: {problem}",
    remedy: "Correct what it names; `docker compose config` shows the same.",
  },
  "schema.cost": {
    severity: "refuse",
    message: "Compose needs more than {seconds} s or 2 GB to read the file",
    remedy: "Make it simpler: fewer services, variables, aliases and levels.",
  },
  "interp.syntax": {
    severity: "refuse",
    message: "a `$` here does not form a variable: {problem}",
    remedy: "Write `$$` for a plain dollar sign, or close the brace of the variable.",
  },
  "interp.required": {
    severity: "refuse",
    message: "the variable `{name}` is required and has no value[: {problem}]",
    remedy: "Set it in `.env`, or give it a default with `:-`.",
  },
  "interp.count": {
    severity: "refuse",
    message: "the files have more than {limit} `$`, which would keep Compose busy for long",
    remedy: "Use fewer variables.",
  },
  "interp.size": {
    severity: "refuse",
    message: "the variables expand to more than {limit} characters, which would keep Compose busy without end",
    remedy: "Use shorter values, and do not build variables out of each other again and again.",
  },
  "interp.unset": {
    severity: "note",
    message: "the variable `{name}` has no value, so it is empty",
    remedy: "Set it in `.env` or give it a default, if you need it; the grader's environment is not passed on.",
  },
  "include.outside": {
    severity: "refuse",
    message: "`include` names `{path}`, which is not a plain path of a file inside the submission",
    remedy: "Put the file into the folder and name it by a relative path without variables.",
  },
  "include.remote": {
    severity: "refuse",
    message: "`include` names `{path}`, which would be fetched from elsewhere",
    remedy: "Copy the file into the submission and include that.",
  },
  "include.missing": {
    severity: "refuse",
    message: "`include` names `{path}`, and there is no such file",
    remedy: "[Did you mean `{likely}`? ]Correct the path; it is relative to the file that includes.",
  },
  "include.cycle": {
    severity: "refuse",
    message: "`{path}` includes itself, or files include each other more than {limit} levels deep",
    remedy: "Include each file once, from the main Compose file.",
  },
  "extends.outside": {
    severity: "refuse",
    message: "`extends` names `{path}`, which is not a plain path of a file inside the submission",
    remedy: "Put the file into the folder and name it by a relative path without variables.",
  },
  "extends.missing": {
    severity: "refuse",
    message: "`extends` names {target}, which does not exist",
    remedy: "[Did you mean `{likely}`? ]Correct the file or service name.",
  },
  "extends.cycle": {
    severity: "refuse",
    message: "service `{service}` extends itself by way of others",
    remedy: "Let a service extend only one that does not extend it.",
  },
  "env.outside": {
    severity: "refuse",
    message: "`env_file` names `{path}`, which is not a plain path of a file inside the submission",
    remedy: "Put the file into the folder and name it by a relative path without variables.",
  },
  "env.missing": {
    severity: "refuse",
    message: "`env_file` names `{path}`, and there is no such file",
    remedy: "[Did you mean `{likely}`? ]Correct the path, or hand the file in.",
  },
  "names.reserved": {
    severity: "refuse",
    message: "`{name}` cannot be used as a name",
    remedy: "Use letters, digits, hyphens and underscores, as in `web` or `order-db`.",
  },
  "top.models": {
    severity: "refuse",
    message: "`models` makes Compose fetch and run language models",
    remedy: "Remove it.",
  },
} as const satisfies Explanations;
