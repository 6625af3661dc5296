/** What operators see of a lab: the files that a student hands in, as the reference has them. */
export interface Source {
  /** Path relative to the submission -> text. The Compose file is as `normaliseCompose` writes it. */
  files: ReadonlyMap<string, string>;
  /** The Compose file, unless the lab gives it. */
  compose: ComposeSource | undefined;
  /** Paths of files that the lab lays into every submission. */
  given: readonly string[];
  /** Image references that the lab allows. */
  images: readonly string[];
}

export interface ComposeSource {
  path: string;
  text: string;
  services: ReadonlyMap<string, Settings>;
  /** Top-level networks and volumes, by key. */
  networks: Settings;
  volumes: Settings;
}

/** A mapping of YAML as plain values. */
export type Settings = Readonly<Record<string, unknown>>;

/** One way to go wrong, applied at one place. */
export interface Change {
  /** Where, unique within the operator: `services.db.volumes[0]`, `Dockerfile:12`. */
  target: string;
  /** New text by path; undefined takes the file away. */
  files: ReadonlyMap<string, string | undefined>;
}

/** A family of mistakes: applied wherever the reference has a place for it. */
export interface Operator {
  /** Stable: `volume.drop`. */
  id: string;
  /** What is done, as words that follow "to": "take a mount away". */
  title: string;
  /** What a lab that does not notice tells a student, as one sentence. */
  meaning: string;
  /** Pure; always in the same order. */
  mutate(source: Source): Iterable<Change>;
}
