import type { ProofReport } from "@compose-labs/report";
import type { Bench, BenchContext, Figure } from "./figure.ts";
import { expectExit, runTimed, type Timing } from "./process.ts";

/** The cases that every lab has, for `--quick`. */
const COMMON_CASES = ["--only", "reference", "starter"];

/** `verify` side by side against the sum of the same stacks one after the other; both once, for they take minutes. */
export const verifyBench: Bench = {
  name: "verify",
  run: async (context): Promise<Figure[]> => {
    const cases = context.quick ? COMMON_CASES : [];
    const together = await verify(context, cases);
    const alone = await verify(context, [...cases, "--jobs", "1"]);
    const reports: ProofReport[] = JSON.parse(alone.stdout);
    const stacks = reports.flatMap((report) => report.cases.map(({ ms }) => ms));
    return [
      {
        name: `verify, ${context.labs.length} labs, ${stacks.length} stacks`,
        ours: [together.ms],
        baseline: { name: "--jobs 1, sum", samples: [stacks.reduce((sum, ms) => sum + ms, 0)] },
        target: { ratio: 0.6 },
      },
    ];
  },
};

async function verify(context: BenchContext, options: string[]): Promise<Timing> {
  const args = [context.grader, "verify", ...context.labs, "--json", ...options];
  return expectExit(await runTimed(process.execPath, args, context), [0], `verify ${options.join(" ")}`);
}
