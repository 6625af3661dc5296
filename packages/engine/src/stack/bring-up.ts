import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import type { RunModel } from "@compose-labs/lab";
import type { ComposeTools } from "../tools.ts";
import type { ComposeFile } from "./compose-file.ts";

/** What became of `compose up -d`: undefined while it is under way. */
export interface UpEnd {
  exitCode: number;
  /** The end of what Compose wrote, at most 64 KiB. */
  output: string;
}

export interface PendingUp {
  /** Looks whether Compose has ended; cheap enough to be asked at every look at the stack. */
  ended(): Promise<UpEnd | undefined>;
  /** Kills Compose if it is still at work. */
  kill(): Promise<void>;
}

/**
 * A shell between testcontainers and Compose, because testcontainers (12.2) offers no way to end a pending `up`, waits
 * 500 ms after its end, and answers a failed one by `down` without a time limit, which removes the evidence and takes
 * 10 s for a process that ignores SIGTERM. The shell notes the process id and the exit code, and always succeeds.
 */
const WRAPPER = `#!/bin/sh
cd "$(dirname "$0")" || exit 1
[ -e up.stop ] && exit 0
"$COMPOSE_LABS_TOOL" "$@" >up.output 2>&1 </dev/null &
pid=$!
echo $pid >up.pid
[ -e up.stop ] && kill -9 $pid
wait $pid
echo $? >up.exit.part
mv up.exit.part up.exit
`;

/** Starts the stack by testcontainers and returns at once; the caller observes the engine meanwhile. */
export async function bringUp(
  runModel: RunModel,
  file: ComposeFile,
  tools: ComposeTools,
  services: string[] | undefined,
): Promise<PendingUp> {
  const wrapper = join(file.folder, "up.sh");
  const [{ DockerComposeEnvironment }] = await Promise.all([
    import("testcontainers"),
    writeFile(wrapper, WRAPPER, { mode: 0o700 }),
  ]);
  const [tool, ...first] = tools.command;
  const wrapped = process.platform !== "win32";
  const environment = new DockerComposeEnvironment(file.folder, file.path)
    .withProjectName(runModel.project)
    .withAutoCleanup(false)
    .withDefaultWaitStrategy(await waitForNothing())
    .withEnvironment(onlyThese({ ...tools.environment, COMPOSE_LABS_TOOL: tool ?? "docker" }))
    .withClientOptions({
      // testcontainers puts `-f` and the sub-command after these.
      composeOptions: [...first, ...file.options.filter((_, at, all) => all[at] !== "-f" && all[at - 1] !== "-f")],
      commandOptions: ["--no-build", "--pull", "never", "--remove-orphans"],
      ...(wrapped ? { executable: { executablePath: wrapper, standalone: true as const } } : {}),
    });
  let failed: UpEnd | undefined;
  environment.up(services).catch((error: unknown) => {
    // Behind the wrapper only its own start can fail, and the look at containers that were removed meanwhile.
    failed = { exitCode: 1, output: error instanceof Error ? error.message : String(error) };
  });
  const ended = async (): Promise<UpEnd | undefined> => {
    const code = await readFile(join(file.folder, "up.exit"), "utf8").catch(() => undefined);
    if (code === undefined) return failed;
    const output = await readFile(join(file.folder, "up.output"), "utf8").catch(() => "");
    return { exitCode: Number(code), output: output.slice(-65_536) };
  };
  return {
    ended,
    async kill() {
      // Whichever comes first, the shell's note of the process id or this file, one of the two sides sees the other's.
      await writeFile(join(file.folder, "up.stop"), "");
      const pid = Number(await readFile(join(file.folder, "up.pid"), "utf8").catch(() => ""));
      if (pid === 0 || (await ended()) !== undefined) return;
      endProcess(pid);
      for (let tries = 0; tries < 50 && (await ended()) === undefined; tries++) await delay(10);
    },
  };
}

function endProcess(pid: number): void {
  try {
    process.kill(pid, "SIGKILL");
  } catch {
    // it ended before us
  }
}

/**
 * testcontainers spreads the whole of `process.env` under what it is given; a key whose value is undefined is left out
 * of a child's environment by Node, so naming every other variable as undefined gives a clean one.
 */
function onlyThese(environment: Record<string, string>): Record<string, string> {
  const others = Object.fromEntries(Object.keys(process.env).map((name) => [name, undefined]));
  return { ...others, ...environment } as Record<string, string>;
}

/** testcontainers' own waiting is wrong for stacks (a port that nobody listens on costs 60 s); ours is in `judge.ts`. */
async function waitForNothing() {
  const { Wait } = await import("testcontainers");
  const strategy = Wait.forOneShotStartup();
  strategy.waitUntilReady = () => Promise.resolve();
  return strategy;
}
