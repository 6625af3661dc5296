import { type Call, type CheckSource, endOfValue } from "../check-source.ts";
import type { Report } from "../finding.ts";
import { literalAt } from "./path-rules.ts";

const NEGATIVE = /^(cannotReach|cannotResolve|hasNoWayOut)$/;
/** What also holds for a program that was never there: another exit code than 0, no output, no such word in it. */
const FAILED_PROGRAM =
  /\bexitCode (!==?|>) 0\b|\b(stdout|output)( \. trim \( \))?( === ""| \. length === 0)|^! .*\b(stdout|output)\b.* \. (includes|match|startsWith) \(|^! .*\. test \( .*\b(stdout|output)\b/;
const CONFIGURATION = /(^|\/)([^/]*\.(ya?ml|conf|cfg|ini|toml|env|tf)|\.env[^/]*|\.dockerignore|[^/]*Dockerfile[^/]*)$/;

/** A call, as `words`, that looks for something in a text. */
const SEARCHED = /\. (includes|match|matchAll|search|indexOf|startsWith|endsWith|test) \(/;

const GREP = /^e?grep$|(^|[;&|]\s*)e?grep\b[^|;&]*\s\/\S/;

/** What a check demands: with a control, of behaviour and not of text, and so that nothing is swallowed. */
export function checkDemandsOfSource(source: CheckSource, report: Report): void {
  checkControls(source, report);
  checkProbes(source, report);
  checkTexts(source, report);
  checkCatches(source, report);
}

function checkControls(source: CheckSource, report: Report): void {
  for (const { name, at, open, close } of source.calls) {
    if (!NEGATIVE.test(name) || source.tokens[at - 1]?.text !== ".") continue;
    if (/\bwhereas\b/.test(source.words(open, close))) continue;
    report("checks.no-control", { method: name }, source.place(at), source.owner(at));
  }
}

/** A program in a container that must fail: it does so too where it is not there at all. */
function checkProbes(source: CheckSource, report: Report): void {
  const { calls, tokens } = source;
  const runs = calls.filter(({ name, at }) => /^(exec|run)$/.test(name) && tokens[at - 1]?.text === ".");
  for (const call of calls) {
    const { name, at, open, close } = call;
    const condition = name === "ensure" ? meant(source, call) : source.words(open + 1, close);
    const wantsFailure =
      (name === "ensure" && (FAILED_PROGRAM.test(condition) || /^! \( .*\bexitCode ===? 0 \)$/.test(condition))) ||
      (name === "if" &&
        /\bexitCode ===? 0\b/.test(condition) &&
        /^({ )?(fail|throw)\b/.test(source.words(close + 1, close + 3)));
    // With other evidence beside it the exit code does not decide alone.
    if (!wantsFailure || /&&/.test(condition)) continue;
    const owner = source.owner(at);
    const own = (index: number) => source.owner(index) === owner;
    const hasControl = calls.some(
      (other) =>
        other.name === "ensure" &&
        own(other.at) &&
        other !== call &&
        /\bexitCode ===? 0\b/.test(`${source.words(other.open, other.close)} ${meant(source, other)}`),
    );
    if (hasControl || !runs.some((call) => own(call.at))) continue;
    report("checks.failing-probe", { where: owner || "a check" }, source.place(at), owner);
  }
}

/** The condition of an `ensure`; where it is one name, or the negation of one, what that name was given. */
function meant(source: CheckSource, call: Call): string {
  const condition = source.argument(call);
  const [, negation = "", name = ""] = /^(! )?([\w$]+)$/.exec(condition) ?? [];
  const value = source.valueOf(name, call.at);
  return value === undefined ? condition : negation === "" ? value : `! ( ${value} )`;
}

function checkTexts(source: CheckSource, report: Report): void {
  const { tokens } = source;
  for (const { name, at, open, close } of source.calls) {
    const found = (what: string) => report("checks.reads-text", { what }, source.place(at), source.owner(at));
    if (tokens[at - 1]?.text !== ".") continue;
    const path = literalAt(source, open + 1);
    if (name === "read" && path !== undefined && CONFIGURATION.test(path)) found(path);
    if (name === "read" && path === undefined && tokens[at - 2]?.text === "files" && decidesOnFiles(source, at)) {
      found("whatever files there are");
    }
    if (name === "stringify" && (tokens[open + 1]?.text === "model" || isSearched(source, at, close))) {
      found(tokens[open + 1]?.text === "model" ? "the model" : "a structure as JSON");
    }
    const words = tokens.slice(open, close).flatMap(({ kind, value }) => (kind === "string" ? [value] : []));
    if (name === "exec" && words.some((word) => GREP.test(word))) found("a file, by grep");
    const [program, file = ""] = words;
    if (name === "exec" && program === "cat" && CONFIGURATION.test(file)) found(file);
  }
}

/** Whether a check searches the text of files and asks nothing else of the submission. */
function decidesOnFiles({ checks, owner, words }: CheckSource, at: number): boolean {
  const check = checks.get(owner(at));
  if (check === undefined) return false;
  const body = words(check.open, check.close);
  const asksElse = /\b(stack|image|model|service|dockerfile) [([.]/.test(body);
  return SEARCHED.test(body) && !asksElse;
}

/** `JSON.stringify(…).includes(…)`, and `/…/.test(JSON.stringify(…))`. */
function isSearched({ tokens, words }: CheckSource, at: number, close: number): boolean {
  const behind = words(close + 1, close + 4);
  const before = tokens[at - 1]?.text === "." && tokens[at - 3]?.text === "(" ? words(at - 5, at - 2) : "";
  return SEARCHED.test(behind) || SEARCHED.test(before);
}

/** A catch that lets nothing through, around something that is awaited; and the second argument of a `then`. */
function checkCatches(source: CheckSource, report: Report): void {
  const { tokens, closing } = source;
  const end = (open: number) => closing.get(open) ?? open;
  for (const { name, at, open, close } of source.calls) {
    if (name !== "then" || tokens[at - 1]?.text !== ".") continue;
    const comma = endOfValue(tokens, end, open + 1);
    const handler = source.words(comma + 1, close);
    if (comma >= close - 1 || /\b(throw|fail|reject)\b/.test(handler)) continue;
    report("checks.swallowed", { where: source.owner(at) || source.name }, source.place(at), source.owner(at));
  }
  for (const [at, { kind, text }] of tokens.entries()) {
    if (kind !== "name" || text !== "catch") continue;
    const isMethod = tokens[at - 1]?.text === ".";
    const opened = tokens[at + 1]?.text === "(" ? at + 1 : undefined;
    const body = isMethod || opened === undefined ? at + 1 : (closing.get(opened) ?? at) + 1;
    const handler = source.words(body, closing.get(body) ?? body);
    const tried = [...closing].find(([, close]) => close === at - 1)?.[0] ?? at;
    const isAsked = isMethod || /\bawait\b/.test(source.words(tried, at));
    if (!isAsked || /\b(throw|fail|reject)\b/.test(handler)) continue;
    report("checks.swallowed", { where: source.owner(at) || source.name }, source.place(at), source.owner(at));
  }
}
