#!/usr/bin/env node
// Plain JavaScript on purpose: this file must run on the machine's own Node, whatever its version.
import { spawnSync } from "node:child_process";
import * as nodeModule from "node:module";
import { constants } from "node:os";
import { fileURLToPath } from "node:url";

if (Number.parseInt(process.versions.node, 10) >= 24) {
  nodeModule.enableCompileCache?.(fileURLToPath(new URL("../../node_modules/.cache/compose-labs", import.meta.url)));
  const { startEarly } = await import("../src/early-parser.ts");
  startEarly(process.argv.slice(2));
  await import("../src/main.ts");
} else {
  process.exitCode = runOnPinnedNode();
}

/** The lockfile pins a Node of the right version as an optional dependency of the workspace. */
function runOnPinnedNode() {
  const platform = process.platform === "win32" ? "win" : process.platform;
  let node;
  try {
    node = nodeModule
      .createRequire(import.meta.url)
      .resolve(`node-${platform}-${process.arch}/bin/node${platform === "win" ? ".exe" : ""}`);
  } catch {
    process.stderr.write(
      `grader: found Node ${process.versions.node}, expected 24 or later.\nInstall Node 24 (https://nodejs.org), or run \`npm ci\` in the course's folder.\n`,
    );
    return 2;
  }
  // The terminal sends Ctrl-C to both: the child cleans up and decides the exit code.
  process.on("SIGINT", () => {});
  const done = spawnSync(node, [fileURLToPath(import.meta.url), ...process.argv.slice(2)], { stdio: "inherit" });
  return done.status ?? 128 + (done.signal ? constants.signals[done.signal] : 0);
}
