import { cp, mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { type Files, readSource, rewrite } from "@compose-labs/authoring/rewriting";
import { type Lab, type LabProof, usageError } from "@compose-labs/lab";
import { caseTitle, type ProofKind } from "@compose-labs/report";
import { CONDITIONS, type Condition, conditionsFor } from "./conditions.ts";

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
  /** Texts that are written over the tree. */
  files?: Files;
  /** A worse machine than this one. */
  condition?: Condition;
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

/**
 * Right solutions under every condition that may change their run, each mutant under one of them in turn, and the
 * reference written in every other way: none of it may change a verdict.
 */
export async function adverseCasesOf(lab: Lab, cases: readonly Case[]): Promise<Case[]> {
  const right = cases.filter(({ kind }) => kind === "reference" || kind === "alternative");
  const mutants = cases.filter(({ kind, refused }) => kind === "mutant" && refused === undefined);
  const reference = cases.find(({ kind }) => kind === "reference");
  const rewritten = reference === undefined ? [] : [...rewrite(await readSource(lab, reference.tree))];
  const worse = await Promise.all(
    right.map(async (entry) =>
      (await conditionsFor(lab, foldersOf(entry))).map((condition): Case => ({ ...entry, condition })),
    ),
  );
  return [
    ...rewritten.map(([name, files]): Case => ({ ...(reference as Case), kind: "rewrite", name, files })),
    ...worse.flat(),
    ...(await Promise.all(mutants.map((entry, index) => underOne(lab, entry, index)))),
  ];
}

/** The case under the condition whose turn it is, or another one where that changes nothing. */
async function underOne(lab: Lab, entry: Case, turn: number): Promise<Case> {
  const conditions = await conditionsFor(lab, foldersOf(entry));
  const next = CONDITIONS[turn % CONDITIONS.length];
  const condition = conditions.find((candidate) => candidate === next) ?? conditions[turn % conditions.length];
  return condition === undefined ? entry : { ...entry, condition };
}

function foldersOf({ tree, overlay }: Case): string[] {
  return overlay === undefined ? [tree] : [tree, overlay];
}

/** `reference`, `starter`, `mutant db-published`, `reference (cold-cache)`. */
export function titleOf({ kind, name, condition }: Case): string {
  return caseTitle({ kind, name, ...(condition === undefined ? {} : { condition: condition.name }) });
}

/** The case as a folder that can be graded; removed at the end of the block. Throws the usage error REMOVES_UNKNOWN. */
export async function layOut(entry: Case, temporary: string): Promise<{ folder: string } & AsyncDisposable> {
  const folder = await mkdtemp(join(temporary, "case-"));
  await cp(entry.tree, folder, { recursive: true });
  if (entry.overlay !== undefined) await cp(entry.overlay, folder, { recursive: true, force: true });
  for (const path of entry.removes) {
    await rm(join(folder, path), { recursive: true }).catch((error: NodeJS.ErrnoException) => {
      throw error.code === "ENOENT" ? unknownFile(entry, path) : error;
    });
  }
  for (const [path, text] of entry.files ?? []) {
    await mkdir(dirname(join(folder, path)), { recursive: true });
    await writeFile(join(folder, path), text);
  }
  return { folder, [Symbol.asyncDispose]: () => rm(folder, { recursive: true, force: true }) };
}

function unknownFile(entry: Case, path: string): Error {
  return usageError(
    "REMOVES_UNKNOWN",
    `mutants.yaml: ${titleOf(entry)} removes ${path}, expected a file of the reference`,
    { hint: "Write the path as it is below reference/, or take it out of `removes`." },
  );
}
