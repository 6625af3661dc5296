/**
 * The parser's own process: one JSON request a line on stdin (`{"text": "…"}`), one JSON answer a line on stdout.
 * It ends when stdin does. See `parser.ts` for why it is a process.
 */
import { createInterface } from "node:readline";
import type { YamlAnswer } from "./node.ts";
import { readDocument } from "./read-document.ts";

for await (const line of createInterface({ input: process.stdin })) {
  const { text } = JSON.parse(line) as { text: string };
  const answer: YamlAnswer = readDocument(text);
  process.stdout.write(`${JSON.stringify(answer)}\n`);
}
