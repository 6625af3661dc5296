import { ensureEngine, inspectImages, loadCatalogue, provideImages } from "@compose-labs/engine";
import { lazyEngine } from "../engine-connection.ts";
import { imageWork } from "../image-work.ts";
import { projectOf } from "./lab-argument.ts";

/** Finds or installs an engine and gets the course's images; says nothing where nothing is to do. */
export async function setup(options: { labs?: string; install: boolean; signal: AbortSignal }): Promise<number> {
  const project = projectOf(options);
  const log = (line: string) => process.stderr.write(`${line}\n`);
  const catalogue = await loadCatalogue(project.catalogue);
  await ensureEngine({ environment: process.env, install: options.install, log, signal: options.signal });
  const engine = await lazyEngine(process.env, options.signal)();
  const statuses = await inspectImages(engine.docker, catalogue);
  if (statuses.some(({ state }) => state === "missing")) {
    await provideImages(imageWork(engine, catalogue, process.env, options.signal, log));
    log("The engine and the course's images are ready.");
  }
  return 0;
}
