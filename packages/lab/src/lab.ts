import type { Rubric } from "./check.ts";
import type { Manifest, MutantEntry } from "./manifest.ts";

/** A lab on disk, read and validated. */
export interface Lab {
  /** Absolute path of `labs/<NN-slug>`. */
  directory: string;
  /** `07-bridge-networks` */
  slug: string;
  manifest: Manifest;
  /** Absolute path of `starter/`. */
  starter: string;
}

/** A lab with what the author proves it by. */
export interface LabProof {
  /** Absolute paths: the tree, or what is laid over the reference. */
  reference: string;
  alternatives: { name: string; directory: string; removes: string[]; overlay: boolean }[];
  mutants: ({ name: string; directory: string | undefined } & MutantEntry)[];
}

export type LoadRubric = (lab: Lab) => Promise<Rubric>;
