import { isBefore, type Version } from "./doctor-version.ts";

/** A known hole of a tool: every range is `from` (where given) up to, not including, the release that fixed it. */
export interface Hole {
  id: string;
  /** What a hostile submission or image could do, in a few words. */
  risk: string;
  ranges: { from?: string; before: string }[];
}

/** Sources: the advisories of docker/compose, moby, BuildKit and runc under these ids, and moby#47538. */
export const COMPOSE_HOLES: Hole[] = [
  {
    id: ".env injection",
    risk: "a folder's .env sets Compose's own environment, so that reading the folder can run a program",
    ranges: [{ before: "2.39.3" }],
  },
  {
    id: "CVE-2025-62725",
    risk: "a remote include writes files outside its cache",
    ranges: [{ from: "2.34.0", before: "2.40.2" }],
  },
];

export const ENGINE_HOLES: Hole[] = [
  {
    id: "CVE-2024-23651, -23652, -23653",
    risk: "a Dockerfile reads, removes or takes over things of the host through BuildKit",
    ranges: [{ before: "25.0.2" }],
  },
  {
    id: "CVE-2024-29018",
    risk: "internal networks let name look-ups out",
    ranges: [{ before: "23.0.11" }, { from: "24.0.0", before: "25.0.5" }, { from: "26.0.0-rc1", before: "26.0.0-rc3" }],
  },
  {
    id: "CVE-2026-41567",
    risk: "a compressed archive sent into a container runs the container's own tool as the engine (the grader sends none)",
    ranges: [{ before: "29.5.1" }],
  },
];

export const RUNC_HOLES: Hole[] = [
  {
    id: "CVE-2024-21626",
    risk: "an image's working folder reaches the host's file system",
    ranges: [{ before: "1.1.12" }],
  },
  {
    id: "CVE-2025-31133, -52565, -52881",
    risk: "mounts at the start of a container reach the host's /proc",
    ranges: [{ before: "1.2.8" }, { from: "1.3.0", before: "1.3.3" }, { from: "1.4.0-rc.1", before: "1.4.0-rc.3" }],
  },
];

export function findHoles(version: Version, holes: Hole[]): Hole[] {
  return holes.filter(({ ranges }) =>
    ranges.some(({ from, before }) => isBefore(version, before) && (from === undefined || !isBefore(version, from))),
  );
}
