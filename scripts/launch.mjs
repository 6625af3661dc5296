// Runs one of the project's scripts on a machine that has nothing but Node 18 or later and npm:
//   node scripts/launch.mjs [--engine] <script> [arguments]
// installs the packages if the lock file changed, then starts the script with Node 24, which is one of them.
// `--engine` makes sure of the container engine and the images first; its option `--no-install` may be anywhere.
import { spawn } from "node:child_process";
import { existsSync } from "node:fs";
import { constants } from "node:os";
import { delimiter, dirname, join, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { ensurePackages, LaunchError } from "./packages.mjs";

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const LEAST_NODE = 24;

try {
  process.exitCode = await launch(process.argv.slice(2));
} catch (error) {
  if (!(error instanceof LaunchError)) throw error;
  process.stderr.write(`${error.message}\n${error.hint}\n`);
  process.exitCode = 3;
}

async function launch(parameters) {
  const needsEngine = parameters[0] === "--engine";
  const [script, ...rest] = needsEngine ? parameters.slice(1) : parameters;
  if (script === undefined) {
    process.stderr.write("Found no script to run.\nUsage: node scripts/launch.mjs [--engine] <script> [arguments]\n");
    return 2;
  }
  await ensurePackages(root, (text) => process.stderr.write(text));
  const node = findNode();
  if (!needsEngine) return run(node, [resolve(root, script), ...rest]);
  const noInstall = rest.filter((argument) => argument === "--no-install").slice(0, 1);
  const code = await run(node, [join(root, "grader/bin/grader.mjs"), "setup", ...noInstall]);
  if (code !== 0) return code;
  return run(node, [resolve(root, script), ...rest.filter((argument) => argument !== "--no-install")]);
}

/** This Node if it is new enough, otherwise the one that npm installed for this system. */
function findNode() {
  if (Number(process.versions.node.split(".")[0]) >= LEAST_NODE) return process.execPath;
  const system = process.platform === "win32" ? "win" : process.platform;
  const name = `node-${system}-${process.arch}`;
  const file = join(root, "node_modules", name, "bin", process.platform === "win32" ? "node.exe" : "node");
  if (existsSync(file)) return file;
  throw new LaunchError(
    `Found Node ${process.versions.node}, expected Node ${LEAST_NODE} or later; the package ${name} that brings it is not installed.`,
    process.platform === "linux" || process.platform === "win32"
      ? "Remove node_modules and run the command again without --omit=optional, or install Node 24 (https://nodejs.org)."
      : "Install Node 24 or later (https://nodejs.org) and run the command again.",
  );
}

/** Runs Node with `parameters` on this terminal and gives its exit code; programs it starts find the same Node. */
function run(node, parameters) {
  const path = [dirname(node), join(root, "node_modules", ".bin"), process.env.PATH ?? ""].join(delimiter);
  return new Promise((done, reject) => {
    const child = spawn(node, parameters, { stdio: "inherit", env: { ...process.env, PATH: path } });
    // Ctrl-C reaches the child from the terminal itself; sent twice it would mean "stop at once".
    const forward = (signal) => {
      if (signal !== "SIGINT" || !process.stdin.isTTY) child.kill(signal);
    };
    for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"]) process.on(signal, forward);
    child.on("error", (error) =>
      reject(
        new LaunchError(
          `Node at ${node} could not be started (${error.code}).`,
          "Remove node_modules and run the command again.",
        ),
      ),
    );
    child.on("exit", (code, signal) => {
      for (const name of ["SIGINT", "SIGTERM", "SIGHUP"]) process.off(name, forward);
      done(code ?? 128 + (constants.signals[signal] ?? 0));
    });
  });
}
