import { mkdir, realpath, writeFile } from "node:fs/promises";
import { dirname, join, relative } from "node:path";
import type { ComposeModel, Dockerfile, Finding, Fresh, Lab } from "@compose-labs/lab";
import { type ComposeTools, readCanonicalModel } from "./canonical/compose-config.ts";
import { collectFindings, isRefused, type Report } from "./finding/finding.ts";
import { createPlaces, type Places } from "./places.ts";
import { findComposeFile } from "./raw/compose-file.ts";
import { gateRaw } from "./raw/gate.ts";
import { isInside } from "./tree/inside.ts";
import { copyPristine, copyWritable, readText } from "./tree/pristine-copy.ts";
import { startYamlParser, type YamlParser } from "./yaml/parser.ts";

export interface PrepareOptions {
  lab: Lab;
  /** Absolute path of the student's (or a reference's) folder. It is only read. */
  folder: string;
  /** Absolute path of an existing, empty, private folder of the grader. */
  copyInto: string;
  fresh: Fresh;
  /** How to call Compose, and the clean environment to call it with; nothing else is passed on. */
  tools: ComposeTools;
  signal: AbortSignal;
  /**
   * A parser that the caller has started already, and ends: from `@compose-labs/submission/parser`, which loads
   * nothing else, so that it can be the first thing a command does. Without it one is started here.
   */
  parser?: YamlParser;
  /** Called once the raw gate has passed and Compose is at work: time to look for an engine, and to load the rest. */
  onGated?: () => void;
}

export interface PreparedSubmission {
  /** Absolute, real path of the pristine copy. */
  root: string;
  /** Every file of the copy, relative, sorted. */
  files: string[];
  /** SHA-256 over the paths and contents of the student's files. */
  digest: string;
  /** Any with severity `refuse` refuses the submission: nothing of it may be started. */
  findings: Finding[];
  /** The canonical model; undefined when the submission was refused before there was one. */
  model: ComposeModel | undefined;
  places: Places;
  /** By service that builds. */
  dockerfiles: Map<string, Dockerfile>;
  /** Sources of writable bind mounts, and the copies of this run that stand in for them. Absolute paths. */
  writable: Map<string, string>;
  /** Milliseconds. */
  timings: { copy: number; gate: number; model: number };
}

/**
 * A submission as data: copied, gated, read by Compose, checked. Nothing of it is run, and the student's own folder
 * is never given to a tool.
 *
 * Throws `LabError`s of kind usage (`SUBMISSION_*`) for a folder that is no submission, and of kind fault when the
 * machine or Compose failed. What is wrong with the submission itself is in `findings`.
 */
export async function prepareSubmission(options: PrepareOptions): Promise<PreparedSubmission> {
  const { lab, fresh, signal } = options;
  const { manifest } = lab;
  const parser = options.parser ?? startYamlParser({ signal });
  await using _ended = options.parser === undefined ? parser : undefined;
  const { findings, report } = collectFindings();
  const timings = { copy: 0, gate: 0, model: 0 };
  const timed = async <T>(phase: keyof typeof timings, work: Promise<T>): Promise<T> => {
    const start = performance.now();
    const value = await work;
    timings[phase] = performance.now() - start;
    return value;
  };
  const private_ = await realpath(options.copyInto);
  const root = join(private_, "submission");
  const { files, digest } = await timed("copy", copyPristine({ lab, folder: options.folder, root, fresh, report }));
  const prepared: PreparedSubmission = {
    root,
    files,
    digest,
    findings,
    model: undefined,
    places: createPlaces(manifest.compose, []),
    dockerfiles: new Map(),
    writable: new Map(),
    timings,
  };
  if (isRefused(findings)) return prepared;
  if (!(await findComposeFile({ lab, folder: options.folder, files, report }))) return prepared;

  const raw = await timed(
    "gate",
    gateRaw({
      ...{ root, compose: manifest.compose, files, parser, report },
      ...{ maxServices: manifest.limits.services, variables: manifest.variables },
    }),
  );
  prepared.places = raw.places;
  if (isRefused(findings)) return prepared;
  await timed(
    "model",
    readModel(prepared, { ...options, private_, report, sources: raw.sources.map(({ file }) => file) }),
  );
  return prepared;
}

async function readModel(
  prepared: PreparedSubmission,
  options: PrepareOptions & { private_: string; report: Report; sources: string[] },
): Promise<void> {
  const { lab, tools, signal, report, private_ } = options;
  const { root, places, files } = prepared;
  const { manifest } = lab;
  const envFile = join(private_, "variables.env");
  await writeFile(envFile, await variablesText(root, options));
  const texts = new Map<string, string>();
  for (const file of options.sources) texts.set(file, (await readText(root, file)) ?? "");
  let policy: Promise<typeof import("./policy/check-model.ts")> | undefined;
  const onStarted = () => {
    policy = import("./policy/check-model.ts");
    options.onGated?.();
  };
  const model = await readCanonicalModel({
    ...{ root, compose: manifest.compose, envFile, tools, places, report, signal, texts, onStarted },
  });
  prepared.model = model;
  if (model === undefined) return;
  const { checkModel } = await (policy ?? import("./policy/check-model.ts"));
  const lifted = new Set<string>(manifest.allow.map(({ rule }) => rule));
  const checked = await checkModel({ model, manifest, root, files, places, report, lifted });
  prepared.dockerfiles = checked.dockerfiles;
  if (isRefused(prepared.findings)) return;
  for (const [file, text] of checked.rewritten) await writeFile(join(root, file), text);
  if (lifted.has("mount.writable")) prepared.writable = await copyWritables(model, root, private_);
}

/**
 * The variables that Compose is given: the submission's own `.env`, which passed the gate, then the lab's, which win.
 */
async function variablesText(root: string, { lab, fresh }: PrepareOptions): Promise<string> {
  const folder = dirname(lab.manifest.compose);
  const own = (await readText(root, join(folder, ".env"))) ?? "";
  const given = lab.manifest.variables.map((name) => `${name}=${fresh.token(name)}`);
  return [own.replace(/^\ufeff/, ""), ...given, ""].join("\n");
}

/** Writable binds get folders of their own: what a container writes is never read back by path as the submission's. */
async function copyWritables(model: ComposeModel, root: string, private_: string): Promise<Map<string, string>> {
  const copies = new Map<string, string>();
  for (const { volumes } of Object.values(model.services)) {
    for (const { type, source, read_only } of volumes ?? []) {
      if (type !== "bind" || read_only === true || source === undefined || copies.has(source)) continue;
      if (!isInside(root, source)) continue;
      const target = join(private_, "writable", relative(root, source) || ".");
      await mkdir(dirname(target), { recursive: true });
      await copyWritable(source, target);
      copies.set(source, target);
    }
  }
  return copies;
}
