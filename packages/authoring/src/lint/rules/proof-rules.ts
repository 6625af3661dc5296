import { readCompose } from "../compose-facts.ts";
import { checkPlace, filesBelow, inLab, type LabFacts } from "../facts.ts";
import type { Report } from "../finding.ts";

const PRIVATE_ADDRESS = /(?<![\d.])(10\.\d+|172\.(1[6-9]|2\d|3[01])|192\.168)\.\d+\.\d+(\/\d+)?(?![\d.])/;

/** Mutants, alternatives and starter, as far as they can be judged without running. */
export function checkProof(facts: LabFacts, report: Report): void {
  const { proof, rubric } = facts;
  if (proof === undefined) return;
  if (rubric !== undefined) {
    const ids = rubric.checks.map(({ id }) => id);
    const killed = new Set(proof.mutants.flatMap(({ kills }) => kills ?? []));
    for (const id of ids) {
      if (!killed.has(id)) report("proof.unkilled", { check: id }, checkPlace(facts, id), id);
    }
    for (const { name, kills = [] } of proof.mutants) {
      for (const [index, id] of kills.entries()) {
        if (ids.includes(id)) continue;
        const place = facts.proofPlace(["mutants", name, "kills", index]);
        report("proof.kills-unknown", { mutant: `mutant ${name}`, id, known: ids.join(", ") }, place, name);
      }
    }
  }
  if (proof.alternatives.length === 0) {
    report("proof.no-alternative", {}, inLab(facts, "alternatives"), "alternatives");
  }
  checkDifferences(facts, report);
  checkRightSolutions(facts, report);
}

function checkDifferences(facts: LabFacts, report: Report): void {
  const reference = filesBelow(facts, "reference");
  const isSame = (files: Map<string, string>) =>
    files.size > 0 && [...files].every(([path, text]) => reference.get(path) === text);
  const whole = (folder: string) => {
    const files = filesBelow(facts, folder);
    return isSame(files) && files.size === reference.size;
  };
  for (const { name } of facts.proof?.alternatives ?? []) {
    const folder = `alternatives/${name}`;
    if (whole(folder)) report("proof.same", { what: `alternative ${name}` }, inLab(facts, folder), name);
  }
  for (const { name, removes } of facts.proof?.mutants ?? []) {
    if (removes.length > 0 || !isSame(filesBelow(facts, `mutants/${name}`))) continue;
    report("proof.same", { what: `mutant ${name}` }, facts.proofPlace(["mutants", name]), name);
  }
  if (whole("starter")) report("proof.same", { what: "the starter" }, inLab(facts, "starter"), "starter");
}

/** What the policy would refuse or drop in a solution that must get full marks. */
function checkRightSolutions(facts: LabFacts, report: Report): void {
  if (facts.manifest === undefined) return;
  const lifted = new Set(facts.manifest.allow.map(({ rule }) => rule));
  for (const folder of ["reference", ...(facts.proof?.alternatives ?? []).map(({ name }) => `alternatives/${name}`)]) {
    for (const [path, text] of filesBelow(facts, folder)) {
      const file = `${folder}/${path}`;
      for (const [index, line] of lifted.has("networks.ipam") ? [] : text.split("\n").entries()) {
        const address = PRIVATE_ADDRESS.exec(line)?.[0];
        if (address === undefined) continue;
        report("proof.fixed-address", { what: `the fixed address ${address}` }, inLab(facts, file, index + 1, 1), file);
      }
      const compose = /\.ya?ml$/.test(path) ? readCompose(text) : undefined;
      if (compose === undefined) continue;
      for (const { name } of compose.services.filter(({ publishes }) => publishes && !lifted.has("ports.publish"))) {
        const place = inLab(facts, file, compose.line(["services", name, "ports"]), 1);
        report("proof.port-left-out", { service: name }, place, file);
      }
    }
  }
}
