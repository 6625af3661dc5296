/**
 * `npm test`: everything that must hold, one step after the other, and one closing line that counts.
 * `npm test -- static unit browser docker verify hostile` runs only the steps named.
 */
import { spawn } from "node:child_process";
import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { closingText, countHostile, countProof, countTools, countVitest, type Tally } from "./test-tally.ts";

const root = resolve(import.meta.dirname, "..");
const bin = (name: string) => join(root, "node_modules", name);
const STEPS: Record<string, (output: string) => Promise<Tally>> = {
  static: runStatic,
  unit: runUnit,
  browser: runBrowser,
  docker: runDocker,
  verify: runVerify,
  hostile: runHostile,
};

async function main(): Promise<number> {
  const asked = process.argv.slice(2).filter((word) => !word.startsWith("--"));
  const unknown = asked.find((word) => !(word in STEPS));
  if (unknown !== undefined) {
    process.stderr.write(`test: found the step "${unknown}", expected one of ${Object.keys(STEPS).join(", ")}\n`);
    return 2;
  }
  const output = await mkdtemp(join(tmpdir(), "compose-labs-test-"));
  const tallies: Record<string, Tally> = {};
  try {
    for (const [name, step] of Object.entries(STEPS)) {
      if (asked.length > 0 && !asked.includes(name)) continue;
      process.stdout.write(`\n── ${name} ${"─".repeat(70 - name.length)}\n`);
      tallies[name] = await step(output);
    }
  } finally {
    await rm(output, { recursive: true, force: true });
  }
  process.stdout.write(closingText(tallies));
  return Object.values(tallies).every(({ passed, failures }) => passed > 0 && failures.length === 0) ? 0 : 1;
}

/** Types, lint and format, and unused code: each counts as one test. */
async function runStatic(): Promise<Tally> {
  return countTools({
    tsc: await run([bin("typescript/bin/tsc"), "--noEmit", "-p", root]),
    biome: await run([bin("@biomejs/biome/bin/biome"), "check", "--error-on-warnings", root]),
    knip: await run([bin("knip/bin/knip.js"), "--directory", root]),
  });
}

function runUnit(output: string): Promise<Tally> {
  return runVitest("unit", output);
}

function runBrowser(output: string): Promise<Tally> {
  return runVitest("browser", output);
}

function runDocker(output: string): Promise<Tally> {
  return runVitest("docker", output);
}

async function runVitest(project: string, output: string): Promise<Tally> {
  const file = join(output, `${project}.json`);
  const reporters = ["--reporter=default", "--reporter=json", `--outputFile.json=${file}`];
  const code = await run([bin("vitest/vitest.mjs"), "run", "--root", root, "--project", project, ...reporters]);
  return countVitest(await readFile(file, "utf8").catch(() => ""), code);
}

/** Each case of each lab counts as one test. */
async function runVerify(output: string): Promise<Tally> {
  const file = join(output, "proof.json");
  const code = await run([join(root, "grader/bin/grader.mjs"), "verify", "--report-file", file]);
  return countProof(await readFile(file, "utf8").catch(() => ""), code);
}

/** Each case of the corpus counts as one test. */
async function runHostile(output: string): Promise<Tally> {
  const file = join(output, "hostile.json");
  const code = await run([join(root, "hostile/run.ts"), "--jobs", "2", "--report-file", file]);
  return countHostile(await readFile(file, "utf8").catch(() => ""), code);
}

function run(command: string[]): Promise<number> {
  return new Promise((done, fail) => {
    const child = spawn(process.execPath, command, { cwd: root, stdio: ["ignore", "inherit", "inherit"] });
    child.on("error", fail);
    child.on("exit", (code) => done(code ?? 1));
  });
}

process.exitCode = await main();
