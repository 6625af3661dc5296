import { type ChildProcess, spawn } from "node:child_process";
import { existsSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { faultError } from "@compose-labs/lab/errors";
import type { YamlAnswer } from "./node.ts";

/**
 * Seconds for one file of at most 64 KiB, the start of the process included. An honest file takes 0.5 s at most; the
 * rest is for machines that grade many at once, where a false alarm would refuse an innocent.
 */
export const PARSE_SECONDS = 20;
const HEAP_MEGABYTES = 256;
/** Processor seconds of one parser, and bytes of its data, where the system can bound them. */
const BOUNDS = { program: "/usr/bin/prlimit", limits: ["--cpu=20", "--data=1073741824"] };

export interface YamlParser extends AsyncDisposable {
  /** Undefined when the parser took too long or ended: the text is a bomb, and the parser is of no use any more. */
  parse(text: string): Promise<YamlAnswer | undefined>;
}

/**
 * Starts the YAML parser in a process of its own: on hostile text it can end the process
 * ("RegExpCompiler Allocation failed") or run for minutes, and neither can be caught. Start it early: Node and
 * the parser take some 70 ms to load, which the copy of the submission hides.
 */
export function startYamlParser(options: { signal: AbortSignal; seconds?: number }): YamlParser {
  const { seconds = PARSE_SECONDS } = options;
  const bounds = existsSync(BOUNDS.program) ? [BOUNDS.program, ...BOUNDS.limits] : [];
  const [program = process.execPath, ...before] = [...bounds, process.execPath];
  const child = spawn(
    program,
    [
      ...before,
      `--max-old-space-size=${HEAP_MEGABYTES}`,
      "--no-warnings",
      fileURLToPath(new URL("./parse-process.ts", import.meta.url)),
    ],
    {
      // The compile cache halves the start; it lies with the installed packages, where only their owner writes.
      env: { NODE_COMPILE_CACHE: join(import.meta.dirname, "../../../../node_modules/.cache/compose-labs") },
      stdio: ["pipe", "pipe", "ignore"],
    },
  );
  const lines = readLines(child);
  const ended = new Promise<void>((resolve) => {
    child.once("error", () => resolve());
    child.once("close", () => resolve());
  });
  const kill = (): void => {
    child.kill("SIGKILL");
  };
  options.signal.addEventListener("abort", kill, { once: true });
  if (options.signal.aborted) kill();
  // A parser that died cannot be written to; that it died is noticed by its missing answer.
  child.stdin?.on("error", () => {});

  let turn: Promise<unknown> = Promise.resolve();
  const ask = async (text: string): Promise<YamlAnswer | undefined> => {
    options.signal.throwIfAborted();
    const timer = setTimeout(kill, seconds * 1000);
    try {
      child.stdin?.write(`${JSON.stringify({ text })}\n`);
      const line = await Promise.race([lines(), ended]);
      options.signal.throwIfAborted();
      if (child.pid === undefined) {
        throw faultError("PARSER_FAILED", "found that the YAML parser's process cannot be started", {
          hint: "Look at the machine's limits on processes and memory.",
        });
      }
      return line === undefined ? undefined : (JSON.parse(line) as YamlAnswer);
    } finally {
      clearTimeout(timer);
    }
  };
  return {
    parse(text) {
      const answer = turn.then(() => ask(text));
      turn = answer.catch(() => undefined);
      return answer;
    },
    async [Symbol.asyncDispose]() {
      options.signal.removeEventListener("abort", kill);
      kill();
      await ended;
    },
  };
}

/** Each call gives the next whole line of the child's stdout. */
function readLines(child: ChildProcess): () => Promise<string> {
  let buffer = "";
  let waiting: ((line: string) => void) | undefined;
  const deliver = (): void => {
    const end = buffer.indexOf("\n");
    if (end < 0 || waiting === undefined) return;
    const line = buffer.slice(0, end);
    buffer = buffer.slice(end + 1);
    const give = waiting;
    waiting = undefined;
    give(line);
  };
  child.stdout?.setEncoding("utf8");
  child.stdout?.on("data", (chunk: string) => {
    buffer += chunk;
    deliver();
  });
  return () =>
    new Promise((resolve) => {
      waiting = resolve;
      deliver();
    });
}
