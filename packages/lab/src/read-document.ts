import { createReadStream } from "node:fs";
import * as v from "valibot";
import { type LabError, usageError } from "./errors.ts";
import { findJsonFlaw, positionAt } from "./json-syntax.ts";
import { PULL_REQUEST_SCHEMA, type PullRequest, pullRequestSchema } from "./pull-request.ts";
import { RESULT_SCHEMA, type Result, resultSchema } from "./result.ts";
import { findInconsistency } from "./result-consistency.ts";

/** Bytes above which no document is read, where the caller names no bound: one whole pull request has far fewer. */
const MOST_DOCUMENT_BYTES = 8 * 1024 * 1024;

export interface DocumentBounds {
  /** Bytes of UTF-8; 8 MiB if it is not given. */
  most?: number;
}

/** What a text turned out to be. */
export type Document =
  | { kind: "result"; result: Result; pullRequest?: undefined }
  | { kind: "pull-request"; pullRequest: PullRequest; result?: undefined };

/**
 * One result document. Throws a usage error that names the document as `name`: DOCUMENT_TOO_LARGE, DOCUMENT_SYNTAX,
 * DOCUMENT_NOT_OBJECT, DOCUMENT_SCHEMA_UNKNOWN, DOCUMENT_TOO_NEW, DOCUMENT_INVALID, DOCUMENT_INCONSISTENT.
 */
export function readResult(text: string, name: string, bounds: DocumentBounds = {}): Result {
  const document = readResultOrPullRequest(text, name, bounds);
  if (document.kind === "result") return document.result;
  throw usageError(
    "DOCUMENT_SCHEMA_UNKNOWN",
    `${name}: found a pull-request document, expected a result document (${RESULT_SCHEMA})`,
    { hint: "Name the result document of one of its submissions; `grader pr` writes one for each." },
  );
}

/** A result document or a pull-request document, told apart by `schema`. Throws the errors of `readResult`. */
export function readResultOrPullRequest(text: string, name: string, bounds: DocumentBounds = {}): Document {
  const value = parseObject(text, name, bounds.most ?? MOST_DOCUMENT_BYTES);
  const schema = value["schema"];
  if (schema === RESULT_SCHEMA) {
    const result = conform(resultSchema, value, name);
    requireConsistent(result, name, []);
    return { kind: "result", result };
  }
  if (schema === PULL_REQUEST_SCHEMA) {
    const pullRequest = conform(pullRequestSchema, value, name);
    for (const [index, { result }] of pullRequest.submissions.entries()) {
      requireConsistent(result, name, ["submissions", index, "result"]);
    }
    return { kind: "pull-request", pullRequest };
  }
  throw foreignSchema(schema, name);
}

/**
 * The text of a document's file, in UTF-8 or, where it begins with that mark, UTF-16 as Windows' shell writes it.
 * Never reads more than the bound. Throws the usage errors DOCUMENT_UNREADABLE and DOCUMENT_TOO_LARGE.
 */
export async function readDocumentFile(path: string, name: string, bounds: DocumentBounds = {}): Promise<string> {
  const most = bounds.most ?? MOST_DOCUMENT_BYTES;
  const unreadable = (cause: NodeJS.ErrnoException) =>
    usageError(
      "DOCUMENT_UNREADABLE",
      `${name}: found ${cause.code === "ENOENT" ? "nothing" : `no file to be read (${cause.code})`}, expected a document that \`grader check --json\` wrote`,
      { cause, hint: "Check the name." },
    );
  const chunks: Buffer[] = [];
  let size = 0;
  try {
    // A pipe has no size, so what comes is counted.
    for await (const chunk of createReadStream(path, { end: most }) as AsyncIterable<Buffer>) {
      size += chunk.length;
      chunks.push(chunk);
    }
  } catch (cause) {
    throw unreadable(cause as NodeJS.ErrnoException);
  }
  if (size > most) throw tooLarge(name, `more than ${most.toLocaleString("en")}`, most);
  const bytes = Buffer.concat(chunks);
  return new TextDecoder(bytes[0] === 0xff && bytes[1] === 0xfe ? "utf-16le" : "utf-8").decode(bytes);
}

function parseObject(text: string, name: string, most: number): Record<string, unknown> {
  // A UTF-16 code unit is at least one byte, so the count is only made where it may matter.
  if (text.length * 3 > most) {
    const size = Buffer.byteLength(text);
    if (size > most) throw tooLarge(name, size.toLocaleString("en"), most);
  }
  const body = text.replace(/^\ufeff/, "");
  let value: unknown;
  try {
    value = JSON.parse(body);
  } catch (cause) {
    throw syntaxError(body, name, cause);
  }
  if (typeof value === "object" && value !== null && !Array.isArray(value)) return value as Record<string, unknown>;
  throw usageError("DOCUMENT_NOT_OBJECT", `${name}: found ${quote(value)}, expected a JSON object`, {
    hint: "Name a document that `grader check --json` wrote.",
  });
}

