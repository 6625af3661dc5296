import { execFile, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, it } from "vitest";
import { connectEngine } from "../engine.ts";
import { recordEngine } from "../recording-proxy.ts";

const runner = join(import.meta.dirname, "../run.ts");

/** Starts the runner on the project's own corpus; `heading` resolves when it begins with the first case. */
function start(words: string[], engine?: string) {
  const env = { ...process.env, ...(engine === undefined ? {} : { DOCKER_HOST: engine }) };
  const child = spawn(process.execPath, [runner, ...words], { env, stdio: ["ignore", "pipe", "pipe"] });
  let stderr = "";
  child.stderr.setEncoding("utf8").on("data", (text: string) => (stderr += text));
  return {
    child,
    heading: once(child.stdout, "data"),
    ended: once(child, "close").then(([exitCode]) => ({ exitCode: exitCode as number | null, stderr })),
  };
}

it("ends with 1 when a case differs, and names each difference in the document", async () => {
  const folder = await mkdtemp(join(tmpdir(), "hostile-test-"));
  try {
    const base = { why: "w", expect: "refused", rule: "service.pid", at: "compose.yaml:4" };
    const cases = [
      { name: "right", ...base },
      { name: "wrong", ...base, rule: "service.ipc", harness: "sing" },
    ];
    await writeFile(join(folder, "cases.json"), JSON.stringify(cases));
    for (const { name } of cases) {
      await mkdir(join(folder, name));
      await writeFile(
        join(folder, name, "compose.yaml"),
        "services:\n  web:\n    image: busybox:1.37\n    pid: host\n",
      );
    }
    const { exitCode, stdout } = await new Promise<{ exitCode: number | null; stdout: string }>((resolve) => {
      const child = execFile(process.execPath, [runner, folder, "--json"], (_error, text) =>
        resolve({ exitCode: child.exitCode, stdout: text }),
      );
    });
    expect(exitCode).toBe(1);
    expect(JSON.parse(stdout)).toMatchObject({
      cases: [
        { name: "right", ok: true, got: "refused", code: "service.pid", place: "compose.yaml:4:5", leftovers: [] },
        { name: "wrong", ok: false, notSetUp: ["sing"] },
      ],
    });
    expect(JSON.parse(stdout).cases[1].problems).toContain(
      "expected the finding service.ipc, got service.pid at compose.yaml:4:5",
    );
  } finally {
    await rm(folder, { recursive: true });
  }
});

it("ends with 3 and says so when it is stopped", async () => {
  const { child, heading, ended } = start(["--only", "ok-slow-start"]);
  await heading;
  child.kill("SIGTERM");
  const { exitCode, stderr } = await ended;
  expect(stderr).toContain("hostile: stopped by SIGTERM");
  expect(exitCode).toBe(3);
});

it("ends with 3 and says so when the engine goes away", async () => {
  const folder = await mkdtemp(join(tmpdir(), "hostile-test-"));
  try {
    const { address } = await connectEngine(process.env);
    const recording = await recordEngine({ engine: address, path: join(folder, "engine"), canaries: [] });
    const { heading, ended } = start(["--only", "ok-json"], recording.host);
    await heading;
    await recording[Symbol.asyncDispose]();
    const { exitCode, stderr } = await ended;
    expect(stderr).toContain("hostile: the engine stopped answering during ok-json, so nothing more can be graded");
    expect(exitCode).toBe(3);
    expect(recording.created).toEqual([]);
  } finally {
    await rm(folder, { recursive: true });
  }
});
