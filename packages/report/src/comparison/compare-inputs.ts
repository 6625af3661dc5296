import type { Result } from "@compose-labs/lab";
import type { Difference } from "./difference.ts";

interface Input {
  what: string;
  read(result: Result): string | undefined;
  why: string;
}

const digest = (text: string | undefined) => text?.replace(/^sha256:/, "").slice(0, 12);

/** The most telling first. */
const INPUTS: Input[] = [
  { what: "lab", read: ({ lab }) => lab.id, why: "These are results of two labs: nothing else can be compared." },
  {
    what: "submission",
    read: ({ submission }) => digest(submission.digest),
    why: "Other files were graded: compare the two folders, also for files that Git ignores.",
  },
  {
    what: "lab's checks",
    read: ({ lab }) => digest(lab.digest),
    why: "Manifest, checks or given files of the lab were not the same: take the course's current version.",
  },
  {
    what: "hidden checks",
    read: ({ hidden }) => (hidden === undefined ? "run, if there are any" : `${hidden.checks} left out`),
    why: "The student edition has no hidden checks; only where the course grades they count.",
  },
  {
    what: "part",
    read: ({ partial }) => (partial ? "some checks, or interrupted" : "the whole"),
    why: "Checks that did not run earn nothing.",
  },
  {
    what: "grader",
    read: ({ environment }) => digest(environment.graderDigest) ?? environment.grader,
    why: "Another version of the grader may observe or word things in another way: take the same one.",
  },
  {
    what: "seed",
    read: ({ seed }) => seed,
    why: "Requests and rows had other values: a stack that depends on one of them passes with some only.",
  },
  { what: "engine", read: ({ environment }) => environment.engine, why: "Engines differ in networks and start-up." },
  {
    what: "compose",
    read: ({ environment }) => environment.compose,
    why: "Versions of Compose read files differently.",
  },
  {
    what: "cgroup",
    read: ({ environment }) => environment.cgroup,
    why: "Limits of memory, CPU and processes are kept in another way.",
  },
  {
    what: "storage driver",
    read: ({ environment }) => environment.storageDriver,
    why: "Layers, disk limits and file changes behave differently.",
  },
  {
    what: "architecture",
    read: ({ environment }) => environment.arch,
    why: "Images are built for one architecture; another one is emulated, and slow, or fails.",
  },
  { what: "os", read: ({ environment }) => environment.os, why: "Ports and file modes depend on the engine's system." },
  {
    what: "node",
    read: ({ environment }) => environment.node.split(".")[0],
    why: "The grader's own HTTP client is Node's.",
  },
];

/** What went into two results and was not the same. Of two labs, only that is said. */
export function compareInputs(first: Result, second: Result): Difference[] {
  const differences: Difference[] = [];
  for (const { what, read, why } of INPUTS) {
    const [one, two] = [read(first), read(second)];
    if (one === two) continue;
    differences.push(difference(what, one, two, why));
    if (what === "lab") return differences;
  }
  return [...differences, ...compareImages(first, second)];
}

function compareImages(first: Result, second: Result): Difference[] {
  const [one, two] = [first, second].map(
    ({ environment }) => new Map((environment.images ?? []).map((image) => [image.name, image.digest])),
  );
  const names = new Set([...(one?.keys() ?? []), ...(two?.keys() ?? [])]);
  const standIns = new Set([...first.environment.standIns, ...second.environment.standIns]);
  return [...names].flatMap((name) => {
    const [here, there] = [one?.get(name), two?.get(name)];
    if (here === there) return [];
    const why = standIns.has(name)
      ? "One may be a stand-in made from Debian packages: programs and versions in it differ."
      : "The tag was moved to another image: pull it again on the older machine.";
    return [difference(`image ${name}`, digest(here), digest(there), why)];
  });
}

function difference(what: string, one: string | undefined, two: string | undefined, why: string): Difference {
  return { kind: "input", what, first: one ?? "not recorded", second: two ?? "not recorded", why };
}
