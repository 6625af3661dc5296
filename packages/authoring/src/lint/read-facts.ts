import { readdir, readFile } from "node:fs/promises";
import { join, relative, sep } from "node:path";
import {
  type Lab,
  LabError,
  loadLab,
  loadProof,
  loadRubric,
  manifestSchema,
  mutantsSchema,
  type Place,
} from "@compose-labs/lab";
import { readYamlFile } from "@compose-labs/lab/yaml";
import { readCheckSource } from "./check-source.ts";
import { type EarlierLab, inLab, type LabFacts } from "./facts.ts";

export interface ReadFactsOptions {
  /** Absolute path of the lab's folder. */
  directory: string;
  slug: string;
  /** References that the course's catalogue has. */
  catalogue: readonly string[];
  others: LabFacts["others"];
  earlier: EarlierLab | undefined;
}

/** Left out of every look: what tools make, and Git does not keep. */
const NOT_LOOKED_AT = new Set(["node_modules", ".turbo"]);
/** Larger files are no text that a rule reads. */
const MAX_TEXT = 512 * 1024;

/** Reads a lab's folder. What is wrong with it is in `errors`; only an error of the machine is thrown. */
export async function readFacts(options: ReadFactsOptions): Promise<LabFacts> {
  const { directory, slug } = options;
  const errors: LabFacts["errors"] = [];
  const attempt = async <T>(code: "lab.manifest" | "lab.checks" | "lab.proof", load: () => Promise<T>) =>
    load().catch((error: unknown) => {
      if (!(error instanceof LabError)) throw error;
      errors.push({ code, error });
      return undefined;
    });
  const files = await readTree(directory);
  const lab = await attempt("lab.manifest", () => loadLab(directory));
  const checks = files.get("checks.ts");
  return {
    slug,
    manifest: lab?.manifest,
    rubric: await attempt("lab.checks", () => loadRubric(lab ?? nameOnly(options))),
    proof: await attempt("lab.proof", () => loadProof(lab ?? nameOnly(options))),
    errors,
    manifestPlace: await placesIn(options, "lab.yaml", manifestSchema),
    proofPlace: await placesIn(options, "mutants.yaml", mutantsSchema),
    source: checks === undefined ? undefined : readCheckSource(checks, `labs/${slug}/checks.ts`),
    task: files.get("README.md"),
    files,
    catalogue: options.catalogue,
    others: options.others,
    earlier: options.earlier,
  };
}

/** For loading the rest of a lab whose manifest is wrong: neither rubric nor proof asks for it. */
function nameOnly({ directory, slug }: ReadFactsOptions): Lab {
  return { directory, slug, starter: join(directory, "starter") } as Lab;
}

async function placesIn(
  { directory, slug }: ReadFactsOptions,
  name: string,
  schema: typeof manifestSchema | typeof mutantsSchema,
): Promise<(path: readonly PropertyKey[]) => Place> {
  const shown = `labs/${slug}/${name}`;
  const file = await readYamlFile(join(directory, name), shown, schema).catch(() => undefined);
  return file?.place ?? (() => inLab({ slug }, name));
}

async function readTree(directory: string): Promise<Map<string, string>> {
  const files = new Map<string, string>();
  const visit = async (folder: string): Promise<void> => {
    const entries = await readdir(folder, { withFileTypes: true });
    for (const entry of entries.sort((a, b) => (a.name < b.name ? -1 : 1))) {
      if (NOT_LOOKED_AT.has(entry.name)) continue;
      const path = join(folder, entry.name);
      if (entry.isDirectory()) await visit(path);
      else if (entry.isFile()) {
        const text = await readFile(path);
        const shown = relative(directory, path).split(sep).join("/");
        files.set(shown, text.length > MAX_TEXT || text.includes(0) ? "" : text.toString("utf8"));
      }
    }
  };
  await visit(directory);
  return files;
}
