import type { CheckResult, Result } from "@compose-labs/lab";
import type { PullRequest } from "@compose-labs/lab/pull-request";

/** Bytes that a document may have as JSON: what the comment's workflow takes. */
export const MAX_DOCUMENT = 512 * 1024;

/** What is given up, in this order, until the document fits. Verdicts, points and causes stay to the end. */
const REDUCTIONS: ((document: PullRequest) => PullRequest)[] = [
  inResults(({ logs: _, ...result }) => result),
  inChecks((diagnosis) => ({ ...diagnosis, transcript: [] })),
  ...[8_192, 2_048, 512].map((length) => (document: PullRequest) => cutTexts(document, length)),
  inResults(({ stack: _, reached: __, ...result }) => result),
  inChecks(({ source: _, log: __, ...diagnosis }) => diagnosis),
  inResults((result) => ({ ...result, findings: result.findings.slice(0, 20).map(({ source: _, ...rest }) => rest) })),
  (document) => cutTexts(document, 128),
  inResults((result) => ({ ...result, checks: result.checks.map((check) => ({ ...check, hints: [] })) })),
  // Hundreds of checks: nothing that is true can be said of them in so little.
  ({ findings: _, submissions: __, ...document }) => ({
    ...document,
    verdict: "fault",
    findings: [],
    submissions: [],
    fault: {
      code: "DOCUMENT_TOO_LARGE",
      message: "the document of the pull request is too large to be handed on, even without details",
      hint: "Open a pull request for each lab. No points are lost.",
    },
  }),
];

/** The document, with at most `maxBytes` as JSON and still valid: details are left out where it would be larger. */
export function fitDocument(document: PullRequest, maxBytes: number): PullRequest {
  let fitted = document;
  for (const reduce of REDUCTIONS) {
    if (Buffer.byteLength(JSON.stringify(fitted)) < maxBytes) return fitted;
    fitted = reduce(fitted);
  }
  return fitted;
}

function inResults(change: (result: Result) => Result): (document: PullRequest) => PullRequest {
  return (document) => ({
    ...document,
    submissions: document.submissions.map((submission) => ({ ...submission, result: change(submission.result) })),
  });
}

type Diagnosis = NonNullable<CheckResult["diagnosis"]>;

function inChecks(change: (diagnosis: Diagnosis) => Diagnosis): (document: PullRequest) => PullRequest {
  return inResults((result) => ({
    ...result,
    checks: result.checks.map((check) =>
      check.diagnosis === undefined ? check : { ...check, diagnosis: change(check.diagnosis) },
    ),
  }));
}

/** Every text that is longer loses its middle: a log says most at its end. No hash or code is that long. */
function cutTexts<T>(value: T, length: number): T {
  const visit = (inner: unknown): unknown => {
    if (typeof inner === "string") return cutText(inner, length);
    if (Array.isArray(inner)) return inner.map(visit);
    if (typeof inner !== "object" || inner === null) return inner;
    return Object.fromEntries(Object.entries(inner).map(([key, below]) => [key, visit(below)]));
  };
  return visit(value) as T;
}

function cutText(text: string, length: number): string {
  if (text.length <= length) return text;
  const half = Math.floor(length / 2) - 1;
  return `${text.slice(0, half)}…${text.slice(-half)}`.toWellFormed();
}