function tooLarge(name: string, size: string, most: number): LabError {
  return usageError(
    "DOCUMENT_TOO_LARGE",
    `${name}: found ${size} bytes, expected at most ${most.toLocaleString("en")}`,
    { hint: "A result document has some ten thousand bytes; this one was not written by the grader." },
  );
}

function syntaxError(text: string, name: string, cause: unknown): LabError {
  const { offset, ended } = findJsonFlaw(text);
  const place = { file: name, ...positionAt(text, offset) };
  if (text.trim() === "") {
    return usageError("DOCUMENT_SYNTAX", "found an empty file, expected a JSON document", {
      place: { file: name },
      cause,
      hint: "The run that wrote it may have been stopped; run it again.",
    });
  }
  if (ended) {
    return usageError("DOCUMENT_SYNTAX", "found the end of the text, expected the rest of a JSON document", {
      place,
      cause,
      hint: "The document is truncated: write or download it again.",
    });
  }
  const found = String.fromCodePoint(text.codePointAt(offset) ?? 0);
  return usageError("DOCUMENT_SYNTAX", `found ${quote(found)}, expected JSON`, {
    place,
    cause,
    hint: "Name a document that `grader check --json` wrote, unchanged.",
  });
}

function foreignSchema(schema: unknown, name: string): LabError {
  const expected = `expected ${RESULT_SCHEMA} or ${PULL_REQUEST_SCHEMA}`;
  const version = typeof schema === "string" ? /^(.*\/v)(\d{1,9})$/.exec(schema) : null;
  const ours = [RESULT_SCHEMA, PULL_REQUEST_SCHEMA].find((known) => version && known.startsWith(version[1] ?? ""));
  if (ours !== undefined && Number(version?.[2]) > Number(/\d+$/.exec(ours)?.[0])) {
    return usageError("DOCUMENT_TOO_NEW", `${name}: found the schema ${quote(schema)}, ${expected}`, {
      hint: "It was written by a newer grader: upgrade this one.",
    });
  }
  return usageError(
    "DOCUMENT_SCHEMA_UNKNOWN",
    schema === undefined
      ? `${name}: found no key \`schema\`, ${expected}`
      : `${name}: found the schema ${quote(schema)}, ${expected}`,
    { hint: "Name a document that `grader check --json` or `grader pr` wrote." },
  );
}

function conform<S extends v.GenericSchema>(schema: S, value: unknown, name: string): v.InferOutput<S> {
  const parsed = v.safeParse(schema, value, { abortEarly: true });
  if (parsed.success) return parsed.output;
  const [issue] = parsed.issues;
  const path = (issue.path ?? []).map(({ key }) => key as PropertyKey);
  const found = issue.received === "undefined" ? "nothing" : quote(issue.input);
  throw usageError("DOCUMENT_INVALID", `${name}: ${formatPath(path)}: found ${found}, expected ${expectation(issue)}`, {
    hint: "The document was changed by hand or by another program; take the one that the grader wrote.",
  });
}

const IN_WORDS: Record<string, string> = {
  Object: "an object",
  Array: "a list",
  string: "text",
  number: "a number",
  boolean: "true or false",
};

function expectation(issue: v.BaseIssue<unknown>): string {
  if (issue.received === "undefined") return "a value";
  if (issue.type === "integer") return "a whole number";
  if (issue.type === "min_value") return `a number ${String(issue.expected).replace(/^>=/, "of at least ")}`;
  if (issue.message.startsWith("expected ")) return issue.message.slice("expected ".length);
  const expected = issue.expected ?? issue.type;
  const choice = expected.replace(/^\((.*)\)$/, "$1").split(" | ");
  const words = choice.map((word) => IN_WORDS[word] ?? word);
  return words.length > 1 ? `${words.slice(0, -1).join(", ")} or ${words.at(-1)}` : words.join();
}

function requireConsistent(result: Result, name: string, path: PropertyKey[]): void {
  const flaw = findInconsistency(result);
  if (flaw === undefined) return;
  throw usageError(
    "DOCUMENT_INCONSISTENT",
    `${name}: ${formatPath([...path, ...flaw.path])}: found ${flaw.found}, expected ${flaw.expected}`,
    { hint: "The grader writes no such document: it was changed. Grade again." },
  );
}

/** `checks[3].points` */
function formatPath(path: readonly PropertyKey[]): string {
  return path
    .map((key) => (typeof key === "number" ? `[${key}]` : `.${shorten(String(key))}`))
    .join("")
    .replace(/^\./, "");
}

/** A value of a document that nobody vouches for: on one line, short, and with nothing that a terminal would obey. */
function quote(value: unknown): string {
  if (Array.isArray(value)) return "a list";
  if (typeof value === "object" && value !== null) return "an object";
  return shorten(JSON.stringify(value) ?? "nothing");
}

function shorten(text: string): string {
  const shown = text
    .slice(0, 200)
    .replace(/[\p{Cc}\p{Cf}\p{Cs}\u2028\u2029]/gu, (character) => `\\u{${character.codePointAt(0)?.toString(16)}}`)
    .replaceAll("##[", "# #[");
  return shown.length <= 60 ? shown : `${shown.slice(0, 59)}…`;
}
