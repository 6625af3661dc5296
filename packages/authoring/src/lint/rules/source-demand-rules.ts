import type { CheckSource } from "../check-source.ts";
import { endOfValue } from "../check-source.ts";
import type { Report } from "../finding.ts";
import { literalAt } from "./path-rules.ts";

const NEGATIVE = /^(cannotReach|cannotResolve|hasNoWayOut)$/;
/** What also holds for a program that was never there: another exit code than 0, no output, no such word in it. */
const FAILED_PROGRAM =
  /\bexitCode (!==?|>) 0\b|\b(stdout|output)( \. trim \( \))? === ""|^! .*\b(stdout|output)\b.* \. (includes|match|startsWith) \(|^! .*\. test \( .*\b(stdout|output)\b/;
const CONFIGURATION = /(^|\/)([^/]*\.(ya?ml|conf|cfg|ini|toml|env|tf)|\.env[^/]*|\.dockerignore|[^/]*Dockerfile[^/]*)$/;

const GREP = /^e?grep$|(^|[;&|]\s*)e?grep\b[^|;&]*\s\/\S/;

/** What a check demands: with a control, of behaviour and not of text, and so that nothing is swallowed. */
export function checkDemandsOfSource(source: CheckSource, report: Report): void {
  checkControls(source, report);
  checkProbes(source, report);
  checkTexts(source, report);
  checkCatches(source, report);
}

const textOf = ({ tokens }: CheckSource, from: number, to: number) =>
  tokens
    .slice(from, to)
    .map(({ text }) => text)
    .join(" ");

function checkControls(source: CheckSource, report: Report): void {
  for (const { name, at, open, close } of source.calls) {
    if (!NEGATIVE.test(name) || source.tokens[at - 1]?.text !== ".") continue;
    if (/\bwhereas\b/.test(textOf(source, open, close))) continue;
    report("checks.no-control", { method: name }, source.place(at), source.owner(at));
  }
}

/** A program in a container that must fail: it does so too where it is not there at all. */
function checkProbes(source: CheckSource, report: Report): void {
  const { calls, tokens } = source;
  const runs = calls.filter(({ name, at }) => /^(exec|run)$/.test(name) && tokens[at - 1]?.text === ".");
  for (const { name, at, open, close } of calls) {
    const end = name === "ensure" ? endOfValue(tokens, (index) => source.closing.get(index) ?? index, open + 1) : close;
    const condition = textOf(source, open + 1, end);
    const wantsFailure =
      (name === "ensure" && FAILED_PROGRAM.test(condition)) ||
      (name === "if" &&
        /\bexitCode ===? 0\b/.test(condition) &&
        /^({ )?(fail|throw)\b/.test(textOf(source, close + 1, close + 3)));
    // With other evidence beside it the exit code does not decide alone.
    if (!wantsFailure || /&&/.test(condition)) continue;
    const owner = source.owner(at);
    const own = (index: number) => source.owner(index) === owner;
    const hasControl = calls.some(
      (call) =>
        call.name === "ensure" && own(call.at) && /\bexitCode ===? 0\b/.test(textOf(source, call.open, call.close)),
    );
    if (hasControl || !runs.some((call) => own(call.at))) continue;
    report("checks.failing-probe", { where: owner || "a check" }, source.place(at), owner);
  }
}

function checkTexts(source: CheckSource, report: Report): void {
  const { tokens } = source;
  for (const { name, at, open, close } of source.calls) {
    const found = (what: string) => report("checks.reads-text", { what }, source.place(at), source.owner(at));
    if (tokens[at - 1]?.text !== ".") continue;
    const path = literalAt(source, open + 1);
    if (name === "read" && path !== undefined && CONFIGURATION.test(path)) found(path);
    if (name === "stringify" && tokens[open + 1]?.text === "model") found("the model");
    const words = tokens.slice(open, close).flatMap(({ kind, value }) => (kind === "string" ? [value] : []));
    if (name === "exec" && words.some((word) => GREP.test(word))) found("a file, by grep");
    const [program, file = ""] = words;
    if (name === "exec" && program === "cat" && CONFIGURATION.test(file)) found(file);
  }
}

/** A catch that lets nothing through, around something that is awaited. */
function checkCatches(source: CheckSource, report: Report): void {
  const { tokens, closing } = source;
  for (const [at, { kind, text }] of tokens.entries()) {
    if (kind !== "name" || text !== "catch") continue;
    const isMethod = tokens[at - 1]?.text === ".";
    const opened = tokens[at + 1]?.text === "(" ? at + 1 : undefined;
    const body = isMethod || opened === undefined ? at + 1 : (closing.get(opened) ?? at) + 1;
    const handler = textOf(source, body, closing.get(body) ?? body);
    const tried = [...closing].find(([, close]) => close === at - 1)?.[0] ?? at;
    const isAsked = isMethod || /\bawait\b/.test(textOf(source, tried, at));
    if (!isAsked || /\b(throw|fail|reject)\b/.test(handler)) continue;
    report("checks.swallowed", { where: source.owner(at) || source.name }, source.place(at), source.owner(at));
  }
}
