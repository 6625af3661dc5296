import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { connectEngine, type Engine } from "@compose-labs/engine";
import { type CheckResult, LABELS, type Result } from "@compose-labs/lab";
import { beforeAll, describe, expect, it } from "vitest";
import {
  type Changes,
  changedLab,
  checkJson,
  DEMO_LAB,
  readResult,
  runCli,
  submission,
  temporaryFolder,
} from "./run-cli.ts";

const REFERENCE = join(DEMO_LAB, "reference");
let engine: Engine;
beforeAll(async () => {
  engine = await connectEngine({ environment: process.env, signal: new AbortController().signal });
});

/** `id outcome`, with the diagnosis or what blocked it. */
function outcomes({ checks }: Result): string[] {
  return checks.map(({ id, outcome, diagnosis, blockedBy }) =>
    [id, outcome, diagnosis?.code ?? blockedBy].filter((word) => word !== undefined).join(" "),
  );
}

/** The result of the reference with changes. */
async function grading(changes: Changes, ...args: string[]): Promise<Result & { exitCode: number | null }> {
  await using folder = await submission(changes);
  const { result, exitCode } = await checkJson(folder.path, { args });
  return { ...result, exitCode };
}

function checkOf({ checks }: Result, id: string): CheckResult {
  const check = checks.find((candidate) => candidate.id === id);
  if (check === undefined) throw new Error(`the result has no check ${id}`);
  return check;
}

const web = (...lines: string[]) => `services:\n  web:\n    build: .\n${lines.map((line) => `    ${line}\n`).join("")}`;
const PORTS = 'ports: ["127.0.0.1:8080:8080"]';

describe("a right submission", () => {
  it("gets full marks, with the same draws when its seed is given", async () => {
    const { result, exitCode, stderr } = await checkJson(REFERENCE, { args: ["--seed", "5EED0001"] });
    expect({ exitCode, stderr }).toEqual({ exitCode: 0, stderr: "" });
    expect(result).toMatchObject({ verdict: "graded", partial: false, score: 40, maxScore: 40, seed: "5eed0001" });
    expect(result.lab).toMatchObject({ id: "demo", version: "1.2.3" });
    expect(outcomes(result)).toEqual([
      "notes-written passed",
      "settled passed",
      "page-in-image passed",
      "page-served passed",
      "comes-back passed",
    ]);
    expect(result.stack?.services).toMatchObject([{ name: "web", image: "built here", state: "running" }]);
    expect(result.environment).toMatchObject({
      engine: engine.facts.engine,
      compose: engine.facts.compose,
      graderDigest: expect.stringMatching(/^[0-9a-f]{64}$/),
      fingerprint: expect.stringMatching(/^[0-9a-f]{64}$/),
      images: [{ name: "busybox:1.37", digest: (await engine.docker.getImage("busybox:1.37").inspect()).Id }],
    });
    expect(result.logs).toEqual([]); // its server says nothing
    expect(result.reached).toContainEqual({
      from: "host",
      to: "web",
      port: 8080,
      reached: true,
      check: "page-served",
    });
  });

  it("is told on one page, and with --quiet in a few lines", async () => {
    const [full, quiet] = await Promise.all([
      runCli(["check", "01", REFERENCE]),
      runCli(["check", "01", REFERENCE, "--quiet", "--only", "notes-written"]),
    ]);
    expect(full).toMatchObject({ exitCode: 0, stderr: "" });
    expect(full.stdout).toMatch(/^A page in an image \(demo 1\.2\.3\)\n/);
    expect(full.stdout).toMatch(/^ {2}passed {3}10\/10 {2}web comes back after a crash$/m);
    expect(full.stdout).toMatch(/^40 of 40 points in /m);
    expect(quiet.exitCode).toBe(0);
    expect(quiet.stdout).not.toContain("The notes say something");
    expect(quiet.stdout).toMatch(/^5 of 40 points/m);
  });
});

