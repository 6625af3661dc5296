/** Paths relative to the submission, and their texts. */
export type Files = ReadonlyMap<string, string>;

/** What a rewriting may touch. */
export interface Source {
  files: Files;
  /** The Compose file, unless the lab gives it. */
  compose: string | undefined;
  /** Files that a builder reads: every Dockerfile of the student. */
  dockerfiles: readonly string[];
  /** Whether the lab takes a file of this path from a student. */
  takes(path: string): boolean;
}

/** Another way to write the same stack. */
export interface Rewriting {
  /** Stable, in kebab-case: `long-syntax`. */
  id: string;
  /** The files that change; undefined when there is nothing here to be written in another way. Pure. */
  rewrite(source: Source): Files | undefined;
}
