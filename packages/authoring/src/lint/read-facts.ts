import { join } from "node:path";
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
import { readTree } from "../tree.ts";
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
  const files = await readTexts(directory);
  const lab = await attempt("lab.manifest", () => loadLab(directory));
  return {
    slug,
    manifest: lab?.manifest,
    rubric: await attempt("lab.checks", () => loadRubric(lab ?? nameOnly(options))),
    proof: await attempt("lab.proof", () => loadProof(lab ?? nameOnly(options))),
    errors,
    manifestPlace: await placesIn(options, "lab.yaml", manifestSchema),
    proofPlace: await placesIn(options, "mutants.yaml", mutantsSchema),
    sources: ["checks.ts", "hidden.ts"].flatMap((name) => {
      const text = files.get(name);
      return text === undefined ? [] : [readCheckSource(text, `labs/${slug}/${name}`)];
    }),
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

async function readTexts(directory: string): Promise<Map<string, string>> {
  const files = [...(await readTree(directory))].map(([path, content]): [string, string] => [
    path,
    content.length > MAX_TEXT || content.includes(0) ? "" : content.toString("utf8"),
  ]);
  return new Map(files);
}
