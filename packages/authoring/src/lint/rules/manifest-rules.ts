import { formatPlace } from "@compose-labs/lab";
import { inLab, type LabFacts } from "../facts.ts";
import type { Report } from "../finding.ts";

/** What cannot be read at all, the ids and numbers among the labs, and the script that proves the lab. */
export function checkManifest(facts: LabFacts, report: Report): void {
  for (const { code, error } of facts.errors) {
    const fallback = { "lab.manifest": "lab.yaml", "lab.checks": "checks.ts", "lab.proof": "mutants.yaml" }[code];
    const said = error.message.replace(/^labs\/[^:]*: /, "");
    const remedy = error.hint ?? "Correct it; the rules that need it were not asked.";
    report(code, { error: said, remedy }, error.place ?? inLab(facts, fallback), fallback);
  }
  checkOthers(facts, report);
  checkScript(facts, report);
}

function checkOthers({ manifest, slug, others, manifestPlace }: LabFacts, report: Report): void {
  if (manifest === undefined) return;
  const number = /^\d+/.exec(slug)?.[0];
  for (const other of others) {
    if (other.manifest.id === manifest.id) {
      report("id.lab-twice", { id: manifest.id, other: other.slug }, manifestPlace(["id"]), manifest.id);
    }
    if (number !== undefined && Number(number) === Number.parseInt(other.slug, 10)) {
      report("id.number-twice", { number, other: other.slug }, manifestPlace([]), slug);
    }
  }
  const ids = new Set(others.map((other) => other.manifest.id));
  for (const [index, id] of manifest.prerequisites.entries()) {
    // A course may be cut into parts: without any other lab there is nothing to hold it against.
    if (ids.size === 0 || ids.has(id)) continue;
    report("lab.prerequisite", { id }, manifestPlace(["prerequisites", index]), id);
  }
}

function checkScript(facts: LabFacts, report: Report): void {
  const text = facts.files.get("package.json");
  const found = /"verify":\s*"([^"]*)"/.exec(text ?? "");
  if (text === undefined || found?.[1] === undefined) return;
  if (found[1].split(/\s+/).includes(facts.slug)) return;
  const line = text.slice(0, found.index).split("\n").length;
  const place = inLab(facts, "package.json", line, 1);
  report("lab.package", { found: found[1], expected: facts.slug }, place, formatPlace(place));
}
