import type { CheckSource } from "../check-source.ts";
import type { Report } from "../finding.ts";
import { ASKED_ANEW, IN_CONTAINER } from "../handle-methods.ts";

const TIMERS = /^(node:)?timers(\/promises)?$/;
const PERIOD = /(^|[;&|]\s*|\s)sleep\s+\d/;
const CLOCK = /\b(Date|performance) \. now \(|\bnew Date\b/;

/** What relies on how fast a machine is: fixed waits, short deadlines, tries that are counted, a clock of the check's own. */
export function checkTime(source: CheckSource, report: Report): void {
  checkWaits(source, report);
  checkPatience(source, report);
  checkLoops(source, report);
  checkClock(source, report);
}

function checkWaits(source: CheckSource, report: Report): void {
  const { tokens, calls, imports } = source;
  const timers = new Set(
    imports.flatMap(({ module, names }) => (TIMERS.test(module) ? names.map(({ local }) => local) : [])),
  );
  for (const { name, at, open, close } of calls) {
    const isTimer = timers.has(name) || (name === "setTimeout" && tokens[at - 1]?.text !== "function");
    const isAtomics = name === "wait" && tokens[at - 2]?.text === "Atomics";
    if (isTimer || isAtomics) report("checks.fixed-wait", { call: name }, source.place(at), source.owner(at));
    if (!IN_CONTAINER.test(name) || tokens[at - 1]?.text !== ".") continue;
    for (let index = open; index < close; index++) {
      const { kind, value } = tokens[index] ?? { kind: "sign", value: "" };
      const isText = kind === "string" || kind === "template";
      const isAlone = value === "sleep" && /^\d/.test(tokens[index + 2]?.value ?? "");
      if (!isText || !(isAlone || PERIOD.test(value))) continue;
      report(
        "checks.fixed-wait",
        { call: isAlone ? "sleep" : value.slice(0, 60) },
        source.place(index),
        source.owner(at),
      );
    }
  }
}

/** Seconds under which a machine that is busy with other things is not waited for. */
const LEAST_PATIENCE = 3;

function checkPatience({ calls, tokens, ...source }: CheckSource, report: Report): void {
  for (const { name, open, close } of calls) {
    if (name !== "eventually") continue;
    const at = tokens.findIndex(({ text }, index) => index > open && index < close && text === "seconds");
    const seconds = tokens[at + 1]?.text === ":" ? Number(tokens[at + 2]?.text) : Number.NaN;
    if (at < 0 || !(seconds < LEAST_PATIENCE)) continue;
    report("checks.short-wait", { seconds, least: LEAST_PATIENCE }, source.place(at), source.owner(at));
  }
}

/** A loop that only looks at the clock, and one that asks so many times without any wait between. */
function checkLoops(source: CheckSource, report: Report): void {
  const { tokens, calls, closing, words, place, owner } = source;
  for (const { name, at, open, close } of calls) {
    const from = close + 1;
    const to = closing.get(from) ?? from;
    const header = words(open + 1, close);
    const body = words(from, to + 1);
    if (name === "while" && CLOCK.test(header) && /^(;|{ })$/.test(body)) {
      report("checks.fixed-wait", { call: "while" }, place(at), owner(at));
    }
    const tries = name === "for" ? /; [\w$]+ <=? (\d+) ;/.exec(header)?.[1] : undefined;
    if (tries === undefined || tokens[from]?.text !== "{") continue;
    const isTried = ASKED_ANEW.test(body) && /\b(return|break)\b/.test(body) && !/\beventually \(/.test(body);
    if (isTried) report("checks.counted-tries", { tries: Number(tries) }, place(at), owner(at));
  }
}

/** `ensure(performance.now() - before < 500, …)`, whether the difference has a name or not. */
function checkClock(source: CheckSource, report: Report): void {
  for (const call of source.calls) {
    if (call.name !== "ensure") continue;
    const condition = source.argument(call);
    const names = [...condition.matchAll(/[\w$]+/g)].flatMap(([name]) => source.valueOf(name, call.at) ?? []);
    const milliseconds = Number(/<=? (\d[\d_]*)\b/.exec(condition)?.[1]?.replaceAll("_", "") ?? Number.NaN);
    const isMeasured = [condition, ...names].some((words) => CLOCK.test(words) && / - /.test(words));
    if (!isMeasured || !(milliseconds < LEAST_PATIENCE * 1000)) continue;
    report("checks.short-limit", { milliseconds, least: LEAST_PATIENCE }, source.place(call.at), source.owner(call.at));
  }
}
