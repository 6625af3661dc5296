import { mkdir, mkdtemp, realpath, rm, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { createFresh, type Lab, manifestSchema } from "@compose-labs/lab";
import * as v from "valibot";
import { type PreparedSubmission, prepareSubmission } from "../src/index.ts";
import type { YamlParser } from "../src/yaml/parser.ts";

/** Compose as the tests call it: the clean environment that the grader gives it too. */
export const tools = {
  command: ["docker", "compose"],
  environment: {
    PATH: process.env.PATH ?? "",
    HOME: "/nonexistent",
    DOCKER_CONFIG: "/nonexistent",
  },
};

const base = {
  schema: "compose-labs/lab/v1",
  id: "demo",
  title: "Demo lab",
  summary: "One web service, for the tests of the policy",
  concepts: ["compose"],
  minutes: 10,
  compose: "compose.yaml",
  submission: { files: ["**"] },
  images: ["busybox:1.37"],
};

/** A lab in memory; `change` is laid over the demo lab's manifest. */
export function demoLab(change: Record<string, unknown> = {}, starter = "/nonexistent"): Lab {
  const manifest = v.parse(manifestSchema, { ...base, ...change });
  return { directory: dirname(starter), slug: "00-demo", manifest, starter };
}

/** Lifts rules, each with a reason as `lab.yaml` wants it. */
export const allow = (...rules: string[]) => ({ allow: rules.map((rule) => ({ rule, reason: "for this test" })) });

/** A folder of its own under the system's temporary folder, removed at the end of the block. */
export async function temporaryFolder(): Promise<{ path: string } & AsyncDisposable> {
  const path = await realpath(await mkdtemp(join(tmpdir(), "submission-test-")));
  return { path, [Symbol.asyncDispose]: () => rm(path, { recursive: true, force: true }) };
}

/** Files by path; `-> target` makes a link. */
export type Tree = Record<string, string | Buffer>;

export async function writeTree(root: string, tree: Tree): Promise<void> {
  for (const [path, content] of Object.entries(tree)) {
    await mkdir(dirname(join(root, path)), { recursive: true });
    if (typeof content === "string" && content.startsWith("-> ")) await symlink(content.slice(3), join(root, path));
    else await writeFile(join(root, path), content);
  }
}

export interface Prepared extends AsyncDisposable {
  prepared: PreparedSubmission;
  /** `code file:line` of each finding; notes in brackets. */
  codes: string[];
}

/** Prepares a folder, or a tree that is written for it. */
export async function prepare(submission: string | Tree, lab: Lab = demoLab(), parser?: YamlParser): Promise<Prepared> {
  await using own = new AsyncDisposableStack();
  const folder = own.use(await temporaryFolder());
  const copyInto = own.use(await temporaryFolder());
  if (typeof submission !== "string") await writeTree(folder.path, submission);
  const prepared = await prepareSubmission({
    lab,
    folder: typeof submission === "string" ? submission : folder.path,
    copyInto: copyInto.path,
    fresh: createFresh("test"),
    tools,
    signal: AbortSignal.timeout(30_000),
    ...(parser === undefined ? {} : { parser }),
  });
  const codes = prepared.findings.map(({ code, place, severity }) => {
    const text = `${code} ${place.file}${place.line === undefined ? "" : `:${place.line}`}`;
    return severity === "note" ? `(${text})` : text;
  });
  const kept = own.move();
  return { prepared, codes, [Symbol.asyncDispose]: () => kept.disposeAsync() };
}

/** A Compose file with one service `web`; `lines` are keys of it, or of the top level when not indented. */
export function composeWith(lines: string, top = ""): Tree {
  const indented = lines
    .split("\n")
    .map((line) => `    ${line}`)
    .join("\n");
  return { "compose.yaml": `services:\n  web:\n    image: busybox:1.37\n${indented}\n${top}` };
}
