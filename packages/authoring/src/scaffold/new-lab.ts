import { writeRubric } from "../lint/rubric-table.ts";
import type { Answers, Submits } from "./answers.ts";
import { bothLab } from "./both-lab.ts";
import { writeChecks } from "./checks-text.ts";
import { composeLab } from "./compose-lab.ts";
import { dockerfileLab } from "./dockerfile-lab.ts";
import type { NewLab } from "./kind.ts";

export interface Surroundings {
  /** From the lab's folder, with forward slashes: the schemas for editors, and the program that proves. */
  schemas: string;
  launcher: string;
}

const KINDS: Record<Submits, (answers: Answers) => NewLab> = {
  compose: composeLab,
  dockerfile: dockerfileLab,
  both: bothLab,
};

/** Every file of a new lab, by path. It passes `lint` and `verify` as it stands. Pure. */
export function newLabFiles(answers: Answers, { schemas, launcher }: Surroundings): Map<string, string> {
  const lab = KINDS[answers.submits](answers);
  const rubric = `${writeRubric(lab.checks).join("\n")}\n`;
  return new Map([
    ["lab.yaml", `# yaml-language-server: $schema=${schemas}/lab.schema.json\n${writeManifest(answers, lab)}`],
    ["README.md", `# ${answers.title}\n\n${lab.task}\n${rubric}`],
    ["checks.ts", writeChecks(lab.checks, lab.imports)],
    ["mutants.yaml", `# yaml-language-server: $schema=${schemas}/mutants.schema.json\n${writeMutants(lab)}`],
    ["package.json", writePackage(answers, launcher)],
    ...Object.entries(lab.files),
  ]);
}

function writeManifest({ id, title, shows }: Answers, { manifest }: NewLab): string {
  const { concepts, minutes, files, required, given, images, reason } = manifest;
  return `schema: compose-labs/lab/v1
id: ${id}
title: ${JSON.stringify(title)}
summary: ${JSON.stringify(shows)}
concepts: [${concepts.join(", ")}]
minutes: ${minutes}
compose: compose.yaml
submission:
  files: [${files.join(", ")}]
  required: [${required.join(", ")}]
${given.length === 0 ? "" : `given: [${given.join(", ")}]\n`}images: [${images.map((image) => `"${image}"`).join(", ")}]
limits:
  memory: 64m
  settle: 20
allow:
  - rule: ports.publish
    reason: ${reason}
`;
}

function writeMutants({ mutants }: NewLab): string {
  const entries = mutants.map(
    ([name, misconception, kills]) => `  ${name}:\n    misconception: ${misconception}\n    kills: [${kills}]\n`,
  );
  return `schema: compose-labs/mutants/v1\nmutants:\n${entries.join("")}`;
}

function writePackage({ slug }: Answers, launcher: string): string {
  const document = {
    name: `@compose-labs/lab-${slug}`,
    version: "1.0.0",
    private: true,
    license: "MIT",
    type: "module",
    scripts: { verify: `node ${launcher} verify ${slug}` },
    dependencies: { "@compose-labs/lab": "*" },
  };
  return `${JSON.stringify(document, null, 2)}\n`;
}
