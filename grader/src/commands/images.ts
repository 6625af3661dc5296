import { resolve } from "node:path";
import {
  buildStandIns,
  type ImageStatus,
  inspectImages,
  loadBundle,
  loadCatalogue,
  pullImages,
  saveBundle,
} from "@compose-labs/engine";
import { usageError } from "@compose-labs/lab";
import { lazyEngine } from "../engine-connection.ts";
import { imageWork } from "../image-work.ts";
import { projectOf } from "./lab-argument.ts";

export type ImagesAction = "pull" | "build" | "save" | "load";

export interface ImagesCommand {
  labs?: string;
  action?: ImagesAction;
  file?: string;
  signal: AbortSignal;
}

export async function images({ action, file, signal, ...options }: ImagesCommand): Promise<number> {
  const project = projectOf(options);
  const catalogue = await loadCatalogue(project.catalogue);
  const bundle =
    action === "save" || action === "load" ? resolve(project.workingDirectory, bundleName(action, file)) : "";
  const engine = await lazyEngine(process.env, signal)();
  const work = imageWork(engine, catalogue, process.env, signal, (line) => process.stderr.write(`${line}\n`));
  if (action === "pull") await pullImages(work);
  if (action === "build") await buildStandIns(work);
  if (action === "save") {
    const saved = await saveBundle(work, bundle);
    process.stdout.write(
      `${file} holds ${saved.length} images. Bring it to another machine and run: grader images load ${file}\n`,
    );
    return 0;
  }
  if (action === "load") await loadBundle(work, bundle);
  const statuses = await inspectImages(engine.docker, catalogue);
  process.stdout.write(imagesText(statuses));
  return statuses.some(({ state }) => state === "missing") ? 1 : 0;
}

function bundleName(action: string, file: string | undefined): string {
  if (file !== undefined) return file;
  throw usageError("BUNDLE_UNNAMED", `found no file for \`images ${action}\`, expected the bundle's name`, {
    hint: `Name it: grader images ${action} course-images.tar`,
  });
}

function imagesText(statuses: ImageStatus[]): string {
  const width = Math.max(...statuses.map(({ reference }) => reference.length));
  const lines = statuses.map(({ reference, state, size }) => {
    const megabytes = size === undefined ? "" : `  ${String(Math.round(size / 1e6)).padStart(5)} MB`;
    return `${reference.padEnd(width)}  ${state.padEnd(8)}${megabytes}\n`;
  });
  const missing = statuses.some(({ state }) => state === "missing")
    ? "\nGet what is missing with `grader images pull`, or without a registry `grader images build` or `grader images load <file>`.\n"
    : "";
  const standIns = statuses.some(({ state }) => state === "stand-in")
    ? "\nA stand-in is made from Debian packages with the same name, paths and behaviour as the published image.\n"
    : "";
  return lines.join("") + standIns + missing;
}
