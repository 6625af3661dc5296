import type { Dirent } from "node:fs";
import { readdir, readFile, stat } from "node:fs/promises";
import { basename, join } from "node:path";
import { pathToFileURL } from "node:url";
import type { Rubric } from "./check.ts";
import { LabError, usageError } from "./errors.ts";
import { keepManifest, keptManifest } from "./kept-manifest.ts";
import type { Lab, LabProof } from "./lab.ts";
import { type Manifest, manifestSchema, mutantsSchema } from "./manifest.ts";
import { closest } from "./spelling.ts";

/** Names of the labs below `directory`, in order: every folder that holds a `lab.yaml`. */
export async function labSlugs(directory: string): Promise<string[]> {
  let entries: Dirent[];
  try {
    entries = await readdir(directory, { withFileTypes: true });
  } catch (cause) {
    throw usageError("LABS_MISSING", `found no folder ${directory}, expected the course's labs`, {
      cause,
      hint: "Name the folder with --labs.",
    });
  }
  const slugs: string[] = [];
  for (const entry of entries) {
    if (entry.isDirectory() && (await exists(join(directory, entry.name, "lab.yaml")))) slugs.push(entry.name);
  }
  return slugs.sort();
}

/** The lab that `name` means: a slug, its number (`7`, `07`), the part after the number, or a unique prefix of either. */
export function matchLab(slugs: string[], name: string): string {
  const wanted = name.toLowerCase().replace(/\/+$/, "");
  const words = (slug: string) => [slug, slug.replace(/^\d+-/, "")];
  const exact = slugs.filter(
    (slug) => words(slug).includes(wanted) || (/^\d+$/.test(wanted) && Number.parseInt(slug, 10) === Number(wanted)),
  );
  if (exact[0] !== undefined) return exact[0];
  const prefixed = wanted === "" ? [] : slugs.filter((slug) => words(slug).some((word) => word.startsWith(wanted)));
  if (prefixed.length === 1 && prefixed[0] !== undefined) return prefixed[0];
  if (prefixed.length > 1) {
    throw usageError(
      "LAB_AMBIGUOUS",
      `found ${prefixed.length} labs for "${name}": ${prefixed.join(", ")}; expected one`,
      { hint: "Write more of the name." },
    );
  }
  const named = (slug: string) => [...words(slug), ...slug.split("-")];
  const near = closest(wanted, slugs.flatMap(named));
  const meant = slugs.filter((slug) => near !== undefined && named(slug).includes(near));
  throw usageError("LAB_UNKNOWN", `found no lab "${name}"; expected one of ${slugs.join(", ")}`, {
    hint: meant.length === 0 ? "List them with `grader list`." : `Did you mean \`${meant.join("` or `")}\`?`,
  });
}

/** Reads `lab.yaml`; throws a usage error with `lab.yaml:line:column`. */
export async function loadLab(directory: string): Promise<Lab> {
  const slug = basename(directory);
  const manifest = await readManifest(directory, slug);
  const starter = join(directory, "starter");
  if (!(await exists(starter))) {
    throw usageError(
      "STARTER_MISSING",
      `labs/${slug}: found no folder starter/, expected what the student begins with`,
      {
        place: { file: `labs/${slug}/lab.yaml`, line: 1, column: 1 },
        hint: "Create labs/<lab>/starter/ with the files a student is given.",
      },
    );
  }
  return { directory, slug, manifest, starter };
}

async function readManifest(directory: string, slug: string): Promise<Manifest> {
  const file = join(directory, "lab.yaml");
  const text = await readFile(file, "utf8").catch(() => "");
  const kept = await keptManifest(text);
  if (kept !== undefined) return kept;
  const { readYamlFile } = await import("./yaml-document.ts");
  const { value } = await readYamlFile(file, `labs/${slug}/lab.yaml`, manifestSchema);
  await keepManifest(text, value);
  return value;
}

/**
 * Imports the lab's `checks.ts`, and its `hidden.ts` where there is one. Throws a usage error when one does not load
 * or exports no rubric.
 */
export async function loadRubric(lab: LabFolder & { manifest?: Manifest }): Promise<Rubric> {
  const { checks } = await importRubric(lab, "checks.ts", "defineChecks");
  if (await exists(join(lab.directory, "hidden.ts"))) {
    const hidden = await importRubric(lab, "hidden.ts", "defineHiddenChecks");
    return { checks: [...checks, ...hidden.checks] };
  }
  const hidden = lab.manifest?.hidden;
  return hidden === undefined ? { checks } : { checks, elsewhere: hidden };
}

