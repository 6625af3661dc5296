import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { chmod, cp, mkdir, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { hostname, tmpdir } from "node:os";
import { delimiter, dirname, join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";

const SCRIPTS = join(import.meta.dirname, "..");
const ECHO = `console.log(JSON.stringify(process.argv.slice(2)));`;
/** Counts its calls, and does in `node_modules` what npm ci would. */
const NPM_WORKS = `#!/bin/sh
echo "$@" >>npm-calls
rm -rf node_modules && mkdir -p node_modules/left
echo "added 3 packages"
`;

let root = "";
beforeEach(async () => {
  root = await mkdtemp(join(tmpdir(), "launch-test-"));
  await Promise.all([
    mkdir(join(root, "scripts")),
    mkdir(join(root, "bin")),
    mkdir(join(root, "grader/bin"), { recursive: true }),
  ]);
  for (const name of ["launch.mjs", "packages.mjs"]) await cp(join(SCRIPTS, name), join(root, "scripts", name));
  await write("package-lock.json", "{}");
  await write("echo.mjs", ECHO);
  await npm(NPM_WORKS);
});
afterEach(() => rm(root, { recursive: true, force: true }));

async function write(name: string, text: string): Promise<void> {
  await writeFile(join(root, name), text);
}

async function npm(text: string): Promise<void> {
  await write("bin/npm", text);
  await chmod(join(root, "bin/npm"), 0o755);
}

function start(parameters: string[], environment: NodeJS.ProcessEnv = {}): ChildProcess {
  return spawn(process.execPath, [join(root, "scripts/launch.mjs"), ...parameters], {
    env: { PATH: [join(root, "bin"), dirname(process.execPath), "/usr/bin", "/bin"].join(delimiter), ...environment },
    stdio: ["ignore", "pipe", "pipe"],
  });
}

async function finish(child: ChildProcess) {
  let stdout = "";
  let stderr = "";
  child.stdout?.on("data", (data) => {
    stdout += data;
  });
  child.stderr?.on("data", (data) => {
    stderr += data;
  });
  const [exitCode] = await once(child, "close");
  return { exitCode, stdout, stderr };
}

const launch = (parameters: string[], environment?: NodeJS.ProcessEnv) => finish(start(parameters, environment));
const calls = async () => (await readFile(join(root, "npm-calls"), "utf8").catch(() => "")).split("\n").length - 1;

test("installs once, passes the arguments on, keeps stdout for the script", async () => {
  const first = await launch(["echo.mjs", "a", "--b=c d"]);
  expect(first.stdout).toBe('["a","--b=c d"]\n');
  expect(first.stderr).toBe("Installing the project's packages with npm ci ...\nadded 3 packages\n");
  expect(await launch(["echo.mjs"])).toEqual({ exitCode: 0, stdout: "[]\n", stderr: "" });
  expect(await readFile(join(root, "npm-calls"), "utf8")).toBe("ci --loglevel=error --no-audit --no-fund\n");
});

test("installs again when the lock file changed", async () => {
  await launch(["echo.mjs"]);
  await write("package-lock.json", '{"changed":1}');
  await launch(["echo.mjs"]);
  expect(await calls()).toBe(2);
});

test("commands that start at the same time install once", async () => {
  await npm(NPM_WORKS.replace('echo "added', 'sleep 1; echo "added'));
  const results = await Promise.all([1, 2, 3].map(() => launch(["echo.mjs"])));
  expect(results.map(({ exitCode }) => exitCode)).toEqual([0, 0, 0]);
  expect(await calls()).toBe(1);
});

test("says that it waits for an installation that is under way", async () => {
  const stat = await readFile("/proc/self/stat", "utf8").catch(() => undefined);
  const started = stat?.slice(stat.lastIndexOf(")") + 2).split(" ")[19];
  await write(".launch.lock", JSON.stringify({ pid: process.pid, start: started, host: hostname() }));
  const child = start(["echo.mjs"]);
  child.stderr?.once("data", () => rm(join(root, ".launch.lock")));
  expect((await finish(child)).stderr).toMatch(/^Waiting for another command that is installing the packages \.\.\.\n/);
});

test("takes over the lock of a dead process, and of a process id used again", async () => {
  for (const owner of [
    { pid: 2 ** 22 + 1, start: "1", host: hostname() },
    { pid: process.pid, start: "1", host: hostname() },
  ]) {
    await rm(join(root, "node_modules"), { recursive: true, force: true });
    await write(".launch.lock", JSON.stringify(owner));
    expect((await launch(["echo.mjs"])).exitCode).toBe(0);
  }
});

test("an installation that failed is not taken for one that worked", async () => {
  await npm("#!/bin/sh\nmkdir -p node_modules\necho 'npm error code ENOSPC' >&2\nexit 228\n");
  const failed = await launch(["echo.mjs"]);
  expect(failed.exitCode).toBe(3);
  expect(failed.stdout).toBe("");
  expect(failed.stderr).toContain("npm ci failed (exit code 228): the disk is full.\nFree about 500 MB");
  await npm(NPM_WORKS);
  expect((await launch(["echo.mjs"])).exitCode).toBe(0);
});

test.each([
  ["npm error network getaddrinfo EAI_AGAIN registry.npmjs.org", "the npm registry could not be reached"],
  ["npm error code E403", "the npm registry refused access"],
  ["npm error code EINTEGRITY", "the npm registry did not deliver what the lock file names"],
  ["npm error code EACCES", "npm may not write here"],
  ["npm error code EUSAGE", "package-lock.json does not fit package.json"],
  ["npm error something new", "npm ci failed (exit code 1).\nRead npm's message above"],
])("says what to do about %s", async (line, message) => {
  await npm(`#!/bin/sh\necho '${line}' >&2\nexit 1\n`);
  const result = await launch(["echo.mjs"]);
  expect(result.exitCode).toBe(3);
  expect(result.stderr).toContain(message);
});

test("says that npm is missing", async () => {
  await rm(join(root, "bin/npm"));
  const result = await launch(["echo.mjs"], { PATH: join(root, "bin") });
  expect(result).toMatchObject({ exitCode: 3, stderr: expect.stringContaining("npm could not be started (ENOENT).") });
});

test("says that the lock file is missing", async () => {
  await rm(join(root, "package-lock.json"));
  const result = await launch(["echo.mjs"]);
  expect(result).toMatchObject({ exitCode: 3, stderr: expect.stringContaining("Found no package-lock.json in") });
});

test("without a script it explains its usage", async () => {
  expect(await launch([])).toMatchObject({
    exitCode: 2,
    stderr: expect.stringContaining("Usage: node scripts/launch.mjs"),
  });
});

test("the exit code is the script's, a signal's as a shell has it", async () => {
  await write("exit.mjs", "process.exit(7)");
  await write("kill.mjs", "process.kill(process.pid, 'SIGKILL'); setTimeout(() => {}, 1000)");
  expect((await launch(["exit.mjs"])).exitCode).toBe(7);
  expect((await launch(["kill.mjs"])).exitCode).toBe(137);
});

test.each(["SIGINT", "SIGTERM"] as const)("%s reaches the script", async (signal) => {
  await write(
    "wait.mjs",
    `setInterval(() => {}, 1000);\nprocess.on("${signal}", () => { console.log("told"); process.exit(9); });\nconsole.log("ready");`,
  );
  await launch(["echo.mjs"]);
  const child = start(["wait.mjs"]);
  child.stdout?.once("data", () => child.kill(signal));
  expect(await finish(child)).toMatchObject({ exitCode: 9, stdout: "ready\ntold\n" });
});

test("--engine sets up first, and --no-install goes there and nowhere else", async () => {
  await write("grader/bin/grader.mjs", `console.error("setup:" + process.argv.slice(2).join(" "));`);
  await launch(["echo.mjs"]);
  expect(await launch(["--engine", "echo.mjs", "a", "--no-install", "b"])).toEqual({
    exitCode: 0,
    stdout: '["a","b"]\n',
    stderr: "setup:setup --no-install\n",
  });
});

test("--engine stops with the set-up's exit code when it fails", async () => {
  await write("grader/bin/grader.mjs", "process.exit(3)");
  expect(await launch(["--engine", "echo.mjs"])).toMatchObject({ exitCode: 3, stdout: "" });
});

/** An older Node, as far as the launcher can see. */
async function pretendNode(version: string): Promise<NodeJS.ProcessEnv> {
  const file = join(root, "pretend.mjs");
  await writeFile(
    file,
    `const versions = { ...process.versions, node: "${version}" };
const real = process;
globalThis.process = new Proxy(real, { get: (target, key) => key === "versions" ? versions : (typeof target[key] === "function" ? target[key].bind(target) : target[key]), set: (target, key, value) => { target[key] = value; return true; } });\n`,
  );
  return { NODE_OPTIONS: `--import=${file}` };
}

test("an older Node starts the one that the packages brought", async () => {
  await launch(["echo.mjs"]);
  const name = join(root, `node_modules/node-${process.platform}-${process.arch}/bin`);
  await mkdir(name, { recursive: true });
  await write(`node_modules/node-${process.platform}-${process.arch}/bin/node`, "#!/bin/sh\necho brought $2\n");
  await chmod(join(name, "node"), 0o755);
  expect(await launch(["echo.mjs", "x"], await pretendNode("20.11.0"))).toMatchObject({
    exitCode: 0,
    stdout: "brought x\n",
  });
});

test("an older Node without it says which to install", async () => {
  const result = await launch(["echo.mjs"], await pretendNode("20.11.0"));
  expect(result.exitCode).toBe(3);
  expect(result.stderr).toContain("Found Node 20.11.0, expected Node 24 or later; the package node-");
});
