import { join, resolve } from "node:path";
import { type Lab, labSlugs, loadLab, matchLab, usageError } from "@compose-labs/lab";
import { locateProject, type Project } from "../project.ts";

/** The project as the command line and the environment describe it. */
export function projectOf(options: { labs?: string }): Project {
  const project = locateProject(process.env, process.cwd());
  return options.labs === undefined ? project : { ...project, labs: resolve(project.workingDirectory, options.labs) };
}

/** The lab that a word on the command line means. */
export async function labNamed(project: Project, name: string): Promise<Lab> {
  return loadLab(join(project.labs, matchLab(await someSlugs(project), name)));
}

/** Every lab, in order; at least one. */
export async function allLabs(project: Project): Promise<Lab[]> {
  const slugs = await someSlugs(project);
  return Promise.all(slugs.map((slug) => loadLab(join(project.labs, slug))));
}

/** The labs that the words mean, each once; every lab for no word. */
export async function namedLabs(project: Project, names: readonly string[]): Promise<Lab[]> {
  if (names.length === 0) return allLabs(project);
  const labs = await Promise.all(names.map((name) => labNamed(project, name)));
  return [...new Map(labs.map((lab) => [lab.slug, lab])).values()];
}

async function someSlugs({ labs }: Project): Promise<string[]> {
  const slugs = await labSlugs(labs);
  if (slugs.length > 0) return slugs;
  throw usageError("LABS_EMPTY", `found no lab in ${labs}, expected folders with a lab.yaml`, {
    hint: "Name the folder that holds the labs with --labs.",
  });
}

/** The folder that is graded: the one named, or `submissions/<lab>` of the folder the user is in. */
export function submissionFolder(project: Project, lab: Lab, directory: string | undefined): string {
  return resolve(project.workingDirectory, directory ?? join("submissions", lab.slug));
}
