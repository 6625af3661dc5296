import { tmpdir } from "node:os";
import { type DoctorItem, type Engine, examine, inspectImages, loadCatalogue } from "@compose-labs/engine";
import { LabError } from "@compose-labs/lab";
import { lazyEngine } from "../engine-connection.ts";
import type { Project } from "../project.ts";
import { projectOf } from "./lab-argument.ts";

/** 0 when labs can be graded, 3 when something on the machine prevents it. */
export async function doctor(options: { labs?: string; json?: boolean; signal: AbortSignal }): Promise<number> {
  const project = projectOf(options);
  const engine = await lazyEngine(process.env, options.signal)().catch((error: unknown) => {
    if (error instanceof LabError) return error;
    throw error;
  });
  const items = await examine({
    engine,
    leasesDirectory: project.leasesDirectory,
    temporaryDirectory: tmpdir(),
    node: process.version,
    signal: options.signal,
  });
  if (!(engine instanceof LabError)) items.push(await judgeImages(project, engine));
  process.stdout.write(options.json ? `${JSON.stringify(items, null, 2)}\n` : items.map(itemText).join(""));
  return items.some((item) => item.state === "bad") ? 3 : 0;
}

async function judgeImages(project: Project, engine: Engine): Promise<DoctorItem> {
  const statuses = await inspectImages(engine.docker, await loadCatalogue(project.catalogue));
  const of = (state: string) => statuses.filter((status) => status.state === state).map(({ reference }) => reference);
  const missing = of("missing");
  if (missing.length > 0) {
    return {
      name: "Images",
      state: "bad",
      found: `missing: ${missing.join(", ")}`,
      advice: "Get them with `grader images pull`, or without a registry `grader images build`.",
    };
  }
  const standIns = of("stand-in").length;
  const published = statuses.length - standIns;
  return { name: "Images", state: "ok", found: `${published} published, ${standIns} stand-ins` };
}

const SIGNS = { ok: "ok  ", warn: "WARN", bad: "BAD " };

function itemText({ name, state, found, advice }: DoctorItem): string {
  const todo = advice === undefined ? "" : `      ${advice.split("\n").join("\n      ")}\n`;
  return `${SIGNS[state]}  ${name}: ${found}\n${todo}`;
}
