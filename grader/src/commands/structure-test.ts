import { randomBytes } from "node:crypto";
import { readFile, writeFile } from "node:fs/promises";
import { resolve } from "node:path";
import { addressOf, type Engine, openImageSubject, pullImages, removeRun } from "@compose-labs/engine";
import { openLease } from "@compose-labs/engine/before-start";
import { formatPlace, LabError, usageError } from "@compose-labs/lab/errors";
import { parseStructureTests, runStructureTests, type StructureTestFile } from "@compose-labs/lab/structure-tests";
import {
  renderStructureJson,
  renderStructureJunit,
  renderStructureText,
  type StructureTestRun,
} from "@compose-labs/report";
import { sweepingEngine } from "../engine-connection.ts";
import { errorText } from "../error-text.ts";
import { imageWork } from "../image-work.ts";
import type { Project } from "../project.ts";
import { projectOf } from "./lab-argument.ts";
import { runOptionsOf } from "./structure-run-options.ts";

export interface StructureTestCommand {
  image: string;
  config: string[];
  output: "text" | "json" | "junit";
  testReport?: string;
  junitSuiteName: string;
  pull?: boolean;
  timeout: number;
  quiet?: boolean;
  signal: AbortSignal;
}

/** A file that was read, or why it could not be. */
type Read = { name: string; tests: StructureTestFile } | { name: string; error: LabError };

export async function structureTest(command: StructureTestCommand): Promise<number> {
  const project = projectOf({});
  const files = await Promise.all(command.config.map((name) => readTests(name, project.workingDirectory)));
  const runs = await runAll(command, files, project);
  await report(command, runs, project.workingDirectory);
  const wrong = files.flatMap((file) => ("error" in file ? [file.error] : []));
  for (const error of wrong) process.stderr.write(errorText(error));
  const results = runs.flatMap((run) => run.results);
  if (wrong.length > 0) return 2;
  return results.length > 0 && results.every((result) => result.pass) ? 0 : 1;
}

async function readTests(name: string, directory: string): Promise<Read> {
  try {
    const content = await readFile(resolve(directory, name), "utf8").catch((cause: unknown) => {
      throw usageError("FILE_MISSING", "found no readable file, expected tests", {
        place: { file: name },
        hint: "Correct the name after --config.",
        cause,
      });
    });
    return { name, tests: parseStructureTests(content, name) };
  } catch (error) {
    if (error instanceof LabError) return { name, error };
    throw error;
  }
}

/** One file after the other, as the original; one that cannot be read counts as one failed test. */
async function runAll(command: StructureTestCommand, files: Read[], project: Project): Promise<StructureTestRun[]> {
  if (files.every((file) => "error" in file)) return files.map(unread);
  const engine = await sweepingEngine(process.env, command.signal, project.leasesDirectory)();
  await requireImage(engine, command);
  const runId = randomBytes(6).toString("hex");
  const deadline = Date.now() + 86_400_000;
  await using lease = await openLease({ runId, deadline });
  await lease.connected(addressOf(engine.docker, process.env));
  await using clearing = new AsyncDisposableStack();
  clearing.defer(async () => void (await removeRun({ docker: engine.docker, runId })));
  const runs: StructureTestRun[] = [];
  for (const file of files) {
    command.signal.throwIfAborted();
    if ("error" in file) {
      runs.push(unread(file));
      continue;
    }
    const { hostConfig, ...rest } = await runOptionsOf(file.tests.containerRunOptions, {
      environment: process.env,
      directory: project.workingDirectory,
    });
    const { image, timeout, signal } = command;
    const options = { docker: engine.docker, image, labels: lease.labels, hostConfig, ...rest, timeout, signal };
    await using subject = openImageSubject(options);
    runs.push({ file: file.name, results: await runStructureTests(file.tests, subject) });
  }
  return runs;
}

function unread(file: Read): StructureTestRun {
  if (!("error" in file)) return { file: file.name, results: [] };
  const { error } = file;
  const message = `${error.place ? `${formatPlace(error.place)}: ` : ""}${error.message}`;
  const failed = { name: "", pass: false, messages: [message], stdout: "", stderr: "", ms: 0 };
  return { file: file.name, results: [{ kind: "metadataTest", ...failed }] };
}

async function requireImage(engine: Engine, { image, pull, signal }: StructureTestCommand): Promise<void> {
  if (pull) {
    const log = (line: string) => process.stderr.write(`${line}\n`);
    await pullImages(imageWork(engine, { images: [] }, process.env, signal, log), [image]);
  }
  const there = await engine.docker
    .getImage(image)
    .inspect()
    .catch(() => undefined);
  if (there !== undefined) return;
  throw usageError("IMAGE_UNKNOWN", `found no image ${image} on this engine, expected one to test`, {
    hint: `Build it, or get it with \`docker pull ${image}\` or --pull; \`docker images\` lists what is there.`,
  });
}

async function report(command: StructureTestCommand, runs: StructureTestRun[], directory: string): Promise<void> {
  const { output, testReport, junitSuiteName, quiet } = command;
  const text = () => {
    if (output === "junit") return renderStructureJunit(runs, junitSuiteName);
    return output === "json" || testReport !== undefined ? renderStructureJson(runs) : renderStructureText(runs);
  };
  if (testReport === undefined) {
    if (!quiet) process.stdout.write(text());
    return;
  }
  await writeFile(resolve(directory, testReport), text()).catch((cause: unknown) => {
    throw usageError(
      "REPORT_UNWRITABLE",
      `found that ${testReport} cannot be written, expected a file for the report`,
      {
        hint: "Name a file in a folder that exists and that you may write to.",
        cause,
      },
    );
  });
}
