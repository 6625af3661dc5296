import { execFile } from "node:child_process";
import { randomBytes } from "node:crypto";
import { writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import { promisify } from "node:util";
import type { Lab, RunModel } from "@compose-labs/lab";
import { describe, expect, test } from "vitest";
import { makeRunModel } from "../src/index.ts";
import { allow, demoLab, prepare, type Tree } from "./demo-lab.ts";

const run = promisify(execFile);
const docker = async (...args: string[]): Promise<string> => (await run("docker", args)).stdout.trim();

/** A submission's run model, started as the engine does it and removed at the end of the block. */
async function start(submission: string | Tree, lab: Lab) {
  const answer = await prepare(submission, lab);
  const runId = randomBytes(6).toString("hex");
  const { runModel } = makeRunModel({
    prepared: answer.prepared,
    lab,
    runId,
    labels: { "compose-labs.test": runId },
  });
  const file = join(dirname(answer.prepared.root), "run.json");
  await writeFile(file, JSON.stringify(runModel.compose));
  const compose = (...args: string[]) =>
    docker("compose", "-p", runModel.project, "-f", file, "--project-directory", runModel.directory, ...args);
  await compose("build");
  await compose("up", "-d", "--no-build");
  return {
    runModel,
    compose,
    logs: (service: string) => docker("logs", `${runModel.project}-${service}-1`),
    inspect: async (service: string): Promise<Inspected> =>
      JSON.parse(await docker("inspect", `${runModel.project}-${service}-1`))[0] as Inspected,
    async [Symbol.asyncDispose]() {
      await compose("down", "-v", "-t", "0", "--rmi", "local");
      for (const { image, builds } of Object.values(runModel.services)) {
        if (builds) await docker("image", "rm", "-f", image);
      }
      await answer[Symbol.asyncDispose]();
    },
  };
}

interface Inspected {
  State: { Health?: { Status: string }; ExitCode: number; Status: string };
  HostConfig: {
    Memory: number;
    MemorySwap: number;
    PidsLimit: number;
    NanoCpus: number;
    CapDrop: string[];
    SecurityOpt: string[];
    LogConfig: { Type: string };
    RestartPolicy: { Name: string; MaximumRetryCount: number };
    Binds: string[] | null;
  };
  NetworkSettings: { Ports: Record<string, { HostIp: string; HostPort: string }[] | null> };
  Config: { Labels: Record<string, string>; Env: string[] };
}

const fixture = (name: string): string => join(import.meta.dirname, "fixtures/hostile", name);
const published = demoLab(allow("ports.publish"));

const portOf = (container: Inspected, port: string): string =>
  container.NetworkSettings.Ports[port]?.[0]?.HostPort ?? "none";

/** The page of a server that may still be starting. */
async function page(port: string): Promise<string> {
  for (let tries = 0; ; tries++) {
    const answer = await fetch(`http://127.0.0.1:${port}/`).catch(() => undefined);
    if (answer?.ok) return await answer.text();
    if (tries === 50) throw new Error(`nothing answers on port ${port}`);
    await pause(100);
  }
}

describe("a run model on a real engine", () => {
  test("fixed host ports become ports of the run's own, so that two copies run side by side", async () => {
    await using one = await start(fixture("ok-fixed-host-port"), published);
    await using two = await start(fixture("ok-fixed-host-port"), published);
    const ports = [portOf(await one.inspect("web"), "8080/tcp"), portOf(await two.inspect("web"), "8080/tcp")];
    expect(new Set(ports).size).toBe(2);
    for (const port of ports) expect(await page(port)).toContain("hello");
  });

  test("the bounds are the engine's, whatever the student wrote", async () => {
    await using stack = await start(fixture("ok-deploy-limits"), demoLab({ limits: { cpus: 0.5, pids: 100 } }));
    const { HostConfig, Config, NetworkSettings } = await stack.inspect("web");
    expect(HostConfig).toMatchObject({
      Memory: 32 * 1024 ** 2,
      MemorySwap: 32 * 1024 ** 2,
      NanoCpus: 0.25e9,
      PidsLimit: 50,
      CapDrop: ["ALL"],
      SecurityOpt: ["no-new-privileges:true"],
      LogConfig: { Type: "json-file" },
    });
    expect(Config.Labels["compose-labs.test"]).toBe(stack.runModel.runId);
    expect(NetworkSettings.Ports).toEqual({});
  });

  test("an image is built without a network, under a name of the run's own, and polled fast", async () => {
    await using stack = await start(fixture("ok-build-multistage"), published);
    const image = stack.runModel.services.web?.image ?? "";
    expect(image).toBe(`cl-${stack.runModel.runId}-web:run`);
    const labels = JSON.parse(await docker("image", "inspect", "-f", "{{json .Config.Labels}}", image)) as unknown;
    expect(labels).toMatchObject({ "compose-labs.test": stack.runModel.runId });
    for (let tries = 0; tries < 50; tries++) {
      if ((await stack.inspect("web")).State.Health?.Status === "healthy") return;
      await pause(100);
    }
    expect.fail("not healthy after 5 s");
  });

  test("what is written stays: dollars, volumes filled by a one-shot, profiles that stay off", async () => {
    const tree: Tree = {
      "compose.yaml": [
        "services:",
        "  init:",
        '    image: "busybox:1.37"',
        '    command: ["sh", "-c", "echo $$PRICE > /data/out"]',
        "    environment: {PRICE: 'a$$b'}",
        '    volumes: ["data:/data"]',
        "  web:",
        '    image: "busybox:1.37"',
        '    command: ["sh", "-c", "cat /data/out; touch /www/x || echo read-only"]',
        '    volumes: ["data:/data:ro", "./www:/www"]',
        "    depends_on: {init: {condition: service_completed_successfully}}",
        "  debug:",
        '    image: "busybox:1.37"',
        "    profiles: [debug]",
        "volumes: {data: {}}",
      ].join("\n"),
      "www/index.html": "hello",
    };
    await using stack = await start(tree, demoLab());
    await docker("wait", `${stack.runModel.project}-web-1`);
    expect(await stack.logs("web")).toBe("a$b\nread-only");
    expect(await stack.compose("ps", "-a", "--services")).not.toContain("debug");
  });

  test("a restart policy is the one that Compose itself makes of the student's file", async () => {
    const services = [
      "restart: on-failure:2",
      "deploy: {restart_policy: {condition: any}}",
      "deploy: {restart_policy: {condition: on-failure, max_attempts: 3, delay: 5s, window: 10s}}",
      "{restart: unless-stopped, deploy: {restart_policy: {condition: on-failure}}}",
      "{restart: always, deploy: {restart_policy: {condition: none}}}",
      "{restart: always, deploy: {restart_policy: {}}}",
    ].map((policy, index) => {
      const keys = policy.startsWith("{") ? policy.slice(1, -1) : policy;
      return `  s${index}: {image: "busybox:1.37", command: [sleep, "1000"], init: true, ${keys}}`;
    });
    const tree = { "compose.yaml": ["services:", ...services].join("\n") };
    await using stack = await start(tree, demoLab(allow("service.restart")));
    const { project, directory } = stack.runModel;
    const own = ["compose", "-p", `${project}-plain`, "-f", join(directory, "compose.yaml")];
    try {
      await docker(...own, "up", "--no-start");
      const policyOf = (container: string) => docker("inspect", "-f", "{{json .HostConfig.RestartPolicy}}", container);
      for (const index of services.keys()) {
        expect(await policyOf(`${project}-s${index}-1`)).toBe(await policyOf(`${project}-plain-s${index}-1`));
      }
      expect((await stack.inspect("s2")).HostConfig.RestartPolicy).toEqual({
        Name: "on-failure",
        MaximumRetryCount: 3,
      });
    } finally {
      await docker(...own, "down", "-t", "0");
    }
  });

  test("a writable bind goes to a copy of this run, and the submission's copy stays as it was", async () => {
    const tree: Tree = {
      "compose.yaml":
        'services:\n  web:\n    image: "busybox:1.37"\n    user: "1000"\n    command: ["touch", "/out/new"]\n    volumes: ["./out:/out"]\n',
      "out/old": "",
    };
    await using stack = await start(tree, demoLab(allow("mount.writable")));
    expect(await docker("wait", `${stack.runModel.project}-web-1`)).toBe("0");
    expect(mountSource(stack.runModel)).toMatch(/\/writable\/out$/);
  });

  test("a stack without published ports has no way out and no way to the host", async () => {
    const tree: Tree = {
      "compose.yaml": 'services:\n  web:\n    image: "busybox:1.37"\n    command: ["sh", "-c", "ip route; echo end"]\n',
    };
    await using stack = await start(tree, demoLab());
    await docker("wait", `${stack.runModel.project}-web-1`);
    expect(await stack.logs("web")).toMatch(/^\S+ dev eth0 scope link.*\nend$/);
  });
});

const mountSource = (model: RunModel): string | undefined => model.compose.services.web?.volumes?.[0]?.source;
