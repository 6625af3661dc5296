// biome-ignore-all lint/suspicious/noTemplateCurlyInString: Compose files have variables too
import type { HealthcheckModel } from "@compose-labs/lab";
import { describe, expect, test } from "vitest";
import { parseDockerfile } from "../src/dockerfile/parse.ts";
import { makeRunModel } from "../src/index.ts";
import { healthFacts, quickenHealthcheck } from "../src/run/health.ts";
import { boundGrace, boundTmpfs, parseBytes } from "../src/run/limits.ts";
import { allow, composeWith, demoLab, prepare } from "./demo-lab.ts";

const RUN = { runId: "0123456789ab", labels: { "compose-labs.run": "0123456789ab" } };

describe("makeRunModel", () => {
  test("writes every service anew: the student's meaning with the grader's bounds", async () => {
    const lab = demoLab({ ...allow("ports.publish"), limits: { memory: "64m", cpus: 0.5, pids: 50 } });
    await using answer = await prepare(
      {
        "compose.yaml": [
          "name: mine",
          "services:",
          "  api:",
          "    build: {context: ., args: {A: '1', B: }}",
          "    image: my-api",
          "    container_name: api",
          "    environment: {PRICE: '$$1', UNSET: }",
          "    ports: ['127.0.0.1:8080:80', '9000:80', '53:53/udp']",
          "    restart: always",
          "    cap_drop: [CHOWN]",
          "    tmpfs: ['/run:size=1g,mode=1777,mpol=bind']",
          "    volumes: ['data:/data', '/anonymous', './conf:/conf']",
          "    networks: {back: {aliases: [backend]}}",
          "    stop_grace_period: 3s",
          "    x-note: dropped",
          "  worker:",
          "    image: my-api",
          "    command: [work]",
          "    deploy: {replicas: 3, resources: {limits: {memory: 32M, cpus: '2'}}}",
          "    network_mode: none",
          "    profiles: [jobs]",
          "networks: {back: {internal: true, labels: {a: b}}}",
          "volumes: {data: , unused: }",
        ].join("\n"),
        Dockerfile: "FROM busybox:1.37\n",
        "conf/a": "",
      },
      lab,
    );
    expect(answer.codes.filter((code) => !code.startsWith("("))).toEqual([]);
    const { runModel, notes } = makeRunModel({ prepared: answer.prepared, lab, ...RUN });
    const { root } = answer.prepared;
    expect(JSON.stringify({ ...runModel, limits: undefined }, null, 2).replaceAll(root, "<copy>")).toMatchSnapshot();
    expect(notes.map(({ message }) => message)).toEqual([
      "service `worker` asks for cpus 2 and gets 0.5 while grading",
    ]);
  });

  test("names of built images are valid whatever the service is called", async () => {
    const build = "{build: .}";
    await using answer = await prepare({
      "compose.yaml": `services: {web: ${build}, Web: ${build}, _db: ${build}}`,
      Dockerfile: "FROM scratch\n",
    });
    const { services } = makeRunModel({ prepared: answer.prepared, lab: demoLab(), ...RUN }).runModel;
    const images = Object.values(services).map(({ image }) => image);
    expect(new Set(images).size).toBe(3);
    expect(images).toContain("cl-0123456789ab-web:run");
    for (const image of images) expect(image).toMatch(/^cl-0123456789ab-[a-z0-9]+:run$/);
  });

  test("a refused submission has none", async () => {
    await using answer = await prepare(composeWith("privileged: true"));
    expect(() => makeRunModel({ prepared: answer.prepared, lab: demoLab(), ...RUN })).toThrow(
      expect.objectContaining({ kind: "fault", code: "RUN_MODEL_REFUSED" }),
    );
  });

  test("an older engine is not asked for fast polling", async () => {
    await using answer = await prepare(composeWith("healthcheck: {test: [CMD, 'true'], interval: 1s}"));
    const given = { prepared: answer.prepared, lab: demoLab(), ...RUN };
    const of = (fastHealth: boolean) =>
      makeRunModel({ ...given, fastHealth }).runModel.compose.services.web?.healthcheck;
    expect(of(false)).toEqual({ test: ["CMD", "true"], interval: "1s" });
    expect(of(true)).toMatchObject({ start_interval: "100ms" });
  });

  test("lifted rules: restart policies stay, fixed subnets stay", async () => {
    const lab = demoLab(allow("service.restart", "networks.ipam"));
    await using answer = await prepare(
      composeWith(
        "restart: on-failure:2\nnetworks: {back: {ipv4_address: 10.9.0.9}}",
        "networks: {back: {ipam: {config: [{subnet: 10.9.0.0/24}]}}}",
      ),
      lab,
    );
    const { compose } = makeRunModel({ prepared: answer.prepared, lab, ...RUN }).runModel;
    expect(compose.services.web).toMatchObject({
      restart: "on-failure:2",
      networks: { back: { ipv4_address: "10.9.0.9" } },
    });
    expect(compose.networks?.back).toMatchObject({ ipam: { config: [{ subnet: "10.9.0.0/24" }] }, internal: true });
  });
});

