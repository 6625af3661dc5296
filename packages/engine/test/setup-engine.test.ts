import { spawn } from "node:child_process";
import { mkdir, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { removeStalePids } from "../src/setup/daemon-pids.ts";
import { ensureEngine } from "../src/setup/ensure-engine.ts";
import { findEngine, ping } from "../src/setup/find-engine.ts";
import { installEngine, nextReleasePins, nextReleaseSource } from "../src/setup/install-engine.ts";
import { withLock } from "../src/setup/setup-lock.ts";
import { daemonEnvironment, startDaemon } from "../src/setup/start-daemon.ts";

let directory = "";
beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), "setup-test-"));
});
afterEach(() => rm(directory, { recursive: true, force: true }));

const { signal } = new AbortController();
const at = (name: string) => join(directory, name);

/** A program that answers on a socket as an engine does, until it is ended. */
const ENGINE = `
import { createServer } from "node:http";
import { appendFileSync } from "node:fs";
const [socket, note] = process.argv.slice(2);
appendFileSync(note, process.pid + "\\n");
console.log("starting");
setTimeout(() => createServer((_, response) => response.end("OK")).listen(socket), 200);
`;

async function daemon(script: string) {
  await writeFile(at("daemon.mjs"), script);
  return {
    command: [process.execPath, at("daemon.mjs"), at("d.sock"), at("note")],
    host: `unix://${at("d.sock")}`,
    logFile: at("log/daemon.log"),
    pidFiles: [at("docker.pid")],
    environment: {},
    signal,
  };
}

async function endDaemons(): Promise<void> {
  for (const pid of (await readFile(at("note"), "utf8")).trim().split("\n")) process.kill(Number(pid), "SIGKILL");
}

test("a daemon is started detached, and waited for until it answers", async () => {
  const options = await daemon(ENGINE);
  try {
    await startDaemon(options);
    expect(await ping(options.host, {})).toBeUndefined();
    expect(await readFile(options.logFile, "utf8")).toBe("starting\n");
    const pid = Number((await readFile(at("note"), "utf8")).trim());
    const stat = await readFile(`/proc/${pid}/stat`, "utf8").catch(() => undefined);
    if (stat !== undefined) expect(Number(stat.split(" ")[4])).toBe(pid);
  } finally {
    await endDaemons();
  }
});

test("a daemon that ends is reported at once, with its last lines", async () => {
  const options = await daemon("console.error('failed to mount overlay: operation not permitted'); process.exit(1)");
  await expect(startDaemon(options)).rejects.toMatchObject({
    kind: "fault",
    code: "ENGINE_START_FAILED",
    message:
      "the container engine could not be started: it ended with exit code 1\nfailed to mount overlay: operation not permitted",
    hint: expect.stringContaining("dockerd needs a privileged one"),
  });
});

test("a daemon that cannot be run at all, and one that never answers", async () => {
  const options = await daemon("setInterval(() => {}, 1000);");
  await expect(startDaemon({ ...options, command: [at("none")] })).rejects.toMatchObject({
    message: expect.stringContaining("ENOENT"),
  });
  await expect(startDaemon({ ...options, timeout: 1500 })).rejects.toMatchObject({
    message: expect.stringContaining("it did not answer in time"),
  });
});

test("pid files of dead and of other processes are removed, a living daemon's stay", async () => {
  const names = new Map([
    [11, "dockerd"],
    [12, "bash"],
  ]);
  const nameOf = async (pid: number) => names.get(pid);
  for (const [name, text] of [
    ["live", "11"],
    ["other", "12\n"],
    ["dead", "13"],
    ["garbage", "x"],
  ] as const) {
    await writeFile(at(name), text);
  }
  const files = ["live", "other", "dead", "garbage", "absent"].map(at);
  expect(await removeStalePids(files, nameOf)).toEqual({
    removed: ["other", "dead", "garbage"].map(at),
    alive: true,
  });
  expect(await removeStalePids(["absent"].map(at), nameOf)).toEqual({ removed: [], alive: false });
});

test("an engine that somebody configured is asked, and no other", async () => {
  const host = `unix://${at("none.sock")}`;
  expect(await findEngine({ DOCKER_HOST: host })).toEqual({
    state: "silent",
    host,
    reason: expect.stringContaining("ENOENT"),
  });
  await expect(
    ensureEngine({ environment: { DOCKER_HOST: host }, install: true, log: () => {}, signal }),
  ).rejects.toMatchObject({ code: "ENGINE_UNREACHABLE" });
});

