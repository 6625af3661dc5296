import { createHash } from "node:crypto";
import { appendFile, mkdir, readFile, rm } from "node:fs/promises";
import { join } from "node:path";
import type { MutantOutcome } from "@compose-labs/report";

/** A verdict, as it is kept. */
export type Remembered = Pick<MutantOutcome, "status" | "killedBy" | "codes" | "ms">;

/** Verdicts of earlier runs, by the mutant's content. A line is added as each is known, so that no end loses more than what ran. */
export interface Memory {
  known: ReadonlyMap<string, Remembered>;
  remember(digest: string, verdict: Remembered): Promise<void>;
}

/**
 * What is known for this lab, as it is, with this grader. `fresh` forgets it first. Half a line, as an interrupted
 * run may leave it, counts as unknown.
 */
export async function openMemory(options: {
  directory: string;
  slug: string;
  labDigest: string;
  /** Of the grader's code; where it is not known nothing is known, and nothing is kept. */
  graderDigest: string | undefined;
  fresh: boolean;
}): Promise<Memory> {
  const { directory, slug, labDigest, graderDigest } = options;
  if (graderDigest === undefined) return { known: new Map(), remember: async () => {} };
  const key = createHash("sha256").update(`${labDigest}\0${graderDigest}`).digest("hex").slice(0, 16);
  const file = join(directory, `${slug}-${key}.jsonl`);
  await mkdir(directory, { recursive: true, mode: 0o700 });
  if (options.fresh) await rm(file, { force: true });
  const text = await readFile(file, "utf8").catch(() => "");
  const known = new Map<string, Remembered>();
  for (const line of text.split("\n")) {
    const entry = readLine(line);
    if (entry !== undefined) known.set(entry.digest, entry.verdict);
  }
  return {
    known,
    // A line of its own, whatever half a line stands before it.
    remember: (digest, verdict) => appendFile(file, `\n${JSON.stringify({ digest, verdict })}`),
  };
}

function readLine(line: string): { digest: string; verdict: Remembered } | undefined {
  if (line === "") return undefined;
  try {
    return JSON.parse(line) as { digest: string; verdict: Remembered };
  } catch {
    return undefined;
  }
}
