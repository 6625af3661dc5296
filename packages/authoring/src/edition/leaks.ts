/** Something of a lab's author in a file that goes to students. */
export interface Leak {
  /** Path in the student edition; 1-based. */
  path: string;
  line: number;
  /** `lines of labs/07-…/reference/compose.yaml:3` */
  found: string;
}

export interface Secrets {
  /** Files that no student may see: path -> text. */
  files: ReadonlyMap<string, string>;
  /** What students are given to begin with: lines that also stand there give nothing away. */
  given: readonly string[];
  /** Sentences that stand nowhere else: misconceptions, ids and titles of hidden checks; what it is -> text. */
  sentences: ReadonlyMap<string, string>;
}

/** So many lines in a row are no coincidence: in the files of a lab, and in those of the grader and its pages. */
const LINES = { lab: 3, grader: 5 };
type Kind = keyof typeof LINES;
/** Shorter runs of lines, braces and keywords alone, stand everywhere. */
const LEAST_CHARACTERS = 30;

interface Run {
  text: string;
  /** 1-based. */
  line: number;
}

/**
 * Looks through a student edition for what must not be in it: paths of an author's folders, whole files, lines in a
 * row that no student was given, and sentences. Pure; an empty list is the proof.
 */
export function findLeaks(edition: ReadonlyMap<string, string>, secrets: Secrets): Leak[] {
  const secretRuns = { lab: runsIn(secrets, "lab"), grader: runsIn(secrets, "grader") };
  const givenWhole = new Set(secrets.given.map(normalise));
  const whole = new Map<string, string>();
  for (const [path, text] of secrets.files) {
    const content = normalise(text);
    if (content !== "" && !givenWhole.has(content)) whole.set(content, path);
  }
  return [...edition].flatMap(([path, text]) => {
    const leaks: Leak[] = [];
    const report = (line: number, found: string) => leaks.push({ path, line, found });
    if (/^labs\/[^/]+\/(reference|alternatives|mutants|hidden)(\/|\.|$)/.test(path))
      report(1, "a path of the author's");
    const copied = whole.get(normalise(text));
    if (copied !== undefined) report(1, `the whole of ${copied}`);
    else leaks.push(...copiedLines(path, text, secretRuns));
    for (const [what, sentence] of secrets.sentences) {
      const at = text.indexOf(sentence);
      if (at >= 0) report(text.slice(0, at).split("\n").length, what);
    }
    return leaks;
  });
}

/** Where each run of secret lines stands. */
function runsIn({ files, given }: Secrets, kind: Kind): Map<string, string> {
  const known = new Set(given.flatMap((text) => runsOf(text, kind)).map(({ text }) => text));
  const all = [...files].flatMap(([path, text]) =>
    runsOf(text, kind).map((run): [string, string] => [run.text, `${path}:${run.line}`]),
  );
  return new Map(all.filter(([text]) => !known.has(text)));
}

/** The first of lines that follow each other stands for all. */
function copiedLines(path: string, text: string, secret: Record<Kind, ReadonlyMap<string, string>>): Leak[] {
  const kind = path.startsWith("labs/") ? "lab" : "grader";
  let last = Number.NEGATIVE_INFINITY;
  return runsOf(text, kind).flatMap(({ text: run, line }, index) => {
    const of = secret[kind].get(run);
    if (of === undefined) return [];
    const isNew = index > last + 1;
    last = index;
    return isNew ? [{ path, line, found: `lines of ${of}` }] : [];
  });
}

/** Every few lines in a row that say something, without their indentation. */
function runsOf(text: string, kind: Kind): Run[] {
  const lines = text
    .split("\n")
    .map((line, index) => ({ text: line.trim().replace(/\s+/g, " "), line: index + 1 }))
    .filter((line) => line.text !== "");
  return lines.flatMap((first, index) => {
    const run = lines.slice(index, index + LINES[kind]);
    const joined = run.map((line) => line.text).join("\n");
    return run.length === LINES[kind] && joined.length >= LEAST_CHARACTERS ? [{ text: joined, line: first.line }] : [];
  });
}

/** Empty for what is too short to tell anybody anything. */
function normalise(text: string): string {
  const content = text.trim().replace(/\s+/g, " ");
  return content.length < 20 ? "" : content;
}
