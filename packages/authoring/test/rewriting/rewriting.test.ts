import { cp, mkdir, mkdtemp, realpath, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { type ComposeModel, createFresh, type Lab, labSlugs, loadLab, loadProof } from "@compose-labs/lab";
import { prepareSubmission } from "@compose-labs/submission";
import { startYamlParser } from "@compose-labs/submission/parser";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { type Files, readSource, rewrite } from "../../src/rewriting/index.ts";

const parser = startYamlParser({ signal: new AbortController().signal });
let temporary = "";
beforeAll(async () => {
  temporary = await realpath(await mkdtemp(join(tmpdir(), "rewriting-test-")));
});
afterAll(async () => {
  await parser[Symbol.asyncDispose]();
  await rm(temporary, { recursive: true, force: true });
});

/** What Compose and the builder are told, without what only says how it was written. */
async function meaningOf(lab: Lab, folder: string, change: Files): Promise<unknown> {
  const submission = await mkdtemp(join(temporary, "submission-"));
  const copyInto = await mkdtemp(join(temporary, "copy-"));
  await cp(folder, submission, { recursive: true });
  for (const [path, text] of change) {
    await mkdir(dirname(join(submission, path)), { recursive: true });
    await writeFile(join(submission, path), text);
  }
  const prepared = await prepareSubmission({
    lab,
    folder: submission,
    copyInto,
    fresh: createFresh("rewriting"),
    tools: {
      command: ["docker", "compose"],
      environment: { PATH: process.env.PATH ?? "", HOME: "/nonexistent", DOCKER_CONFIG: "/nonexistent" },
    },
    signal: AbortSignal.timeout(30_000),
    parser,
  });
  return {
    findings: prepared.findings.map(({ code, severity }) => `${severity} ${code}`),
    model: withoutFragments(prepared.model, prepared.root),
    dockerfiles: [...prepared.dockerfiles].map(([service, { stages }]) => [
      service,
      stages.map(({ base, instructions }) => [
        base,
        instructions.flatMap(({ keyword, arguments: words, flags, form }) =>
          /^(ENV|LABEL)$/.test(keyword)
            ? words.split(/\s+(?=[\w.-]+=)/).map((pair) => [keyword, pair])
            : [[keyword, words.replace(/\s+/g, " "), flags, form]],
        ),
      ]),
    ]),
  };
}

function withoutFragments(model: ComposeModel | undefined, root: string): unknown {
  const kept = Object.entries(model ?? {}).filter(([key]) => !key.startsWith("x-"));
  const text = JSON.stringify(Object.fromEntries(kept)).replaceAll(root, "<copy>");
  // Options that nobody gave are empty, null or left out, by the syntax.
  return JSON.parse(text.replaceAll(',"volume":{}', "").replaceAll(":{}", ":null"));
}

const COURSE = join(import.meta.dirname, "../../../../labs");
const LABS = await Promise.all((await labSlugs(COURSE)).map((slug) => loadLab(join(COURSE, slug))));

describe.each(LABS.map((lab) => [lab.slug, lab] as const))("%s", (_, lab) => {
  test("every right solution means the same however it is written", async () => {
    const proof = await loadProof(lab);
    for (const { name, directory } of [{ name: "reference", directory: proof.reference }, ...proof.alternatives]) {
      const source = await readSource(lab, directory);
      const meaning = await meaningOf(lab, directory, new Map());
      for (const [id, change] of rewrite(source)) {
        expect({ name, id, meaning: await meaningOf(lab, directory, change) }).toEqual({ name, id, meaning });
      }
    }
  }, 60_000);
});
