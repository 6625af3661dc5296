import { startYamlParser, type YamlParser } from "@compose-labs/submission/parser";

/**
 * The parser's process takes longer to start than all else that comes before its first question, so it is started
 * before the command line is read, and even before what reads it is loaded.
 */
let early: { parser: YamlParser; abort: AbortController } | undefined;

/** For a command line that may want the parser. */
export function startEarly(words: readonly string[]): void {
  if (!(words.includes("check") || words.includes("submit")) || words.includes("--help")) return;
  const abort = new AbortController();
  early = { parser: startYamlParser({ signal: abort.signal }), abort };
}

/** The parser that was started, or a new one; ended by the caller, and by the signal. */
export function takeParser(signal: AbortSignal): YamlParser {
  const taken = early;
  early = undefined;
  if (taken === undefined) return startYamlParser({ signal });
  const end = () => taken.abort.abort(signal.reason);
  if (signal.aborted) end();
  signal.addEventListener("abort", end, { once: true });
  return taken.parser;
}

/** Ends one that nobody took: a command line that was wrong. */
export async function endEarly(): Promise<void> {
  await early?.parser[Symbol.asyncDispose]();
}