test("the current context names the engine", async () => {
  const host = `unix://${at("context.sock")}`;
  const { createHash } = await import("node:crypto");
  const folder = at(`contexts/meta/${createHash("sha256").update("mine").digest("hex")}`);
  await mkdir(folder, { recursive: true });
  await writeFile(at("config.json"), JSON.stringify({ currentContext: "mine" }));
  await writeFile(join(folder, "meta.json"), JSON.stringify({ Name: "mine", Endpoints: { docker: { Host: host } } }));
  expect(await findEngine({ DOCKER_CONFIG: directory })).toMatchObject({ state: "silent", host });
});

test("an engine that answers is used and nothing is said or done", async () => {
  const options = await daemon(ENGINE);
  try {
    await startDaemon(options);
    const lines: string[] = [];
    const environment = { DOCKER_HOST: options.host };
    const setup = await ensureEngine({ environment, install: true, log: (line) => lines.push(line), signal });
    expect(setup).toEqual({ installed: false, started: false });
    expect(lines).toEqual([]);
  } finally {
    await endDaemons();
  }
});

test("work under one lock is done one after the other", async () => {
  const events: string[] = [];
  const lock = { file: at("lock"), signal, onWait: () => events.push("waits") };
  const work = (name: string) =>
    withLock(lock, async () => {
      events.push(`${name} begins`);
      while (name === "first" && !events.includes("waits")) await new Promise((done) => setTimeout(done, 10));
      events.push(`${name} ends`);
    });
  await Promise.all([work("first"), work("second")]);
  const [one] = events;
  expect(events.filter((event) => event !== "waits")).toEqual(
    one === "first begins"
      ? ["first begins", "first ends", "second begins", "second ends"]
      : ["second begins", "second ends", "first begins", "first ends"],
  );
}, 5_000);

test("a lock of a process that has ended is taken over", async () => {
  const child = spawn(process.execPath, ["-e", "0"]);
  await new Promise((done) => child.once("exit", done));
  await writeFile(at("lock"), `${child.pid} 12345`);
  expect(await withLock({ file: at("lock"), signal, onWait: () => {} }, async () => "done")).toBe("done");
});

test("waiting for a lock ends with the signal", async () => {
  const stop = new AbortController();
  const lock = { file: at("lock"), signal: stop.signal, onWait: () => stop.abort(new Error("stopped")) };
  await withLock({ ...lock, signal }, async () => {
    await expect(withLock(lock, async () => "never")).rejects.toThrow();
  });
});

test("the next release's source is the machine's own mirror, held back but for the engine's packages", () => {
  const own = { uri: "http://mirror.example/debian", suite: "bookworm", components: ["main"], signedBy: "/k.gpg" };
  expect(nextReleaseSource(own, true).split("\n").slice(1).join("\n")).toBe(
    "Types: deb\nURIs: http://mirror.example/debian\nSuites: trixie\nComponents: main\nSigned-By: /k.gpg\n",
  );
  expect(nextReleaseSource(undefined, false)).toContain("URIs: http://deb.debian.org/debian\n");
  expect(nextReleaseSource(undefined, false)).not.toContain("Signed-By");
  expect(nextReleasePins(["docker.io", "containerd"])).toBe(
    "Package: *\nPin: release n=trixie\nPin-Priority: 100\n\nPackage: docker.io containerd\nPin: release n=trixie\nPin-Priority: 990\n",
  );
});

test("a daemon gets the proxies of our environment and nothing else of it", () => {
  const environment = daemonEnvironment({ https_proxy: "http://p", NO_PROXY: "x", TOKEN: "secret", NODE_OPTIONS: "y" });
  expect(Object.keys(environment).toSorted()).toEqual(["HOME", "NO_PROXY", "PATH", "https_proxy"]);
});

test("packages that cannot be installed are a fault with apt's last words", async () => {
  await writeFile(at("apt-get"), '#!/bin/sh\necho "reading $*"\necho "E: no mirror" >&2\nexit 100\n', { mode: 0o755 });
  const install = installEngine({
    packages: ["docker.io"],
    nextRelease: false,
    environment: { PATH: `${directory}:${process.env.PATH}` },
    signal,
  });
  await expect(install).rejects.toMatchObject({
    kind: "fault",
    code: "ENGINE_INSTALL_FAILED",
    message: expect.stringMatching(/^apt-get update failed[\s\S]*E: no mirror$/),
    hint: "Check that this machine reaches its package mirror (apt-get update), or install Docker yourself.",
  });
});
