import { alternate, type Bench, type BenchContext, type Figure } from "./figure.ts";
import { expectExit, runTimed, type Timing } from "./process.ts";
import { editCompose, layOutTree } from "./trees.ts";

const LAB = "07-bridge-networks";
/** Processes that start no stack are cheap: each is measured this many times as often. */
const MORE = 3;

export const helpBench: Bench = {
  name: "help",
  run: async (context) => {
    const node = (args: string[], what: string) => async () =>
      expectExit(await runTimed(process.execPath, args, context), [0], what);
    const help = node([context.grader, "--help"], "grader --help");
    const nothing = node(["-e", "0"], "node -e 0");
    return [await compare(context, "--help", help, "node -e 0", nothing, { ratio: 2.5 })];
  },
};

/** A Compose file with a mistake that is found without starting anything. */
export const staticBench: Bench = {
  name: "static",
  run: async (context) => {
    const mistakes: [name: string, from: string, to: string][] = [
      ["unknown key", "    image: nginx:1.26", "    imge: nginx:1.26"],
      ["broken YAML", "    networks: [front]", "    networks: [front"],
    ];
    const figures: Figure[] = [];
    for (const [name, from, to] of mistakes) {
      const folder = await layOutTree(context.root, LAB, context.temporary);
      await editCompose(folder, [[from, to]]);
      const check = async () => {
        const timing = await runTimed(process.execPath, [context.grader, "check", LAB, folder], context);
        return expectExit(timing, [1], `check of a file with ${name}`);
      };
      const config = () =>
        runTimed("docker", ["compose", "config", "-q"], { directory: folder, signal: context.signal });
      figures.push(await compare(context, `check, ${name}`, check, "compose config", config, { ms: 250 }));
    }
    return figures;
  },
};

async function compare(
  context: BenchContext,
  name: string,
  ours: () => Promise<Timing>,
  baseline: string,
  theirs: () => Promise<Timing>,
  target: Figure["target"],
): Promise<Figure> {
  const timings = await alternate(context.runs * MORE, ours, theirs);
  return {
    name,
    ours: timings.ours.map(({ ms }) => ms),
    baseline: { name: baseline, samples: timings.theirs.map(({ ms }) => ms) },
    target,
  };
}
