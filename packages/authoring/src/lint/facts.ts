import type { Lab, LabError, LabProof, Manifest, Place, Rubric } from "@compose-labs/lab";
import type { CheckSource } from "./check-source.ts";

/** What a lab was in a revision of Git. */
export interface EarlierLab {
  revision: string;
  /** Undefined when the lab was not there. */
  manifest: string | undefined;
  checks: string | undefined;
  hidden: string | undefined;
}

/** What the rules look at: all that a lab says of itself, read once. They are pure functions of it. */
export interface LabFacts {
  /** `07-bridge-networks` */
  slug: string;
  /** Undefined when lab.yaml cannot be read, which is a finding by itself; so are the next two. */
  manifest: Manifest | undefined;
  rubric: Rubric | undefined;
  proof: LabProof | undefined;
  errors: { code: "lab.manifest" | "lab.checks" | "lab.proof"; error: LabError }[];
  /** Places in lab.yaml and mutants.yaml. */
  manifestPlace(path: readonly PropertyKey[]): Place;
  proofPlace(path: readonly PropertyKey[]): Place;
  /** Of checks.ts, and of hidden.ts; those that are there. */
  sources: readonly CheckSource[];
  /** The README.md. */
  task: string | undefined;
  /** Every file of the lab's folder with its text (empty where it is none), by path with forward slashes. */
  files: ReadonlyMap<string, string>;
  /** References that labs/images.yaml has. */
  catalogue: readonly string[];
  /** The other labs of the course. */
  others: readonly Pick<Lab, "slug" | "manifest">[];
  earlier: EarlierLab | undefined;
}

/** Files below a folder of the lab, by path relative to it. */
export function filesBelow({ files }: LabFacts, folder: string): Map<string, string> {
  const prefix = `${folder}/`;
  return new Map(
    [...files].flatMap(([path, text]): [string, string][] =>
      path.startsWith(prefix) ? [[path.slice(prefix.length), text]] : [],
    ),
  );
}

/** Where a file of the lab is, as messages name it. */
export function inLab({ slug }: Pick<LabFacts, "slug">, path: string, line?: number, column?: number): Place {
  return { file: `labs/${slug}/${path}`, line, column };
}

/** The place of `check("id", …)`, or of the file when it is not written that way. */
export function checkPlace(facts: LabFacts, id: string, text?: string): Place {
  const source = facts.sources.find(({ checks }) => checks.has(id));
  const call = source?.checks.get(id);
  if (source === undefined || call === undefined) {
    return inLab(
      facts,
      facts.rubric?.checks.some((check) => check.id === id && check.hidden) ? "hidden.ts" : "checks.ts",
    );
  }
  const said = source.tokens.findIndex(
    ({ kind, value }, at) => at > call.at && at < call.close && kind !== "name" && value === text,
  );
  return source.place(said > 0 ? said : call.open + 1);
}
