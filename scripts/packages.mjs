// Installs the packages of package-lock.json once, however many commands start at the same time.
// Plain JavaScript for Node 18 and later: it runs before anything is installed.
import { spawn } from "node:child_process";
import { createHash } from "node:crypto";
import { existsSync, linkSync, mkdirSync, readFileSync, renameSync, rmSync, statSync, writeFileSync } from "node:fs";
import { hostname } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";

const STALE_AFTER_MS = 15 * 60_000;

/** A reason to stop, with what to do about it. The launcher prints both and exits with 3. */
export class LaunchError extends Error {
  constructor(message, hint) {
    super(message);
    this.hint = hint;
  }
}

/** Makes `node_modules` agree with `package-lock.json`; returns at once when its stamp says that it does. */
export async function ensurePackages(root, write) {
  const wanted = fingerprint(root);
  const stamp = join(root, "node_modules", ".launch-stamp");
  if (read(stamp) === wanted) return;
  const release = await takeLock(join(root, ".launch.lock"), write);
  try {
    if (read(stamp) === wanted) return;
    write("Installing the project's packages with npm ci ...\n");
    await runNpmCi(root, write);
    mkdirSync(join(root, "node_modules"), { recursive: true });
    writeFileSync(stamp, wanted);
  } finally {
    release();
  }
}

/** What the installed packages depend on: the lock file and the system. No package is built for a version of Node. */
function fingerprint(root) {
  const lock = join(root, "package-lock.json");
  if (!existsSync(lock)) {
    throw new LaunchError(
      `Found no package-lock.json in ${root}.`,
      "Clone the repository again; its lock file is part of it.",
    );
  }
  return createHash("sha256").update(readFileSync(lock)).update(`${process.platform} ${process.arch}`).digest("hex");
}

function read(file) {
  try {
    return readFileSync(file, "utf8");
  } catch {
    return undefined;
  }
}

// --- one installation at a time ---------------------------------------------------------------------------

/** An interrupted or doubled `npm ci` leaves node_modules in a state that makes the next one die (ENOTEMPTY). */
async function takeLock(lock, write) {
  const mine = JSON.stringify({ pid: process.pid, start: startTime(process.pid), host: hostname() });
  for (let told = false; ; await sleep(200)) {
    try {
      writeFileSync(lock, mine, { flag: "wx" });
      return () => rmSync(lock, { force: true });
    } catch (error) {
      if (error.code !== "EEXIST") {
        throw new LaunchError(
          `Cannot write ${lock} (${error.code}).`,
          "Make the project's folder writable, or free space on its disk.",
        );
      }
    }
    const found = read(lock);
    if (found === undefined) continue;
    if (isStale(lock, found)) removeStale(lock, found);
    else if (!told) {
      told = true;
      write("Waiting for another command that is installing the packages ...\n");
    }
  }
}

/** The lock is taken away by renaming it, and given back if it had become somebody else's meanwhile. */
function removeStale(lock, found) {
  const aside = `${lock}.${process.pid}`;
  try {
    renameSync(lock, aside);
    if (read(aside) !== found) linkSync(aside, lock);
  } catch {
    // Somebody else was faster; the loop looks again.
  }
  rmSync(aside, { force: true });
}

function isStale(lock, content) {
  let owner;
  try {
    owner = JSON.parse(content);
  } catch {
    owner = {};
  }
  if (owner.host !== hostname() || !Number.isInteger(owner.pid)) return age(lock) > STALE_AFTER_MS;
  try {
    process.kill(owner.pid, 0);
  } catch (error) {
    if (error.code === "ESRCH") return true;
  }
  return owner.start !== startTime(owner.pid);
}

function age(file) {
  try {
    return Date.now() - statSync(file).mtimeMs;
  } catch {
    return 0;
  }
}

/** Clock ticks since boot, so that a process id used again is not mistaken for the lock's owner; Linux only. */
function startTime(pid) {
  const stat = read(`/proc/${pid}/stat`);
  return stat === undefined ? undefined : stat.slice(stat.lastIndexOf(")") + 2).split(" ")[19];
}

// --- npm --------------------------------------------------------------------------------------------------

function runNpmCi(root, write) {
  return new Promise((resolve, reject) => {
    const windows = process.platform === "win32";
    const child = spawn("npm", ["ci", "--loglevel=error", "--no-audit", "--no-fund"], {
      cwd: root,
      shell: windows,
      stdio: ["ignore", "pipe", "pipe"],
    });
    let tail = "";
    for (const stream of [child.stdout, child.stderr]) {
      stream.on("data", (data) => {
        write(data);
        tail = (tail + data).slice(-64_000);
      });
    }
    const forward = (signal) => child.kill(signal);
    process.on("SIGINT", forward).on("SIGTERM", forward);
    const settle = (finish) => {
      process.off("SIGINT", forward).off("SIGTERM", forward);
      finish();
    };
    child.on("error", (error) => settle(() => reject(npmMissing(error))));
    child.on("close", (code, signal) =>
      settle(() => (code === 0 ? resolve() : reject(explainNpm(tail, signal ?? `exit code ${code}`)))),
    );
  });
}

function npmMissing(error) {
  return new LaunchError(
    `npm could not be started (${error.code}).`,
    "Install Node 20 or later together with npm (https://nodejs.org) and put both on PATH.",
  );
}

/** Picks what to do from npm's own error codes. */
function explainNpm(output, how) {
  const causes = [
    [/ENOSPC/, "the disk is full", "Free about 500 MB on the disk that holds the project, then run the command again."],
    [
      /EACCES|EPERM|EROFS/,
      "npm may not write here",
      "Make the project's folder and npm's cache (npm config get cache) yours.",
    ],
    [
      /\bE(?:401|403)\b/,
      "the npm registry refused access",
      "Check the registry and its token: npm config get registry.",
    ],
    [
      /\bE(?:404|5\d\d)\b|ETARGET|EINTEGRITY/,
      "the npm registry did not deliver what the lock file names",
      "Check which registry is used (npm config get registry) and try again later.",
    ],
    [
      /ENOTFOUND|EAI_AGAIN|ECONNREFUSED|ECONNRESET|ETIMEDOUT|ERR_SOCKET_TIMEOUT|CERT/,
      "the npm registry could not be reached",
      "Check the network, the proxy and the certificates (npm ping), then run the command again.",
    ],
    [
      /EUSAGE|can only install packages when/,
      "package-lock.json does not fit package.json",
      "Undo the change to package.json, or run npm install and commit the new lock file.",
    ],
  ];
  for (const [pattern, what, hint] of causes) {
    if (pattern.test(output)) return new LaunchError(`npm ci failed (${how}): ${what}.`, hint);
  }
  return new LaunchError(`npm ci failed (${how}).`, "Read npm's message above, then run the command again.");
}
