import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { type Lab, loadRubric, mutantsSchema } from "@compose-labs/lab";
import { readYamlFile } from "@compose-labs/lab/yaml";
import { readTree } from "../tree.ts";
import {
  isKept,
  isOfTheAuthor,
  isProtected,
  studentLabPackage,
  studentLock,
  studentManifest,
  studentPackage,
  studentReadme,
} from "./contents.ts";
import type { Secrets } from "./leaks.ts";

/** What is written for students, and what must not be in it. */
export interface Edition {
  /** Path in the student edition -> content. */
  files: Map<string, Buffer>;
  /** By lab. */
  secrets: Secrets[];
  labs: { slug: string; checks: number; hidden: number }[];
}

/** Reads the project at `root` and the labs, and makes the student edition of them; writes nothing. */
export async function makeEdition(options: {
  root: string;
  labs: readonly Lab[];
  catalogue: string;
}): Promise<Edition> {
  const { root, labs, catalogue } = options;
  const files = new Map<string, Buffer>();
  const put = (path: string, content: string | Buffer) => files.set(path, Buffer.from(content));
  for (const folder of ["scripts", "grader", "packages", "docs"]) {
    for (const [path, content] of await readTree(join(root, folder))) {
      if (isKept(`${folder}/${path}`)) put(`${folder}/${path}`, content);
    }
  }
  for (const name of ["LICENSE", ".gitignore", "course.yaml", "tsconfig.base.json"])
    put(name, await readFile(join(root, name)));
  const slugs = labs.map(({ slug }) => slug);
  put("package.json", studentPackage(await readFile(join(root, "package.json"), "utf8")));
  put("package-lock.json", studentLock(await readFile(join(root, "package-lock.json"), "utf8"), slugs));
  put("labs/images.yaml", await readFile(catalogue));
  put("README.md", studentReadme(labs.map(({ slug, manifest }) => ({ slug, title: manifest.title }))));
  const parts = await Promise.all(labs.map(readLab));
  for (const part of parts) for (const [path, content] of part.files) put(path, content);
  // What one lab gives its students to begin with is no secret of another.
  const given = parts.flatMap((part) => part.given);
  return {
    files,
    secrets: parts.map((part) => ({ ...part.secrets, given })),
    labs: parts.map(({ summary }) => summary),
  };
}

async function readLab(lab: Lab) {
  const tree = await readTree(lab.directory);
  const { checks, elsewhere } = await loadRubric(lab);
  const hiddenChecks = checks.filter(({ hidden }) => hidden);
  const hidden =
    hiddenChecks.length === 0
      ? elsewhere
      : { checks: hiddenChecks.length, points: hiddenChecks.reduce((sum, { points }) => sum + points, 0) };
  const files = new Map<string, string | Buffer>();
  const secret = new Map<string, string>();
  const given: string[] = [];
  for (const [path, content] of tree) {
    const shown = `labs/${lab.slug}/${path}`;
    if (isProtected(path)) secret.set(shown, content.toString("utf8"));
    if (isOfTheAuthor(path)) continue;
    if (path.startsWith("starter/")) given.push(content.toString("utf8"));
    if (path === "lab.yaml") files.set(shown, studentManifest(content.toString("utf8"), hidden));
    else if (path === "package.json") files.set(shown, studentLabPackage(content.toString("utf8")));
    else files.set(shown, content);
  }
  const sentences = new Map([...(await misconceptions(lab)), ...hiddenChecks.flatMap(wordsOf)]);
  const summary = { slug: lab.slug, checks: checks.length + (elsewhere?.checks ?? 0), hidden: hidden?.checks ?? 0 };
  return { files, given, secrets: { files: secret, sentences }, summary };
}

function wordsOf({ id, title }: { id: string; title: string }): [string, string][] {
  return [
    [`the id of the hidden check ${id}`, id],
    [`the title of the hidden check ${id}`, title],
  ];
}

async function misconceptions(lab: Lab): Promise<[string, string][]> {
  const file = join(lab.directory, "mutants.yaml");
  const { value } = await readYamlFile(file, `labs/${lab.slug}/mutants.yaml`, mutantsSchema);
  return Object.entries(value.mutants).map(([name, { misconception }]) => [
    `the misconception of the mutant ${name}`,
    misconception,
  ]);
}
