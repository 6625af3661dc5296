/** What is known of the engine and its tools, from their own answers. */
export interface EngineFacts {
  engine: string;
  compose: string;
  buildx: string | undefined;
  /** `1` or `2`. */
  cgroup: string;
  /** `cgroupfs` or `systemd`. */
  cgroupDriver: string;
  arch: string;
  os: string;
  storageDriver: string;
  /** Where the engine keeps its data, as it sees it. */
  rootDir: string;
  /** Where published ports are reached from here. */
  host: string;
}
