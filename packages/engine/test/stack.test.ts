import { mkdir, mkdtemp, readlink, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { CheckFailure, LABELS, LabError } from "@compose-labs/lab";
import { describe, expect, it } from "vitest";
import { parseBytes } from "../src/bounds/parse-bytes.ts";
import { asFault, faultInOutput } from "../src/faults.ts";
import { compareContainers } from "../src/handles/disturb.ts";
import { buildCommand } from "../src/stack/build-command.ts";
import { parseBuildError } from "../src/stack/build-failure.ts";
import { explainUpFailure } from "../src/stack/start-failure.ts";
import { inStudentWords } from "../src/stack/student-words.ts";
import { vary } from "../src/stack/vary.ts";
import { findComposeTools, readContextHost } from "../src/tools.ts";
import { sketchRun } from "./stack-fixture.ts";

describe("a build's output", () => {
  const output = `#6 [3/3] RUN make
#6 0.052 cc main.c
#6 0.060 main.c:1: error
#6 ERROR: process "/bin/sh -c make" did not complete successfully: exit code: 2
------
 > [3/3] RUN make:
0.052 cc main.c
------
Dockerfile:4
--------------------
   4 | >>> RUN make
--------------------
ERROR: failed to solve: process "/bin/sh -c make" did not complete successfully: exit code: 2
`;
  it("gives the service, the instruction and the step's own words", () => {
    expect(parseBuildError(output)).toEqual({
      instruction: "RUN make",
      line: 4,
      reason: 'process "/bin/sh -c make" did not complete successfully: exit code: 2',
      log: 'cc main.c\nmain.c:1: error\nERROR: process "/bin/sh -c make" did not complete successfully: exit code: 2',
    });
    expect(parseBuildError("failed to solve: dockerfile parse error on line 7: unknown instruction: RUNN").line).toBe(
      7,
    );
  });

  it("is not taken from what a step writes", () => {
    const spoof = `#6 0.1 Dockerfile:99\n#6 0.1 --------------------\n${output}`;
    expect(parseBuildError(spoof).line).toBe(4);
  });
});

describe("the command of a build", () => {
  const model = sketchRun(
    { web: { build: { context: "/c", dockerfile: "d/Dockerfile", target: "t", args: { A: "$$x" } } }, other: {} },
    { directory: "/run/copy" },
  );

  it("names what the run model says, and the bounds' control group", () => {
    const { arguments: words, input } = buildCommand(model, "web", "/docker/abc");
    expect(input).toBeUndefined();
    expect(words.join(" ")).toBe(
      `build --progress plain --network none --provenance false --tag ${model.project}-web:run --file /c/d/Dockerfile ` +
        `--target t --cgroup-parent /docker/abc --build-arg A=$x --label ${LABELS.run}=${model.runId} /c`,
    );
  });

  it("takes an inline Dockerfile by stdin, and secrets and other contexts from the copy", () => {
    model.compose.services.web = {
      image: "x:run",
      build: {
        dockerfile_inline: "FROM $$B",
        no_cache: true,
        secrets: [{ source: "token", target: "npm" }],
        additional_contexts: { lib: "/run/copy/lib" },
      },
    };
    model.compose.secrets = { token: { file: "a,b" } };
    const { arguments: words, input } = buildCommand(model, "web", undefined);
    expect(input).toBe("FROM $B");
    expect(words.slice(words.indexOf("--tag"))).toEqual([
      ...["--tag", "x:run", "--file", "-", "--no-cache", "--build-context", "lib=/run/copy/lib"],
      ...["--secret", '"id=npm","src=/run/copy/a,b"', "/run/copy"],
    ]);
  });
});

describe("faults", () => {
  it.each([
    ["DISK_FULL", "write /var/lib/docker/x: no space left on device"],
    ["NETWORK_POOL_EXHAUSTED", "Error response from daemon: all predefined address pools have been fully subnetted"],
    ["NETWORK_POOL_EXHAUSTED", "Error response from daemon: Pool overlaps with other one on this address space"],
    [
      "ENGINE_GONE",
      "Cannot connect to the Docker daemon at unix:///var/run/docker.sock. Is the docker daemon running?",
    ],
    ["ENGINE_GONE", "connect ECONNREFUSED /var/run/docker.sock"],
    ["ENGINE_FORBIDDEN", "permission denied while trying to connect to the docker API"],
    ["PORT_IN_USE", "Bind for 127.0.0.1:8080 failed: port is already allocated"],
    ["IMAGE_UNAVAILABLE", "Error response from daemon: No such image: busybox:9"],
  ])("%s is recognised in %s", (code, text) => {
    expect(faultInOutput(text)).toMatchObject({ kind: "fault", code, hint: expect.any(String) });
    expect(explainUpFailure(text, 1)).toMatchObject({ code });
    expect(asFault(new Error(text), "asking")).toMatchObject({ code });
  });

  it("leaves failures, our own errors and aborts as they are", () => {
    const failure = new CheckFailure({ code: "X", found: "a", expected: "b" });
    const own = new LabError("usage", "Y", "z");
    const abort = new DOMException("over", "AbortError");
    expect([failure, own, abort].map((error) => asFault(error, "asking"))).toEqual([failure, own, abort]);
    expect(asFault(new Error("(HTTP code 500) server error - odd"), "asking")).toMatchObject({ code: "ENGINE_ERROR" });
  });

  it("takes what Compose says of the stack itself for the student's", () => {
    const failure = explainUpFailure("dependency failed to start: container cl-0123456789ab-db-1 is unhealthy", 1);
    expect(failure).toMatchObject({ failure: { code: "START_FAILED", at: "services.db" } });
  });
});

it("speaks of the student's own folder and names", () => {
  const model = sketchRun({}, { directory: "/tmp/run/copy" });
  const found = "container cl-0123456789ab-db-1 cannot mount /tmp/run/copy/conf/x at /x";
  const told = inStudentWords(model, new CheckFailure({ code: "X", found, expected: "", log: "/tmp/run/copy" }));
  expect(told).toMatchObject({ failure: { found: "container db-1 cannot mount conf/x at /x", log: "." } });
  const fault = new LabError("fault", "Y", found);
  expect(inStudentWords(model, fault)).toBe(fault);
});

describe("a variant", () => {
  const model = sketchRun(
    {
      db: { command: ["serve", "$$X"], volumes: [{ type: "volume", source: "data", target: "/data" }] },
      web: { depends_on: { db: { condition: "service_started" } }, build: { context: "/c" } },
      other: {},
    },
    { volumes: { data: {} } },
  );
  model.compose.volumes = { data: { name: `${model.project}_data` } };
  const subnet = (index: number) => `10.200.${index}.0/24`;

  it("is another project with the run's label and the images of the original", () => {
    const varied = vary(model, { title: "t", only: ["web"], otherSubnets: true }, "abcdefabcdef", new Map(), subnet);
    expect(varied).toMatchObject({ runId: "abcdefabcdef", project: "cl-abcdefabcdef", labels: model.labels });
    expect(varied.compose.volumes).toEqual({ data: { name: "cl-abcdefabcdef_data" } });
    expect(varied.compose.networks?.default).toMatchObject({ ipam: { config: [{ subnet: "10.200.0.0/24" }] } });
    expect(varied.compose.services.web).toMatchObject({ image: `${model.project}-web:run` });
    expect(varied.compose.services.web?.build).toBeUndefined();
    expect(Object.entries(varied.services).map(([name, { active }]) => [name, active])).toEqual([
      ["db", true],
      ["web", true],
      ["other", false],
    ]);
    expect(model.compose.services.web?.build).toBeDefined();
  });

  it("takes subnets of its own where those of the original are written down", () => {
    const original = structuredClone(model);
    original.compose.networks = { default: { ipam: { config: [{ subnet: "10.199.0.0/24" }] } } };
    const varied = vary(original, { title: "t" }, "abcdefabcdef", new Map(), subnet);
    expect(varied.compose.networks?.default).toMatchObject({ ipam: { config: [{ subnet: "10.200.0.0/24" }] } });
    expect(vary(model, { title: "t" }, "abcdefabcdef", new Map(), subnet).compose.networks?.default).not.toHaveProperty(
      "ipam",
    );
  });

  it("delays by the image's own entry point and command where the model has none", () => {
    const starts = new Map([["web", { entrypoint: ["/entry"], cmd: ["run", "$HOME"] }]]);
    const varied = vary(model, { title: "t", delay: { db: 2, web: 1.5 } }, "abcdefabcdef", starts, subnet);
    expect(varied.compose.services.web).toMatchObject({
      entrypoint: ["sh", "-c", 'sleep 1.5; exec "$$@"', "--", "/entry", "run", "$$HOME"],
      command: [],
    });
    expect(varied.compose.services.db?.entrypoint).toEqual(["sh", "-c", 'sleep 2; exec "$$@"', "--", "serve", "$$X"]);
  });

  it("replaces commands, variables and numbers", () => {
    const change = { title: "t", command: { db: ["a$b"] }, environment: { db: { K: "$v" } }, scale: { web: 3 } };
    const varied = vary(model, change, "abcdefabcdef", new Map(), subnet);
    expect(varied.compose.services.db).toMatchObject({ entrypoint: ["a$$b"], command: [], environment: { K: "$$v" } });
    expect([varied.compose.services.web?.scale, varied.services.web?.replicas]).toEqual([3, 3]);
  });
});

it("tells what a second up made", () => {
  const of = (...pairs: [string, string][]) => pairs.map(([service, id]) => ({ service, id }));
  expect(compareContainers(of(["a", "1"], ["b", "2"]), of(["a", "1"], ["b", "3"], ["c", "4"]))).toEqual({
    created: ["c"],
    recreated: ["b"],
    unchanged: ["a"],
  });
});

it("reads sizes", () => {
  expect(["512", "64k", "256m", "1g"].map(parseBytes)).toEqual([512, 65_536, 268_435_456, 1_073_741_824]);
});

describe("the tools", () => {
  it("are found with the plugins linked, in an environment that is otherwise empty", async () => {
    const directory = await mkdtemp(join(tmpdir(), "engine-tools-"));
    const plugins = join(directory, "home", ".docker", "cli-plugins");
    await mkdir(plugins, { recursive: true });
    await writeFile(join(plugins, "docker-compose"), "", { mode: 0o755 });
    const environment = { PATH: "/nowhere", HOME: join(directory, "home"), SECRET: "x", DOCKER_HOST: "unix:///x.sock" };
    const tools = await findComposeTools(environment, join(directory, "run"));
    expect(tools.command).toEqual([join(plugins, "docker-compose")]);
    expect(Object.keys(tools.environment)).not.toContain("SECRET");
    expect(tools.environment).toMatchObject({
      PATH: "/nowhere",
      DOCKER_HOST: "unix:///x.sock",
      HOME: join(directory, "run", "home"),
    });
    const config = tools.environment.DOCKER_CONFIG ?? "";
    expect(await readlink(join(config, "cli-plugins", "docker-compose"))).toBe(join(plugins, "docker-compose"));
    await rm(directory, { recursive: true });
  });

  it("follow the current Docker context", async () => {
    const directory = await mkdtemp(join(tmpdir(), "engine-context-"));
    // SHA-256 of "far", as the Docker command line names its folders.
    const { createHash } = await import("node:crypto");
    const meta = join(directory, "contexts", "meta", createHash("sha256").update("far").digest("hex"));
    await mkdir(meta, { recursive: true });
    await writeFile(join(meta, "meta.json"), JSON.stringify({ Endpoints: { docker: { Host: "tcp://far:2375" } } }));
    await writeFile(join(directory, "config.json"), JSON.stringify({ currentContext: "far" }));
    expect(await readContextHost({ DOCKER_CONFIG: directory })).toBe("tcp://far:2375");
    expect(await readContextHost({ DOCKER_CONFIG: directory, DOCKER_CONTEXT: "default" })).toBeUndefined();
    expect(await readContextHost({ DOCKER_CONFIG: directory, DOCKER_HOST: "unix:///y.sock" })).toBe("unix:///y.sock");
    await rm(directory, { recursive: true });
  });
});