describe("--only", () => {
  it("runs what was named and what it needs, and gives no whole mark", async () => {
    const { result, exitCode } = await checkJson(REFERENCE, { args: ["--only", "page-served"] });
    expect(exitCode).toBe(0);
    expect(outcomes(result)).toEqual([
      "notes-written not-run",
      "settled passed",
      "page-in-image not-run",
      "page-served passed",
      "comes-back not-run",
    ]);
    expect(result).toMatchObject({ verdict: "graded", partial: true, score: 15 });
  });
});

describe("--like and --report", () => {
  it("repeat a run from its result, say what differs, and tell it in other forms too", async () => {
    await using files = await temporaryFolder();
    const { result } = await checkJson(REFERENCE, { args: ["--only", "page-served"] });
    await writeFile(join(files.path, "result.json"), JSON.stringify(result));
    const like = ["--like", "result.json", "--only", "page-served"];
    const again = await checkJson(REFERENCE, { cwd: files.path, args: [...like, "--report", "junit=junit.xml"] });
    expect(again.result.seed).toBe(result.seed);
    expect(again.result.environment.fingerprint).toBe(result.environment.fingerprint);
    expect(again.stderr).toBe("result.json and this run agree: the same verdict, score and outcomes.\n");
    expect(await readFile(join(files.path, "junit.xml"), "utf8")).toMatch(
      /^<\?xml[\s\S]*<testcase name="The page is served"/,
    );

    await using other = await submission({ "compose.yaml": web(PORTS, "command: httpd -f -p 8081 -h /www") });
    const { stderr, exitCode } = await checkJson(other.path, { cwd: files.path, args: like });
    expect(exitCode).toBe(1);
    expect(stderr).toMatch(
      /^result\.json and this run differ\.\n\nWhat came out\n[\s\S]* {2}check page-served {2}passed -> failed NOTHING_LISTENS\n\nWhat went in\n {2}submission {2}\w{12} -> \w{12}\n/,
    );
  });
});

describe("--hints", () => {
  it("shows as many as asked for", async () => {
    await using folder = await submission({
      Dockerfile: 'FROM busybox:1.37\nCMD ["sh", "-c", "echo no luck; exit 3"]\n',
    });
    const shown = async (level: string) => {
      const { stdout } = await runCli(["check", "01", folder.path, "--only", "settled", "--hints", level]);
      return ["Look at the logs.", "The last line says it.", "Use `httpd -f`."].filter((hint) => stdout.includes(hint));
    };
    expect(await Promise.all([shown("0"), shown("2")])).toEqual([[], ["Look at the logs.", "The last line says it."]]);
  });
});

describe("--keep", () => {
  it("leaves the stack up until `clean`, whatever else is graded meanwhile", async () => {
    const { result, exitCode, stderr } = await checkJson(REFERENCE, { args: ["--keep", "--only", "page-served"] });
    expect({ exitCode, verdict: result.verdict }).toEqual({ exitCode: 0, verdict: "graded" });
    expect(stderr).toContain("docker ps --filter label=com.docker.compose.project=<project>\n");
    const [url = ""] = /http:\S+/.exec(stderr) ?? [];
    expect(await (await fetch(url)).text()).toBe("<h1>demo</h1>\n");
    const published = JSON.stringify({ publish: [new URL(url).port] });
    const runId = (await engine.docker.listContainers({ filters: published }))[0]?.Labels[LABELS.run];

    await checkJson(REFERENCE, { args: ["--only", "notes-written"] });
    expect((await fetch(url)).status).toBe(200);

    const preview = await runCli(["clean", "--dry-run"]);
    expect(preview).toMatchObject({ exitCode: 0, stderr: "" });
    expect(preview.stdout).toContain(
      `Run ${runId} (kept by --keep): would remove 1 container, 1 network, 1 image, 1 folder\n`,
    );
    expect((await fetch(url)).status).toBe(200);

    const cleaned = await runCli(["clean"]);
    expect(cleaned.exitCode).toBe(0);
    expect(cleaned.stdout).toContain(
      `Run ${runId} (kept by --keep): removed 1 container, 1 network, 1 image, 1 folder\n`,
    );
    await expect(fetch(url)).rejects.toThrow();
    const filters = JSON.stringify({ label: [`${LABELS.run}=${runId}`] });
    expect(await engine.docker.listContainers({ all: true, filters })).toEqual([]);
  });
});

