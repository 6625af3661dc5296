import { join, resolve } from "node:path";
import { type Lab, labSlugs, loadLab, matchLab } from "@compose-labs/lab";
import { locateProject, type Project } from "../project.ts";

/** The project as the command line and the environment describe it. */
export function projectOf(options: { labs?: string }): Project {
  const project = locateProject(process.env, process.cwd());
  return options.labs === undefined ? project : { ...project, labs: resolve(project.workingDirectory, options.labs) };
}

/** The lab that a word on the command line means. */
export async function labNamed(project: Project, name: string): Promise<Lab> {
  return loadLab(join(project.labs, matchLab(await labSlugs(project.labs), name)));
}

/** Every lab, in order. */
export async function allLabs(project: Project): Promise<Lab[]> {
  const slugs = await labSlugs(project.labs);
  return Promise.all(slugs.map((slug) => loadLab(join(project.labs, slug))));
}

/** The folder that is graded: the one named, or `submissions/<lab>` of the folder the user is in. */
export function submissionFolder(project: Project, lab: Lab, directory: string | undefined): string {
  return resolve(project.workingDirectory, directory ?? join("submissions", lab.slug));
}
