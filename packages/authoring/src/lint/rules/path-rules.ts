import { matchAny } from "@compose-labs/submission";
import type { CheckSource } from "../check-source.ts";
import { readCompose } from "../compose-facts.ts";
import { checkPlace, filesBelow, type LabFacts } from "../facts.ts";
import type { Report } from "../finding.ts";

/** Paths of lab.yaml, mutants.yaml and the checks that name nothing. */
export function checkPaths(facts: LabFacts, report: Report): void {
  checkManifestPaths(facts, report);
  checkRemoved(facts, report);
  checkModelPaths(facts, report);
  for (const source of facts.sources) checkReads(source, facts, report);
}

function checkManifestPaths(facts: LabFacts, report: Report): void {
  const { manifest, manifestPlace } = facts;
  if (manifest === undefined) return;
  const starter = [...filesBelow(facts, "starter").keys()];
  const isTaken = matchAny(manifest.submission.files);
  const isGiven = matchAny(manifest.given);
  const reference = filesBelow(facts, "reference");
  for (const [index, pattern] of manifest.given.entries()) {
    if (starter.some(matchAny([pattern]))) continue;
    report("path.given", { pattern }, manifestPlace(["given", index]), pattern);
  }
  for (const [index, path] of manifest.submission.required.entries()) {
    if (reference.has(path) && isTaken(path)) continue;
    report("path.required", { path }, manifestPlace(["submission", "required", index]), path);
  }
  const path = manifest.compose;
  const isThere = (isGiven(path) && starter.includes(path)) || (isTaken(path) && reference.has(path));
  if (!isThere) report("path.compose", { path }, manifestPlace(["compose"]), path);
}

function checkRemoved(facts: LabFacts, report: Report): void {
  const reference = [...filesBelow(facts, "reference").keys()];
  for (const { name, removes } of facts.proof?.mutants ?? []) {
    for (const [index, path] of removes.entries()) {
      if (reference.some((file) => file === path || file.startsWith(`${path.replace(/\/$/, "")}/`))) continue;
      const place = facts.proofPlace(["mutants", name, "removes", index]);
      report("path.removes", { path, mutant: `mutant ${name}` }, place, name);
    }
  }
}

/** `at` and the services that are asked for, held against the Compose file that the reference runs by. */
function checkModelPaths(facts: LabFacts, report: Report): void {
  const { manifest, sources, rubric } = facts;
  const name = manifest?.compose ?? "compose.yaml";
  const compose = readCompose(facts.files.get(`reference/${name}`) ?? facts.files.get(`starter/${name}`) ?? "");
  if (compose === undefined || !compose.isWhole) return;
  for (const { id, at } of rubric?.checks ?? []) {
    const named = at?.split(".").slice(0, 2).join(".");
    // Networks and volumes may be called as the student likes; a service is what the task calls it.
    if (at === undefined || named === undefined || !named.startsWith("services.") || compose.paths.has(named)) continue;
    report("path.at", { at, check: id, name: named }, checkPlace(facts, id, at), id);
  }
  for (const source of sources) checkServices(source, compose.paths, report);
}

function checkServices(source: CheckSource, paths: ReadonlySet<string>, report: Report): void {
  for (const { name: method, at, open } of source.calls) {
    const argument = source.tokens[open + 1];
    if (!/^(service|image|dockerfile)$/.test(method) || argument?.kind !== "string") continue;
    if (source.tokens[open + 2]?.text !== ")" || paths.has(`services.${argument.value}`)) continue;
    report("path.service", { service: argument.value }, source.place(open + 1), source.owner(at));
  }
}

/** Files of the submission that checks read by a name that is written out. */
function checkReads(source: CheckSource, { manifest, files }: LabFacts, report: Report): void {
  if (manifest === undefined) return;
  const isTaken = matchAny([...manifest.submission.files, ...manifest.given, ...manifest.canaries]);
  const isGiven = matchAny(manifest.given);
  for (const { name, at, open } of source.calls) {
    const path = literalAt(source, open + 1);
    if (path === undefined || source.tokens[at - 1]?.text !== "." || source.tokens[at - 2]?.text !== "files") continue;
    const place = source.place(open + 1);
    if (name === "given" && !(isGiven(path) && files.has(`starter/${path}`))) {
      report("path.file", { path, expected: "a given file of starter/" }, place, source.owner(at));
    }
    if (name === "read" && !isTaken(path)) {
      report("path.file", { path, expected: "a file that lab.yaml takes or gives" }, place, source.owner(at));
    }
  }
}

/** The text of an argument that is a string, or a constant that holds one. */
export function literalAt(source: CheckSource, index: number): string | undefined {
  const token = source.tokens[index];
  const after = source.tokens[index + 1]?.text;
  if (token === undefined || after === "${") return undefined;
  if (token.kind === "string" || token.kind === "template") return token.value;
  return token.kind === "name" && (after === ")" || after === ",") ? source.constants.get(token.text) : undefined;
}