describe("a submission that is refused", () => {
  it.for<[string, string, string, RegExp]>([
    ["malformed YAML", "services:\n  web:\n    image: [busybox\n", "yaml.syntax", /compose\.yaml:\d+:\d+/],
    ["an unknown key", web("port: [80]"), "schema", /compose\.yaml:4:5[\s\S]*`ports`/],
    ["a foreign image", "services:\n  web:\n    image: nginx:1.26\n", "image.allowlist", /compose\.yaml:3:5/],
    ["the host's network", web("network_mode: host"), "service.network_mode", /compose\.yaml:4:5/],
  ])("has %s, and is told where", async ([_, compose, code, text]) => {
    await using folder = await submission({ "compose.yaml": compose });
    const { stdout, exitCode } = await runCli(["check", "01", folder.path]);
    expect(exitCode).toBe(1);
    expect(stdout).toMatch(text);
    expect(stdout).toContain(`REFUSED  ${code}`);
    expect(stdout).toMatch(/^Refused in .*, nothing was started/m);
  });

  it("has two Compose files, or none", async () => {
    const two = await grading({ "compose.yml": web(PORTS) });
    expect(two).toMatchObject({ exitCode: 1, verdict: "refused", score: null });
    const none = await grading({ "compose.yaml": undefined });
    expect(none).toMatchObject({ exitCode: 1, verdict: "refused", score: null });
    expect(
      [two, none].map(({ findings }) => findings.map(({ code, message }) => `${code}: ${message}`)),
    ).toMatchInlineSnapshot(`
      [
        [
          "schema.ambiguous: \`compose.yml\` stands beside \`compose.yaml\`, and which of them Compose reads depends on how it is called",
        ],
        [
          "schema.missing: there is no \`compose.yaml\`",
        ],
      ]
    `);
  });
});

describe("a submission that fails", () => {
  it("does not build: the Dockerfile's line and the last lines are shown", async () => {
    const result = await grading({ Dockerfile: "FROM busybox:1.37\nRUN echo before && no-such-command\n" });
    expect(result).toMatchObject({ exitCode: 1, verdict: "graded", score: 5 });
    expect(outcomes(result).slice(1, 4)).toEqual([
      "settled failed BUILD_FAILED",
      "page-in-image failed BUILD_FAILED",
      "page-served blocked settled",
    ]);
    expect(checkOf(result, "settled").diagnosis).toMatchObject({
      place: { file: "Dockerfile", line: 2 },
      log: expect.stringContaining("no-such-command: not found"),
    });
  });

  it("crashes", async () => {
    const result = await grading({
      Dockerfile: 'FROM busybox:1.37\nCMD ["sh", "-c", "echo no luck; exit 3"]\n',
      "compose.yaml": web(PORTS),
    });
    expect(result.exitCode).toBe(1);
    expect(result.logs).toEqual([{ service: "web", text: "no luck" }]);
    expect(checkOf(result, "settled").diagnosis).toMatchObject({
      code: "SERVICE_CRASHED",
      found: expect.stringContaining("3"),
      log: expect.stringContaining("no luck"),
      place: { file: "compose.yaml", line: 2 },
    });
  });

  it("loops", async () => {
    const result = await grading({ "compose.yaml": web("command: [sh, -c, exit 4]", "restart: always") });
    expect(checkOf(result, "settled").diagnosis?.code).toBe("SERVICE_RESTART_LOOP");
  });

  it("never gets healthy", async () => {
    const yaml = await readFile(join(DEMO_LAB, "lab.yaml"), "utf8");
    await using labs = await changedLab({ "lab.yaml": yaml.replace("settle: 20", "settle: 3") });
    await using folder = await submission({
      "compose.yaml": web(PORTS, "healthcheck: { test: [CMD, 'false'], interval: 60s, start_period: 60s }"),
    });
    const { result, exitCode } = await checkJson(folder.path, { labs: labs.path, args: ["--only", "settled"] });
    expect(exitCode).toBe(1);
    expect(outcomes(result)[1]).toBe("settled failed SERVICE_NEVER_HEALTHY");
  });

  it("listens on loopback, or on another port", async () => {
    const only = ["--only", "page-served"];
    const [loopback, other] = await Promise.all([
      grading({ "compose.yaml": web(PORTS, "command: httpd -f -p 127.0.0.1:8080 -h /www") }, ...only),
      grading({ "compose.yaml": web(PORTS, "command: httpd -f -p 8081 -h /www") }, ...only),
    ]);
    expect(outcomes(loopback)[3]).toBe("page-served failed NET_LOOPBACK_BIND");
    expect(outcomes(other)[3]).toBe("page-served failed NOTHING_LISTENS");
    expect(other.reached).toEqual([{ from: "host", to: "web", port: 8080, reached: false, check: "page-served" }]);
    expect(checkOf(other, "page-served").diagnosis?.found).toContain("8081");
  });

  it("lacks a service, or publishes nothing", async () => {
    const [renamed, closed] = await Promise.all([
      grading({ "compose.yaml": web(PORTS).replace("web:", "site:") }, "--only", "settled"),
      grading({ "compose.yaml": web() }, "--only", "page-served"),
    ]);
    expect(checkOf(renamed, "settled").diagnosis).toMatchObject({
      code: "SERVICE_MISSING",
      found: "the services site",
    });
    expect(outcomes(closed)[3]).toBe("page-served failed PORT_NOT_PUBLISHED");
  });
});

