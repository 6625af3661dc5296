import { parse } from "yaml";
import { readCheckSource } from "../check-source.ts";
import { checkPlace, inLab, type LabFacts } from "../facts.ts";
import type { Report } from "../finding.ts";

/** Ids are for ever: gradebooks know lab and checks by them. */
export function checkIds(facts: LabFacts, report: Report): void {
  const { manifest, rubric, earlier, manifestPlace } = facts;
  if (manifest === undefined) return;
  const before = readManifest(earlier?.manifest);
  const retired = new Set([...manifest.retired, ...before.retired]);
  const now = new Set((rubric?.checks ?? []).map(({ id }) => id));
  for (const id of now) if (retired.has(id)) report("id.reused", { id }, checkPlace(facts, id), id);
  if (earlier === undefined) return;
  const { revision } = earlier;
  if (before.id !== undefined && before.id !== manifest.id) {
    report("id.lab-changed", { id: manifest.id, earlier: before.id, revision }, manifestPlace(["id"]), manifest.id);
  }
  if (rubric === undefined) return;
  for (const [file, text] of [
    ["checks.ts", earlier.checks],
    ["hidden.ts", earlier.hidden],
  ] as const) {
    for (const id of readCheckSource(text ?? "", "").checks.keys()) {
      if (!now.has(id) && !retired.has(id)) report("id.removed", { id, revision }, inLab(facts, file), id);
    }
  }
}

/** What an old lab.yaml says, which need not fit the schema of today. */
function readManifest(text: string | undefined): { id: string | undefined; retired: string[] } {
  try {
    const { id, retired } = (parse(text ?? "") ?? {}) as { id?: unknown; retired?: unknown };
    return { id: typeof id === "string" ? id : undefined, retired: Array.isArray(retired) ? retired.map(String) : [] };
  } catch {
    return { id: undefined, retired: [] };
  }
}
