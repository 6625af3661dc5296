import type { Args, Say } from "./words.ts";

const say = <A extends Args>(words: Say<A>): Say<A> => words;

/** Codes on the lab as a folder: its manifest, its ids, its files, its images. */
export const labWords = {
  "lab.manifest": say(({ error, remedy }: { error: string; remedy: string }) => ({ message: error, remedy })),
  "lab.checks": say(({ error, remedy }: { error: string; remedy: string }) => ({ message: error, remedy })),
  "lab.proof": say(({ error, remedy }: { error: string; remedy: string }) => ({ message: error, remedy })),
  "lab.package": say(({ found, expected }: { found: string; expected: string }) => ({
    message: `found the script \`verify\` as "${found}", expected it to prove this lab`,
    remedy: `Let it end with \`verify ${expected}\`.`,
  })),
  "lab.prerequisite": say(({ id }: { id: string }) => ({
    message: `found the prerequisite "${id}", expected the id of a lab`,
    remedy: "Write the `id` of a lab.yaml, which is not the name of its folder.",
  })),
  "id.lab-twice": say(({ id, other }: { id: string; other: string }) => ({
    message: `found the id "${id}", which ${other} has too, expected one of its own`,
    remedy: "Give the newer lab another id; results refer to labs by it.",
  })),
  "id.number-twice": say(({ number, other }: { number: string; other: string }) => ({
    message: `found the number ${number}, which ${other} has too, expected one of its own`,
    remedy: "Rename the newer folder: a number is what students type.",
  })),
  "id.lab-changed": say(({ id, earlier, revision }: { id: string; earlier: string; revision: string }) => ({
    message: `found the id "${id}", which was "${earlier}" in ${revision}, expected it to stay`,
    remedy: `Write \`id: ${earlier}\` again; gradebooks refer to the lab by it.`,
  })),
  "id.removed": say(({ id, revision }: { id: string; revision: string }) => ({
    message: `found no check "${id}", which there was in ${revision}, expected ids of checks to stay`,
    remedy: `Give the check its id back; if it is gone for good, add \`${id}\` to \`retired\` in lab.yaml.`,
  })),
  "id.reused": say(({ id }: { id: string }) => ({
    message: `found a check "${id}", an id that is retired, expected a new one`,
    remedy: "Choose another id: old results would be read as results of the new check.",
  })),
  "path.given": say(({ pattern }: { pattern: string }) => ({
    message: `found \`given\` with "${pattern}", which matches no file of starter/, expected one`,
    remedy: "Correct the pattern, or put the file into starter/.",
  })),
  "path.required": say(({ path }: { path: string }) => ({
    message: `found \`required\` with "${path}", which the reference does not hand in, expected a file of it`,
    remedy: "Correct the path, let `files` take it, or add it to reference/.",
  })),
  "path.compose": say(({ path }: { path: string }) => ({
    message: `found \`compose: ${path}\`, which is neither given nor a file of the reference that \`files\` takes`,
    remedy: "Correct the path; nothing can be started without it.",
  })),
  "path.removes": say(({ path, mutant }: { path: string; mutant: string }) => ({
    message: `found ${mutant} removing "${path}", expected a file of the reference`,
    remedy: "Write the path as it is below reference/.",
  })),
  "path.at": say(({ at, check, name }: { at: string; check: string; name: string }) => ({
    message: `found \`at: ${at}\` at ${check}, and no \`${name}\` in the reference's Compose file`,
    remedy: "Correct the path: a failure would point at nothing.",
  })),
  "path.service": say(({ service }: { service: string }) => ({
    message: `found a check that asks for the service "${service}", expected one of the reference's Compose file`,
    remedy: "Correct the name, or add the service to the reference.",
  })),
  "path.file": say(({ path, expected }: { path: string; expected: string }) => ({
    message: `found a check that reads "${path}", expected ${expected}`,
    remedy: "Correct the path, or change what lab.yaml takes.",
  })),
  "path.task": say(({ path }: { path: string }) => ({
    message: `found the file "${path}" in the task, which is neither in starter/ or reference/ nor taken from the student`,
    remedy: "Correct the path: students look for it.",
  })),
  "stray.file": say(({ path }: { path: string }) => ({
    message: `found ${path}, expected only what a lab is made of`,
    remedy: "Remove it, or move it to the folder that it belongs to.",
  })),
  "stray.ignored": say(({ path }: { path: string }) => ({
    message: `found ${path}, which lab.yaml does not take from a submission, so it is never graded`,
    remedy: "Add a pattern for it to `submission.files`, or remove it.",
  })),
  "image.unknown": say(({ reference }: { reference: string }) => ({
    message: `found the image ${reference}, expected one of labs/images.yaml`,
    remedy: "Add it to the catalogue, or nobody provides it.",
  })),
  "image.unpinned": say(({ reference }: { reference: string }) => ({
    message: `found the image ${reference}, expected a tag that names a version`,
    remedy: "Name the version: another release would change what is graded.",
  })),
  "image.unlisted": say(({ reference }: { reference: string }) => ({
    message: `found the image ${reference}, which is not in \`images\` of lab.yaml, so the policy refuses it`,
    remedy: "Add it to `images`, or use one that is there.",
  })),
  "ignore.unknown": say(({ code }: { code: string }) => ({
    message: `found an exception from "${code}", expected a code of docs/lint.md`,
    remedy: "Correct the code.",
  })),
  "ignore.unused": say(({ code }: { code: string }) => ({
    message: `found an exception from ${code} that nothing needs any more`,
    remedy: "Remove it from `lint.ignore`.",
  })),
};