describe("a fault", () => {
  it("of a check that throws costs no points: there is no score, and the exit code says so", async () => {
    const result = await grading({ "notes.txt": "throw\n" });
    expect(result).toMatchObject({
      exitCode: 3,
      verdict: "fault",
      score: null,
      fault: {
        code: "CHECK_THREW",
        message: 'check "notes-written" threw TypeError: notes.parse is not a function',
        hint: "This is a mistake in the lab or the grader, not in your submission. Tell the lab's author.",
      },
    });
    expect(checkOf(result, "notes-written").attempts).toHaveLength(2);
    expect(outcomes(result)).toEqual([
      "notes-written fault",
      "settled passed",
      "page-in-image passed",
      "page-served passed",
      "comes-back passed",
    ]);
  });

  it("of a check that never ends is named after its time", async () => {
    const result = await grading({ "notes.txt": "hang\n" }, "--only", "notes-written");
    expect(result).toMatchObject({
      exitCode: 3,
      score: null,
      fault: { code: "CHECK_TIMEOUT", message: 'check "notes-written" took longer than its 1 s' },
    });
  });

  it("is an image that cannot be had", async () => {
    const yaml = await readFile(join(DEMO_LAB, "lab.yaml"), "utf8");
    await using labs = await changedLab({
      "lab.yaml": yaml.replace("[busybox:1.37]", "[busybox:1.37, compose-labs-test/absent:1]"),
    });
    const { stdout, exitCode } = await runCli(["check", "01", REFERENCE, "--json"], { labs: labs.path });
    expect(exitCode).toBe(3);
    expect(readResult(stdout)).toMatchObject({
      verdict: "fault",
      score: null,
      fault: {
        code: "IMAGE_MISSING",
        message: "the engine lacks an image of this lab: compose-labs-test/absent:1",
        hint: "Run `grader images pull`; where no registry answers, `grader images build`.",
      },
    });
  });
});

describe("doctor and images", () => {
  it("say the same of the engine that answers", async () => {
    const [doctor, images] = await Promise.all([runCli(["doctor", "--json"]), runCli(["images"])]);
    const items: { name: string; state: string; found: string; advice?: string }[] = JSON.parse(doctor.stdout);
    expect(items.find(({ name }) => name === "Engine")?.found).toContain(engine.facts.engine);
    for (const item of items.filter(({ state }) => state !== "ok")) expect(item.advice).toBeTypeOf("string");
    expect(doctor.exitCode).toBe(items.some(({ state }) => state === "bad") ? 3 : 0);
    const missing = items.find(({ name }) => name === "Images")?.state === "bad";
    expect(images).toMatchObject({ stderr: "", exitCode: missing ? 1 : 0 });
    expect(images.stdout).toMatch(/^busybox:1\.37 +(present|stand-in) +\d+ MB$/m);
  });
});
