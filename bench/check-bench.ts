import { rm } from "node:fs/promises";
import { join } from "node:path";
import { alternate, type Bench, type BenchContext, type Figure } from "./figure.ts";
import { expectExit, runTimed, type Timing } from "./process.ts";
import { freeThePorts, layOutTree, stackEnvironment } from "./trees.ts";

/** `check` of a lab's reference beside a shell script that asks the same. */
export function checkBench(lab: string): Bench {
  const number = lab.slice(0, 2);
  return {
    name: `check-${number}`,
    run: async (context): Promise<Figure[]> => {
      const reference = join(context.root, "labs", lab, "reference");
      const check = async () => {
        const timing = await runTimed(process.execPath, [context.grader, "check", lab, reference], context);
        return expectExit(timing, [0], `check of the reference of ${lab}`);
      };
      const { ours, theirs } = await alternate(context.runs, check, () => runScript(context, lab));
      const samples = theirs.map(({ ms }) => ms);
      return [
        {
          name: `check ${number}`,
          ours: ours.map(({ ms }) => ms),
          baseline: { name: "script", samples },
          target: { ratio: 0.95 },
        },
        {
          name: `verdict ${number}`,
          ours: ours.map(({ firstByte }) => firstByte),
          baseline: { name: "script", samples },
          target: { ratio: 0.8 },
        },
      ];
    },
  };
}

async function runScript(context: BenchContext, lab: string): Promise<Timing> {
  const directory = await layOutTree(context.root, lab, context.temporary);
  try {
    await freeThePorts(directory);
    const script = join(context.root, "bench/baseline", `${lab}.sh`);
    const environment = await stackEnvironment();
    const timing = await runTimed("bash", [script], { directory, environment, signal: context.signal });
    return expectExit(timing, [0], `bench/baseline/${lab}.sh`);
  } finally {
    await rm(directory, { recursive: true, force: true });
  }
}
