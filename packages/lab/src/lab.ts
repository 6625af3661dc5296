import type { Manifest, MutantEntry } from "./manifest.ts";
import type { Place } from "./place.ts";

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

/** What the author proves a lab by. Paths are absolute. */
export interface LabProof {
  reference: string;
  /** Each a full tree of the student's files. */
  alternatives: { name: string; directory: string }[];
  /** `directory` holds only what differs from the reference; undefined when the mutant only removes files. */
  mutants: ({ name: string; directory: string | undefined } & MutantEntry)[];
  equivalent: EquivalentEntry[];
}

/** A mutant that `grader mutate` makes of the reference and that is no mistake. */
export interface EquivalentEntry {
  /** The mutant's id or its operator's, with `*` for any text. */
  pattern: string;
  reason: string;
  place: Place;
}
