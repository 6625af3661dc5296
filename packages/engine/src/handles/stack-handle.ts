import {
  CheckFailure,
  type ImageRunResult,
  LABELS,
  type Recorder,
  type ServiceTimeline,
  type StackHandle,
} from "@compose-labs/lab";
import type { RunContext } from "../run-context.ts";
import { askQuestion } from "./asking.ts";
import { awaitEnd } from "./bounded-run.ts";
import { downStack, upAgain } from "./disturb.ts";
import { makeServiceHandle } from "./service-handle.ts";
import { startVariant } from "./variant.ts";
import { makeVolumeHandle } from "./volume-handle.ts";

export function makeStackHandle(run: RunContext, recorder: Recorder): StackHandle {
  const decided = () => run.allReady().catch(() => undefined);
  return {
    settled: () =>
      askQuestion(recorder, {
        call: "stack.settled",
        reproduce: "docker compose up -d && docker compose ps -a",
        after: () => run.allReady(),
        // Later calls look again: a service may have ended since.
        ask: (signal) =>
          run.settleAgain(
            run.active.filter((name) => !run.stopped.has(name)),
            signal,
          ),
        answer: () => `${run.active.length} services`,
      }),
    service: (name) => {
      if (run.runModel.services[name] === undefined) throw missing(run, name);
      return makeServiceHandle(run, recorder, { service: name, replica: undefined });
    },
    volume: (key) => makeVolumeHandle(run, recorder, key, run.probeImage),
    down: ({ volumes = false } = {}) =>
      askQuestion(recorder, {
        call: `stack.down${volumes ? " -v" : ""}`,
        reproduce: `docker compose down${volumes ? " -v" : ""}`,
        after: decided,
        ask: (signal) => downStack(run, volumes, signal),
        answer: () => "removed",
      }),
    up: () =>
      askQuestion(recorder, {
        call: "stack.up",
        reproduce: "docker compose up -d",
        after: decided,
        ask: (signal) => upAgain(run, signal),
        answer: ({ created, recreated, unchanged }) =>
          [["created", created] as const, ["recreated", recreated] as const, ["unchanged", unchanged] as const]
            .flatMap(([word, names]) => (names.length === 0 ? [] : [`${word}: ${names.join(", ")}`]))
            .join("; "),
      }),
    run: (service, options = {}) =>
      askQuestion(recorder, {
        call: `stack.run ${service} ${(options.command ?? []).join(" ")}`.trimEnd(),
        reproduce: `docker compose run --rm ${service} ${(options.command ?? []).join(" ")}`.trimEnd(),
        after: decided,
        ask: (signal) => runOnce(run, service, options, signal),
        answer: ({ exitCode, output, timedOut }) => `${timedOut ? "killed, " : ""}exit code ${exitCode}: ${output}`,
      }),
    variant: (change) => startVariant(run, recorder, change, makeStackHandle),
    timeline: () =>
      askQuestion(recorder, {
        call: "stack.timeline",
        reproduce:
          "docker inspect --format '{{.Name}} {{.State.StartedAt}} {{json .State.Health}}' $(docker compose ps -aq)",
        after: () => run.allReady(),
        ask: () => readTimeline(run),
        answer: (all) => describeTimeline(all),
      }),
  };
}

function missing(run: RunContext, name: string): CheckFailure {
  return new CheckFailure({
    code: "SERVICE_MISSING",
    found: `no service \`${name}\`; the file defines ${Object.keys(run.runModel.services).join(", ")}`,
    expected: `a service \`${name}\``,
    at: "services",
    hint: "Services are found by their key under `services:`.",
    reproduce: "docker compose config --services",
  });
}

/** Detached and then awaited through the engine: stdout and stderr come in order, without Compose's own words. */
async function runOnce(
  run: RunContext,
  service: string,
  options: { command?: string[]; env?: Record<string, string>; timeout?: number },
  signal: AbortSignal,
): Promise<ImageRunResult> {
  if (run.runModel.services[service] === undefined) throw missing(run, service);
  const environment = Object.entries(options.env ?? {}).flatMap(([name, value]) => ["-e", `${name}=${value}`]);
  const args = ["run", "-d", "-T", "--quiet-pull", ...environment, service, ...(options.command ?? [])];
  const result = await run.compose(args, { signal });
  const id = /\b[0-9a-f]{64}\b/.exec(result.stdout)?.[0] ?? result.stdout.trim().split("\n").at(-1) ?? "";
  if (result.exitCode !== 0) {
    if (/executable file not found|no such file or directory: unknown/.test(result.output)) {
      await removeOneOffs(run, service);
      return { exitCode: 127, output: result.output.slice(-65_536), timedOut: false, ms: 0 };
    }
    throw run.upFailure(result);
  }
  const container = run.docker.getContainer(id);
  try {
    return await awaitEnd(container, options.timeout ?? 30, signal);
  } finally {
    await container.remove({ force: true, v: true }).catch(() => undefined); // the run's end removes it by label
  }
}

async function removeOneOffs(run: RunContext, service: string): Promise<void> {
  const label = [
    `${LABELS.run}=${run.runModel.labels[LABELS.run]}`,
    `com.docker.compose.service=${service}`,
    "com.docker.compose.oneoff=True",
  ];
  const left = await run.docker.listContainers({ all: true, filters: JSON.stringify({ label }) });
  await Promise.all(
    left.map(({ Id }) =>
      run.docker
        .getContainer(Id)
        .remove({ force: true, v: true })
        .catch(() => undefined),
    ),
  );
}

async function readTimeline(run: RunContext): Promise<Map<string, ServiceTimeline>> {
  const containers = await run.watch.look();
  return new Map(
    [...run.watch.history].map(([service, { startedAt, healthyAt }]) => {
      const ended = containers.find((container) => container.service === service && container.state === "exited");
      // A process that ends at once may have ended before the engine wrote its start down.
      const finishedAt = ended?.finishedAt === undefined ? undefined : Math.max(ended.finishedAt, startedAt);
      return [service, { startedAt, healthyAt, finishedAt, exitCode: ended?.exitCode }];
    }),
  );
}

function describeTimeline(timeline: Map<string, ServiceTimeline>): string {
  const zero = Math.min(...[...timeline.values()].map(({ startedAt }) => startedAt));
  const after = (time: number) => `${((time - zero) / 1000).toFixed(2)} s`;
  return [...timeline]
    .sort((a, b) => a[1].startedAt - b[1].startedAt)
    .map(([service, { startedAt, healthyAt, finishedAt }]) => {
      const rest = healthyAt === undefined ? "" : `, healthy at ${after(healthyAt)}`;
      return `${service} started at ${after(startedAt)}${rest}${finishedAt === undefined ? "" : `, ended at ${after(finishedAt)}`}`;
    })
    .join("; ");
}
