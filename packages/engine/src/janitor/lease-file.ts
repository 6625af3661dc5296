import { readdir, readFile, rename, rm, stat, writeFile } from "node:fs/promises";
import { join } from "node:path";
import type { DirectoryRecord } from "./directory-record.ts";
import type { EngineAddress } from "./engine-address.ts";
import { isRunId, type Owner } from "./owner.ts";

/** What is written down about a run before its first resource. */
export interface LeaseRecord {
  schema: 1;
  runId: string;
  owner: Owner;
  directory: DirectoryRecord;
  /** Absent until the engine is known: till then the run has nothing on any. */
  docker?: EngineAddress;
  /** Milliseconds since the epoch until which the run stands without its owner (`--keep`). */
  keptUntil?: number;
}

export function leasePath(leases: string, runId: string): string {
  return join(leases, `${runId}.json`);
}

/** Whole or not at all: a sweep may read it at any moment. */
export async function writeLease(leases: string, record: LeaseRecord): Promise<void> {
  const path = leasePath(leases, record.runId);
  await writeFile(`${path}.new`, `${JSON.stringify(record)}\n`, { mode: 0o600 });
  await rename(`${path}.new`, path);
}

export async function removeLease(leases: string, runId: string): Promise<void> {
  await rm(leasePath(leases, runId), { force: true });
}

/** All leases in the folder; files of another form are left alone. Empty when there is no such folder. */
export async function readLeases(leases: string): Promise<LeaseRecord[]> {
  const names = await readdir(leases).catch(() => []);
  const records = await Promise.all(
    names.map(async (name) => {
      const match = /^([0-9a-f]{12})\.json$/.exec(name);
      if (match === null) return [];
      const record = parseLease(await readFile(join(leases, name), "utf8").catch(() => ""));
      return record !== undefined && record.runId === match[1] ? [record] : [];
    }),
  );
  return records.flat();
}

/** Removes halves of leases whose writer was killed, a minute old or more. */
export async function removeHalves(leases: string, now: number): Promise<void> {
  for (const name of await readdir(leases).catch(() => [])) {
    if (!name.endsWith(".json.new")) continue;
    const found = await stat(join(leases, name)).catch(() => undefined);
    if (found !== undefined && now - found.mtimeMs > 60_000) await rm(join(leases, name), { force: true });
  }
}

export function parseLease(text: string): LeaseRecord | undefined {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return undefined;
  }
  return isLease(value) ? value : undefined;
}

function isLease(value: unknown): value is LeaseRecord {
  if (!isRecord(value) || value.schema !== 1) return false;
  const { runId, owner, directory, docker, keptUntil } = value;
  return (
    typeof runId === "string" &&
    isRunId(runId) &&
    isRecord(owner) &&
    Number.isInteger(owner.pid) &&
    Number.isInteger(owner.deadline) &&
    typeof owner.pidStart === "string" &&
    typeof owner.boot === "string" &&
    isRecord(directory) &&
    typeof directory.path === "string" &&
    typeof directory.identity === "string" &&
    (docker === undefined || isRecord(docker)) &&
    (keptUntil === undefined || Number.isFinite(keptUntil))
  );
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