/** A lab by its place alone. */
type LabFolder = Pick<Lab, "directory" | "slug">;

async function importRubric(lab: LabFolder, name: string, made: string): Promise<Rubric> {
  const shown = `labs/${lab.slug}/${name}`;
  let module: { default?: Rubric };
  try {
    module = (await import(pathToFileURL(join(lab.directory, name)).href)) as { default?: Rubric };
  } catch (cause) {
    throw usageError("CHECKS_BROKEN", `${shown}: ${cause instanceof Error ? cause.message : String(cause)}`, {
      cause,
      hint: "Correct the file; `npx tsc --noEmit` shows its type errors.",
    });
  }
  if (!module.default || !Array.isArray(module.default.checks)) {
    throw usageError("CHECKS_BROKEN", `${shown}: found no default export made by ${made}(), expected one`, {
      hint: `End the file with \`export default ${made}(…)\`; docs/authoring.md has an example.`,
    });
  }
  return module.default;
}

/** Reads what the lab is proven by: reference, alternatives and mutants. */
export async function loadProof(lab: Lab): Promise<LabProof> {
  const shown = `labs/${lab.slug}/mutants.yaml`;
  const { readYamlFile } = await import("./yaml-document.ts");
  const { value, place } = await readYamlFile(join(lab.directory, "mutants.yaml"), shown, mutantsSchema);
  const reference = join(lab.directory, "reference");
  if (!(await exists(reference))) {
    throw usageError("REFERENCE_MISSING", `labs/${lab.slug}: found no folder reference/, expected one right solution`, {
      hint: "Create it.",
    });
  }
  const mutants = [];
  for (const [name, entry] of Object.entries(value.mutants)) {
    const directory = join(lab.directory, "mutants", name);
    const written = await exists(directory);
    if (!written && entry.removes.length === 0) {
      throw usageError(
        "MUTANT_EMPTY",
        `found neither a folder mutants/${name}/ nor files in \`removes\`, expected a difference from the reference`,
        {
          place: place(["mutants", name]),
          hint: `Create labs/${lab.slug}/mutants/${name}/ with the files that differ, or list the files it lacks.`,
        },
      );
    }
    mutants.push({ name, directory: written ? directory : undefined, ...entry });
  }
  for (const name of await folders(join(lab.directory, "mutants"))) {
    if (!(name in value.mutants)) {
      throw usageError(
        "MUTANT_UNNAMED",
        `found mutants/${name}/ without an entry, expected its misconception and kills`,
        {
          place: place(["mutants"]),
          hint: `Add \`${name}:\` to ${shown}, or remove the folder.`,
        },
      );
    }
  }
  const alternatives = (await folders(join(lab.directory, "alternatives"))).map((name) => ({
    name,
    directory: join(lab.directory, "alternatives", name),
  }));
  const equivalent = Object.entries(value.equivalent).map(([pattern, reason]) => ({
    pattern,
    reason,
    place: place(["equivalent", pattern]),
  }));
  return { reference, alternatives, mutants, equivalent };
}

/** Throws a usage error when `kills` or `needs` name checks that the rubric does not have. */
export function checkProofAgainst(lab: Lab, proof: LabProof, rubric: Rubric): void {
  const ids = new Set(rubric.checks.map((check) => check.id));
  for (const mutant of proof.mutants) {
    for (const id of mutant.kills ?? []) {
      if (ids.has(id)) continue;
      const near = closest(id, ids);
      throw new LabError(
        "usage",
        "KILLS_UNKNOWN",
        `labs/${lab.slug}/mutants.yaml: mutant ${mutant.name} kills "${id}", expected the id of a check`,
        {
          hint: near === undefined ? `The checks are ${[...ids].join(", ")}.` : `Did you mean \`${near}\`?`,
        },
      );
    }
  }
}

async function folders(directory: string): Promise<string[]> {
  try {
    const entries = await readdir(directory, { withFileTypes: true });
    return entries
      .filter((entry) => entry.isDirectory())
      .map((entry) => entry.name)
      .sort();
  } catch {
    return [];
  }
}

async function exists(path: string): Promise<boolean> {
  return stat(path).then(
    () => true,
    () => false,
  );
}
