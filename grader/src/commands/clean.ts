import { type Removed, type SweepReport, type SweptRun, sweep } from "@compose-labs/engine";
import { lazyEngine } from "../engine-connection.ts";
import { projectOf } from "./lab-argument.ts";

/** Removes what dead runs left and what was kept on purpose; exit code 3 when something resists. */
export async function clean(options: { labs?: string; dryRun?: boolean; signal: AbortSignal }): Promise<number> {
  const project = projectOf(options);
  const engine = await lazyEngine(process.env, options.signal)();
  const dryRun = options.dryRun ?? false;
  const report = await sweep({
    docker: engine.docker,
    leasesDirectory: project.leasesDirectory,
    dryRun,
    kept: true,
    signal: options.signal,
  });
  process.stdout.write(cleanText(report, dryRun));
  return report.runs.some((run) => !dryRun && run.removed.left.length > 0) ? 3 : 0;
}

const REASONS: Record<SweptRun["reason"], string> = {
  dead: "its grader is gone",
  overdue: "its time is over",
  kept: "kept by --keep",
};

function cleanText({ runs, live }: SweepReport, dryRun: boolean): string {
  const lines = runs.map((run) => {
    const verb = dryRun ? "would remove" : "removed";
    const left = run.removed.left.map((line) => `  left: ${line}\n`).join("");
    return `Run ${run.runId} (${REASONS[run.reason]}): ${verb} ${removedText(run.removed)}\n${left}`;
  });
  const running =
    live.length === 0
      ? ""
      : `Left alone: ${live.length} run${live.length === 1 ? "" : "s"} that still ${live.length === 1 ? "goes" : "go"} on.\n`;
  return (lines.length === 0 ? "Nothing is left of earlier runs.\n" : lines.join("")) + running;
}

function removedText(removed: Removed): string {
  const counts = [
    [removed.containers, "container"],
    [removed.networks, "network"],
    [removed.volumes, "volume"],
    [removed.images, "image"],
    [removed.processes, "process"],
    [removed.directories, "folder"],
  ] as const;
  const parts = counts
    .filter(([items]) => items.length > 0)
    .map(
      ([items, name]) => `${items.length} ${items.length === 1 ? name : name === "process" ? "processes" : `${name}s`}`,
    );
  return parts.length === 0 ? "nothing but its lease" : parts.join(", ");
}
