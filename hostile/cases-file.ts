import { readFile } from "node:fs/promises";
import { type LabError, usageError } from "@compose-labs/lab";
import * as v from "valibot";

const path = v.pipe(v.string(), v.regex(/^(?!\/)(?!.*(^|\/)\.\.(\/|$)).+$/s, "a path inside the submission"));

/** What a plain folder or Git cannot hold, laid into a copy of the case's folder. Paths are relative to it. */
const made = v.union([
  v.strictObject({ folder: path }),
  v.strictObject({ fifo: path }),
  v.strictObject({ socket: path }),
  v.strictObject({ link: path, to: v.string() }),
  /** A file of so many zero bytes that takes no room on the disk. */
  v.strictObject({ sparse: path, bytes: v.number() }),
  /** A file with `text` repeated, for bombs that would be unreadable in the corpus. */
  v.strictObject({ file: path, text: v.string(), times: v.optional(v.number(), 1) }),
  /** Adds `text` repeated to the end of a file of the case; `#` in it becomes the number of the repetition. */
  v.strictObject({ append: path, text: v.string(), times: v.optional(v.number(), 1) }),
  /** Rewrites a UTF-8 file of the case in another encoding. */
  v.strictObject({ encode: path, as: v.picklist(["utf16le", "latin1"]) }),
  /** So many small files in a folder. */
  v.strictObject({ files: path, count: v.number() }),
]);

/** `judgement: true`, with which a case allows another choice, is not read: such a case is held to like every other. */
const hostileCase = v.object({
  name: v.pipe(v.string(), v.regex(/^[\w-][\w.-]*$/, "the name of a folder")),
  why: v.string(),
  expect: v.picklist(["refused", "bounded", "ok"]),
  rule: v.string(),
  at: v.optional(v.pipe(v.string(), v.regex(/^.+?(:\d+){0,2}$/, "FILE, FILE:LINE or FILE:LINE:COLUMN"))),
  harness: v.optional(v.string()),
  make: v.optional(v.array(made), []),
  /** Codes of the notes that the result must have as well. */
  notes: v.optional(v.array(v.string()), []),
});

export type Made = v.InferOutput<typeof made>;
export type HostileCase = v.InferOutput<typeof hostileCase>;

/** Reads a cases file. Throws the usage errors CASES_MISSING and CASES_MALFORMED. */
export async function readCases(file: string): Promise<HostileCase[]> {
  let value: unknown;
  try {
    value = JSON.parse(await readFile(file, "utf8"));
  } catch (error) {
    if (!(error instanceof SyntaxError)) {
      throw usageError("CASES_MISSING", `found no file ${file}, expected a list of cases`, {
        hint: "Name it after the folder: npm run hostile -- FOLDER CASES.json",
      });
    }
    throw malformed(file, `found text that is not JSON (${error.message}), expected a list of cases`);
  }
  const parsed = v.safeParse(v.array(hostileCase), value);
  if (!parsed.success) throw malformed(file, describeIssue(parsed.issues[0], value));
  const names = parsed.output.map(({ name }) => name);
  const twice = names.find((name, index) => names.indexOf(name) !== index);
  if (twice !== undefined) throw malformed(file, `found two cases named ${twice}, expected each name once`);
  return parsed.output;
}

function malformed(file: string, text: string): LabError {
  return usageError("CASES_MALFORMED", `${file}: ${text}`, {
    hint: 'A case is {"name", "why", "expect": "refused" | "bounded" | "ok", "rule"} and may have "at", "harness", "judgement" and "make".',
  });
}

function describeIssue(issue: v.BaseIssue<unknown>, value: unknown): string {
  const path = (issue.path ?? []).map(({ key }) => String(key));
  const entry = Array.isArray(value) ? (value[Number(path[0])] as { name?: unknown } | undefined) : undefined;
  const name = typeof entry?.name === "string" ? ` (${entry.name})` : "";
  const where = path.length === 0 ? "" : `case ${Number(path[0]) + 1}${name}, ${path.slice(1).join(".") || "itself"}: `;
  const expected = issue.expected ?? issue.message;
  const wanted = issue.type === "regex" ? issue.message : expected;
  return `${where}found ${issue.received}, expected ${wanted}`;
}
