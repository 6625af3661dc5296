import type { Explanations } from "./explanation.ts";

/** What the raw gate finds in the tree and in YAML text, before any tool reads it. */
export const fileExplanations = {
  "fs.symlink-outside": {
    severity: "refuse",
    message: "`{path}` is a link to `{target}`, which lies outside the submission",
    remedy: "Replace the link by the file itself, or let it point to a file inside the folder.",
  },
  "fs.special": {
    severity: "refuse",
    message: "`{path}` is a {kind}, and a submission holds only files, folders and links",
    remedy: "Remove it.",
  },
  "fs.unreadable": {
    severity: "refuse",
    message: "`{path}` cannot be read ({reason})",
    remedy: "Give yourself read permission on it, or remove it.",
  },
  "fs.count": {
    severity: "refuse",
    message: "the submission has more than {limit} files",
    remedy: "Remove what the task does not ask for, such as dependencies and build output.",
  },
  "fs.size": {
    severity: "refuse",
    message: "the submission is larger than {limit} bytes (reached at `{path}`)",
    remedy: "Remove large files that the task does not ask for.",
  },
  "given.replaced": {
    severity: "note",
    message: "`{path}` is given by the lab, so your version of it is not used",
    remedy: "Put your own changes into the files that the task asks for.",
  },
  "yaml.size": {
    severity: "refuse",
    message: "the file has, alone or with those before it, {bytes} bytes, and at most {limit} are read",
    remedy: "Shorten it; a Compose file or Dockerfile of a lab needs a few kilobytes.",
  },
  "yaml.encoding": {
    severity: "refuse",
    message: "the file is not UTF-8 text ({found})",
    remedy: "Save it as UTF-8.",
  },
  "yaml.depth": {
    severity: "refuse",
    message: "the file is nested more than {limit} levels deep",
    remedy: "Remove the needless brackets or indentation.",
  },
  "yaml.cost": {
    severity: "refuse",
    message: "the file takes more than {seconds} s or too much memory to parse",
    remedy: "Make it simpler: fewer keys, aliases and levels.",
  },
  "yaml.syntax": {
    severity: "refuse",
    message: "this is not valid YAML: {problem}",
    remedy: "Correct the line; look at indentation, colons and quotes, on the line before it too.",
  },
  "yaml.one-document": {
    severity: "refuse",
    message: "a second YAML document starts here, and Compose would merge it over the first",
    remedy: "Remove the `---` line and keep one document a file.",
  },
  "yaml.tags": {
    severity: "refuse",
    message: "the tag `{tag}` changes what Compose reads here, and tags are not allowed",
    remedy: "Remove the tag and write the plain value.",
  },
  "yaml.duplicate": {
    severity: "refuse",
    message: "the key `{key}` is here twice, and Compose refuses a mapping with two of the same name",
    remedy: "Keep one of them.",
  },
  "yaml.aliases": {
    severity: "refuse",
    message: "the file holds too much once its aliases are expanded ({found}, at most {limit})",
    remedy: "Write less, use fewer aliases, and none that contains itself or other lists of aliases.",
  },
  "dotenv.reserved": {
    severity: "refuse",
    message: "`{name}` steers Docker, Git or the shell rather than your stack, and may not be set in `{file}`",
    remedy: "Remove the line, or give the variable another name.",
  },
  "dotenv.syntax": {
    severity: "refuse",
    message: "this line is not `NAME=value`",
    remedy: "Write one `NAME=value` a line; comments start with `#`.",
  },
} as const satisfies Explanations;
