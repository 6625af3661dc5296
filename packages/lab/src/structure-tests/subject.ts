/** What is tested, as the tests ask it; answered from inspect, archive and containers by `@compose-labs/engine`. */
export interface StructureSubject {
  config(): Promise<SubjectConfig>;
  /** One path of the image, its last link not followed; undefined when there is none, nor for devices and pipes. */
  stat(path: string): Promise<SubjectEntry | undefined>;
  /** A regular file's bytes; undefined when the path is none. Throws a `RangeError` above 64 MiB. */
  read(path: string): Promise<Buffer | undefined>;
  /** Names of the folders right below a folder; undefined when there is no such folder. */
  folders(path: string): Promise<string[] | undefined>;
  /**
   * Answers in the order of the commands; no command sees what another one did, but for its own `setup`. Commands may
   * share a container, unless they are to run `alone`.
   */
  run(commands: SubjectCommand[], options?: { alone?: boolean }): Promise<SubjectAnswer[]>;
}

export interface SubjectConfig {
  env: Record<string, string>;
  entrypoint: string[];
  cmd: string[];
  /** `8080/tcp` */
  exposedPorts: string[];
  labels: Record<string, string>;
  workingDir: string;
  volumes: string[];
  user: string;
}

export interface SubjectEntry {
  type: "file" | "directory" | "link";
  /** Permission bits, set-uid and its like included: 0o755. */
  mode: number;
  uid: number;
  gid: number;
  /** Where a link points to, as it is written. */
  link: string | undefined;
}

export interface SubjectCommand {
  command: string[];
  env: Record<string, string>;
  /** Commands that run before, each in a container of its own whose files the next one finds. */
  setup: { commands: string[][]; env: Record<string, string> };
}

export type SubjectAnswer =
  /** `shared` when other commands ran in the same container. */
  | { exitCode: number; stdout: string; stderr: string; ms: number; shared?: boolean }
  /** It could not be started, or had to be stopped: what was found and expected. */
  | { problem: string; ms: number };
