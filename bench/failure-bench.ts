import { rm } from "node:fs/promises";
import { followEvents } from "./engine-events.ts";
import type { Bench, BenchContext, Figure } from "./figure.ts";
import { expectExit, runTimed } from "./process.ts";
import { editCompose, layOutTree } from "./trees.ts";

const LAB = "07-bridge-networks";

interface Failure {
  name: string;
  /** From this event of this service on there is something to tell. */
  fact: { kind: "start" | "die"; service: string };
  changes: [from: string, to: string][];
  /** A word that the report must have: the failure that is meant. */
  told: string;
}

const FAILURES: Failure[] = [
  {
    name: "crash at start",
    fact: { kind: "die", service: "db" },
    changes: [["    image: redis:8.0", '    image: redis:8.0\n    command: ["sh", "-c", "sleep 1; exit 3"]']],
    told: "exit code 3",
  },
  {
    name: "nobody listens",
    fact: { kind: "start", service: "proxy" },
    changes: [['"127.0.0.1:8080:80"', '"127.0.0.1:8080:81"']],
    told: "81",
  },
];

/** From the moment at which something is wrong to the moment at which the report says so. */
export const failureBench: Bench = {
  name: "failures",
  run: async (context) => {
    const figures: Figure[] = [];
    for (const failure of FAILURES) {
      const ours: number[] = [];
      for (let run = 0; run < context.runs; run += 1) ours.push(await measure(failure, context));
      figures.push({ name: failure.name, ours, target: { ms: 2000 } });
    }
    return figures;
  },
};

async function measure(failure: Failure, context: BenchContext): Promise<number> {
  const folder = await layOutTree(context.root, LAB, context.temporary);
  try {
    await editCompose(folder, failure.changes);
    await using events = await followEvents(failure.fact.kind);
    const args = [context.grader, "check", LAB, folder];
    const timing = expectExit(await runTimed(process.execPath, args, context), [1], `check with ${failure.name}`);
    if (!timing.stdout.includes(failure.told)) {
      throw new Error(`the report of "${failure.name}" does not say "${failure.told}":\n${timing.stdout}`);
    }
    const fact = events.seen.find(({ service, pid }) => service === failure.fact.service && pid === timing.pid);
    if (fact === undefined) throw new Error(`the engine told of no ${failure.fact.kind} of ${failure.fact.service}`);
    return timing.spokeAt - fact.at;
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}
