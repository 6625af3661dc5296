import { cp, mkdir, mkdtemp, rm } from "node:fs/promises";
import { join } from "node:path";
import { type Lab, type LabProof, usageError } from "@compose-labs/lab";
import type { ProofKind } from "@compose-labs/report";

/** One submission that the author knows the outcome of. */
export interface Case {
  kind: ProofKind;
  name: string;
  /** Ids of the checks that must fail; undefined for the starter, of which only full marks are ruled out. */
  kills: string[] | undefined;
  refused: string[] | undefined;
  /** The tree, what is laid over it, and what is taken away then. */
  tree: string;
  overlay: string | undefined;
  removes: string[];
}

export function casesOf(lab: Lab, proof: LabProof): Case[] {
  const whole = { refused: undefined, overlay: undefined, removes: [] };
  return [
    { kind: "reference", name: "", kills: [], tree: proof.reference, ...whole },
    ...proof.alternatives.map(
      ({ name, directory }): Case => ({ kind: "alternative", name, kills: [], tree: directory, ...whole }),
    ),
    { kind: "starter", name: "", kills: undefined, tree: lab.starter, ...whole },
    ...proof.mutants.map(
      ({ name, directory, kills, refused, removes }): Case => ({
        kind: "mutant",
        name,
        kills: kills ?? [],
        refused,
        tree: proof.reference,
        overlay: directory,
        removes,
      }),
    ),
  ];
}

/** `reference`, `starter`, `mutant db-published`. */
export function caseTitle({ kind, name }: Pick<Case, "kind" | "name">): string {
  return name === "" ? kind : `${kind} ${name}`;
}

/** The case as a folder that can be graded; removed at the end of the block. Throws the usage error REMOVES_UNKNOWN. */
export async function layOut(entry: Case, temporary: string): Promise<{ folder: string } & AsyncDisposable> {
  await mkdir(temporary, { recursive: true, mode: 0o700 });
  const folder = await mkdtemp(join(temporary, "case-"));
  await cp(entry.tree, folder, { recursive: true });
  if (entry.overlay !== undefined) await cp(entry.overlay, folder, { recursive: true, force: true });
  for (const path of entry.removes) {
    await rm(join(folder, path), { recursive: true }).catch((error: NodeJS.ErrnoException) => {
      throw error.code === "ENOENT" ? unknownFile(entry, path) : error;
    });
  }
  return { folder, [Symbol.asyncDispose]: () => rm(folder, { recursive: true, force: true }) };
}

function unknownFile(entry: Case, path: string): Error {
  return usageError(
    "REMOVES_UNKNOWN",
    `mutants.yaml: ${caseTitle(entry)} removes ${path}, expected a file of the reference`,
    { hint: "Write the path as it is below reference/, or take it out of `removes`." },
  );
}