test.each([
  ["nothing said: one interval", {}, "30s"],
  ["a short interval: as long as the tries would take", { interval: "200ms", retries: 5 }, "1s"],
  ["a short interval and many tries: 3 s", { interval: "1s", retries: 30 }, "3s"],
  ["the student's own start period stays", { interval: "1s", start_period: "1m30s" }, "1m30s"],
])("fast polling: %s", (_, check, period) => {
  expect(quickenHealthcheck(check)).toEqual({ ...check, start_period: period, start_interval: "100ms" });
});

describe("the first look of a health check, in seconds after the start", () => {
  const probe = ["CMD", "true"];
  test.each<[string, number | undefined, HealthcheckModel | undefined, string]>([
    ["Docker's own interval", 30, { test: probe }, ""],
    ["the interval", 3600, { test: probe, interval: "1h" }, ""],
    [
      "within a start period the start interval",
      2,
      { test: probe, interval: "1h", start_period: "9s", start_interval: "2s" },
      "",
    ],
    ["Docker's own start interval", 5, { test: probe, interval: "1h", start_period: "9s" }, ""],
    ["no start period, no start interval", 60, { test: probe, interval: "1m", start_interval: "1s" }, ""],
    ["the image's interval", 7, undefined, "HEALTHCHECK --interval=7s CMD true"],
    ["the image's start interval", 3, undefined, "HEALTHCHECK --start-period=9s --start-interval=3s CMD true"],
    ["the service's time for the image's check", 8, { interval: "8s" }, "HEALTHCHECK --interval=7s CMD true"],
    ["the service's own check in place of the image's", 30, { test: probe }, "HEALTHCHECK --interval=7s CMD true"],
    ["none", undefined, undefined, ""],
    ["a time without a check", undefined, { interval: "8s" }, ""],
    ["one that is switched off", undefined, { disable: true }, "HEALTHCHECK CMD true"],
    ["one that the image takes back", undefined, undefined, "HEALTHCHECK CMD true\nHEALTHCHECK NONE"],
  ])("%s: %s", (_, seconds, healthcheck, lines) => {
    const { dockerfile } = parseDockerfile(`FROM busybox:1.37\n${lines}\n`, {
      file: "Dockerfile",
      args: {},
      target: undefined,
      inline: undefined,
    });
    const service = healthcheck === undefined ? {} : { healthcheck };
    expect(healthFacts(service, dockerfile)).toEqual(seconds === undefined ? undefined : { firstLook: seconds });
  });
});

test("sizes in every notation", () => {
  expect(["64m", "1.5g", "20971520", "1Gi", "12kb", 5].map(parseBytes)).toEqual([
    67108864, 1610612736, 20971520, 1073741824, 12288, 5,
  ]);
  expect(["x", "", "-1", undefined, -1].map(parseBytes)).toEqual([
    undefined,
    undefined,
    undefined,
    undefined,
    undefined,
  ]);
});

test("a tmpfs keeps known options and is bounded", () => {
  expect(boundTmpfs("/a", 1e9)).toBe("/a:size=67108864");
  expect(boundTmpfs("/a:size=1k,noexec,mode=700,mpol=bind", 1e9)).toBe("/a:size=1024,noexec,mode=700");
  expect(boundTmpfs("/a:size=2g", 1e6)).toBe("/a:size=1000000");
});

test("a stop waits no longer than 15 s, whatever was written", () => {
  expect(["3s", "15s", "1m0s", "1000h0m0s", undefined].map(boundGrace)).toEqual(["3s", "15s", "15s", "15s", undefined]);
});
