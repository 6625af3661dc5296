import type { Rubric } from "@compose-labs/lab";
import { type Call, type CheckSource, endOfValue } from "../check-source.ts";
import type { Report } from "../finding.ts";
import { ALWAYS_ANSWERS, ANSWERS } from "../handle-methods.ts";

const TRUE_ANYHOW: [RegExp, string][] = [
  [/^\s*(true|1|!0|!false)\s*$/, "its condition is always true"],
  [/\|\| true\b|\btrue \|\|/, "its condition is always true"],
  [/\b(length|size|status|exitCode|code) >= 0(?!\S)/, "its condition holds for every number"],
  [/\bstatus (>=? \d{1,2}|>= 100|<=? ([6-9]\d\d|\d{4,}))(?!\S)/, "its condition holds for every status"],
  [/^model( \. services)?( !==? (undefined|null))?$/, "every submission has a model with services"],
];

/** Checks that cannot fail, and promises that nobody waits for. */
export function checkVacuous(source: CheckSource, rubric: Rubric | undefined, report: Report): void {
  const asksNothing = new Set((rubric?.checks ?? []).filter(({ body }) => body.length === 0).map(({ id }) => id));
  for (const [id, call] of source.checks) {
    const why = asksNothing.has(id) ? "it asks nothing of the submission" : demandsNothing(source, call);
    if (why !== undefined) report("checks.vacuous", { check: id, why }, source.place(call.open + 1), id);
  }
  for (const call of source.calls) {
    const { name, at } = call;
    if (name !== "ensure") continue;
    const condition = source.argument(call);
    const why = TRUE_ANYHOW.find(([pattern]) => pattern.test(condition))?.[1] ?? neverMissing(source, condition, at);
    const owner = source.owner(at);
    if (why !== undefined) report("checks.vacuous", { check: owner || "a check", why }, source.place(at), owner);
  }
  checkFloating(source, report);
}

/** `ensure(answer !== undefined, …)` and `ensure(answer, …)` for an answer that is never missing. */
function neverMissing(source: CheckSource, condition: string, at: number): string | undefined {
  const name = /^(?:Boolean \( )?([\w$]+)(?: \))?(?: !==? (?:undefined|null))?$/.exec(condition)?.[1];
  const value = name === undefined ? undefined : source.valueOf(name, at);
  const method = value === undefined ? undefined : ALWAYS_ANSWERS.exec(value)?.[1];
  return value?.startsWith("await ") && method !== undefined ? `\`${method}\` always answers something` : undefined;
}

function demandsNothing(source: CheckSource, { open, close }: Call): string | undefined {
  const { tokens, calls, functions } = source;
  const arrow = tokens.findIndex(({ text }, index) => index > open && index < close && text === "=>");
  // Another value than an arrow function is a function by name, which stands elsewhere.
  if (arrow < 0) return undefined;
  const inside = calls.filter(({ at }) => at > arrow && at < close);
  const words = source.words(arrow, close);
  if (/\bthrow\b/.test(words)) return undefined;
  const deciding = inside.filter(
    ({ name, at }) => name === "ensure" || name === "fail" || (functions.has(name) && tokens[at - 1]?.text !== "."),
  );
  if (deciding.length > 0) return undefined;
  const asked = inside.filter(({ at }) => tokens[at - 1]?.text === ".");
  if (inside.length === 0) return "nothing in it can fail";
  const [answer] = asked.filter(({ name }) => ANSWERS.test(name));
  const demands = asked.some(({ name }) => !ANSWERS.test(name) && !/^(service|volume|replica|token|int)$/.test(name));
  const demandsModel = inside.some(
    ({ name, at }) => /^(service|dockerfile|eventually)$/.test(name) && tokens[at - 1]?.text !== ".",
  );
  if (demands || demandsModel) return undefined;
  return answer === undefined
    ? "nothing in it can fail"
    : `it asks \`${answer.name}\` and demands nothing of the answer`;
}

/** `stack.settled();` as a statement of its own. */
function checkFloating(source: CheckSource, report: Report): void {
  const { tokens, closing } = source;
  for (const [at, { kind, text }] of tokens.entries()) {
    if (kind !== "name" || !/^(stack|image|context|Promise)$/.test(text)) continue;
    if (!/^([{};]|void)$/.test(tokens[at - 1]?.text ?? "") || !/^[.(]$/.test(tokens[at + 1]?.text ?? "")) continue;
    const end = endOfValue(tokens, (index) => closing.get(index) ?? index, at);
    const statement = tokens.slice(at, end);
    const last = tokens[end - 1]?.text === ")" ? statement.findLast(({ kind: word }) => word === "name") : undefined;
    const isAssigned = statement.some(({ text: sign }) => sign === "=");
    // Handles are made at once; only what they are asked takes time.
    const method = source.calls.findLast((call) => call.at > at && call.close === end - 1)?.name ?? last?.text ?? "";
    if (
      isAssigned ||
      tokens[end]?.text !== ";" ||
      /^(service|volume|replica|dockerfile|image|set|push|add)$/.test(method)
    )
      continue;
    report("checks.unawaited", { call: `${method}()` }, source.place(at), source.owner(at));
  }
}
