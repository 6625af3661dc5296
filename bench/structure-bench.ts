import { join } from "node:path";
import { addressOf, connectEngine, openImageSubject, removeRun } from "@compose-labs/engine";
import { openLease } from "@compose-labs/engine/before-start";
import { parseStructureTests, runStructureTests } from "@compose-labs/lab/structure-tests";
import type { Bench, BenchContext, Figure } from "./figure.ts";
import { expectExit, runTimed } from "./process.ts";

const IMAGE = "busybox:1.37";
const HEAD = 'schemaVersion: "2.0.0"\n';
const PATHS = ["/", "/bin", "/bin/sh", "/etc", "/etc/group", "/etc/passwd", "/home", "/root", "/tmp", "/usr"];
const FILES = `${HEAD}fileExistenceTests:\n${PATHS.map((path) => `- {name: ${path}, path: ${path}}\n`).join("")}`;
const WORDS = PATHS.map((_, index) => `word-${index}`);
const COMMANDS = `${HEAD}commandTests:\n${WORDS.map((word) => `- {name: ${word}, command: echo, args: [${word}], expectedOutput: [${word}]}\n`).join("")}`;

/** Ten tests of files and ten of commands on one image: from the file's text to the verdicts and the clean-up. */
export const structureBench: Bench = {
  name: "structure-test",
  run: async (context): Promise<Figure[]> => {
    const { docker } = await connectEngine({ signal: context.signal, environment: process.env });
    const runId = Array.from(crypto.getRandomValues(new Uint8Array(6)), (byte) =>
      byte.toString(16).padStart(2, "0"),
    ).join("");
    await using lease = await openLease({ runId, deadline: Date.now() + 600_000 });
    await lease.connected(addressOf(docker, process.env));
    await using clearing = new AsyncDisposableStack();
    clearing.defer(async () => void (await removeRun({ docker, runId })));
    const evaluate = async (text: string) => {
      const from = performance.now();
      const { labels } = lease;
      const options = { docker, image: IMAGE, labels, hostConfig: {}, timeout: 30, signal: context.signal };
      await using subject = openImageSubject(options);
      const results = await runStructureTests(parseStructureTests(text, "bench.yaml"), subject);
      const ms = performance.now() - from;
      const missed = results.filter((result) => !result.pass).map(({ name }) => name);
      if (missed.length > 0 || results.length !== 10) throw new Error(`expected ten passes, missed: ${missed}`);
      return ms;
    };
    const files: number[] = [];
    const commands: number[] = [];
    const baseline: number[] = [];
    await evaluate(FILES); // what is loaded at the first call is not measured
    for (let run = 0; run < context.runs; run += 1) {
      files.push(await evaluate(FILES));
      commands.push(await evaluate(COMMANDS));
      baseline.push(await runByHand(context));
    }
    return [
      { name: "structure-test, ten files", ours: files, target: { ms: 100 } },
      {
        name: "structure-test, ten commands",
        ours: commands,
        baseline: { name: "one start, ten execs in one", samples: baseline },
        target: { ratio: 1.2 },
      },
    ];
  },
};

/** One container that is started, ten commands by one `docker exec`, and its removal. */
async function runByHand({ root, signal }: BenchContext): Promise<number> {
  const script = join(root, "bench/baseline/structure-test.sh");
  const timing = await runTimed("bash", [script, IMAGE, ...WORDS], { signal });
  return expectExit(timing, [0], "bench/baseline/structure-test.sh").ms;
}
