import { LABELS } from "@compose-labs/lab";
import { isRunId, type Owner } from "./owner.ts";

export function writeLabels(runId: string, owner: Owner): Record<string, string> {
  return {
    [LABELS.run]: runId,
    [LABELS.pid]: String(owner.pid),
    [LABELS.pidStart]: owner.pidStart,
    [LABELS.boot]: owner.boot,
    [LABELS.deadline]: String(owner.deadline),
  };
}

/** The run and owner that the labels name, or undefined when any of them is missing or not of the form the grader writes. */
export function readLabels(labels: Record<string, string>): { runId: string; owner: Owner } | undefined {
  const runId = labels[LABELS.run];
  const pid = readWhole(labels[LABELS.pid]);
  const deadline = readWhole(labels[LABELS.deadline]);
  const pidStart = labels[LABELS.pidStart];
  const boot = labels[LABELS.boot];
  if (runId === undefined || !isRunId(runId) || pid === undefined || deadline === undefined) return undefined;
  if (pidStart === undefined || boot === undefined || boot === "") return undefined;
  return { runId, owner: { pid, pidStart, boot, deadline } };
}

function readWhole(text: string | undefined): number | undefined {
  return text !== undefined && /^[1-9]\d{0,15}$/.test(text) ? Number(text) : undefined;
}
