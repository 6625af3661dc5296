import { createInterface } from "node:readline/promises";
import { usageError } from "@compose-labs/lab";

export interface Conversation {
  input: NodeJS.ReadableStream;
  output: NodeJS.WritableStream;
  signal: AbortSignal;
}

/** Asks line by line. An end of the input (Ctrl-D, Ctrl-C) is the usage error ANSWER_MISSING. */
export function askOn({ input, output, signal }: Conversation): Disposable & {
  ask(question: string, proposal: string): Promise<string>;
} {
  const lines = createInterface({ input, output });
  return {
    ask: (question, proposal) =>
      new Promise((answer, refuse) => {
        const end = () => {
          lines.off("close", end);
          refuse(signal.aborted ? signal.reason : noAnswer(question));
        };
        lines.once("close", end);
        lines.question(`${question} [${proposal}]: `, { signal }).then((line) => {
          lines.off("close", end);
          answer(line);
        }, end);
      }),
    [Symbol.dispose]: () => lines.close(),
  };
}

function noAnswer(question: string): Error {
  return usageError("ANSWER_MISSING", `found the end of the input at "${question}", expected an answer`, {
    hint: "Nothing was written. Give the answers as flags, or accept the proposals with --yes.",
  });
}
