import { execFile } from "node:child_process";
import { writeFile } from "node:fs/promises";
import { basename, join } from "node:path";
import { type EarlierLab, fixRubric, type LintFinding, lintLab, readFacts } from "@compose-labs/authoring/lint";
import { listReferences, loadCatalogue } from "@compose-labs/engine";
import { formatPlace, type Lab, labSlugs, loadLab, matchLab, usageError } from "@compose-labs/lab";
import type { Project } from "../project.ts";
import { projectOf } from "./lab-argument.ts";

export interface LintCommand {
  labs?: string;
  names: string[];
  fix?: boolean;
  json?: boolean;
  since?: string;
}

export interface LintReport {
  lab: string;
  findings: LintFinding[];
  /** What `--fix` has written. */
  fixed: string[];
}

/** 0 when nothing is found (any more), 1 otherwise. */
export async function lint(command: LintCommand): Promise<number> {
  const project = projectOf(command);
  const all = await labSlugs(project.labs);
  const named = [...new Set(command.names.map((name) => matchLab(all, name)))];
  const slugs = named.length === 0 ? all : named;
  if (slugs.length === 0) {
    throw usageError("LABS_EMPTY", `found no lab in ${project.labs}, expected folders with a lab.yaml`, {
      hint: "Name the folder that holds the labs with --labs.",
    });
  }
  const revision = await knownRevision(project, command.since);
  const course = await readCourse(project, all);
  const reports: LintReport[] = [];
  for (const slug of slugs)
    reports.push(await lintOne(slug, { ...course, project, revision, fix: command.fix ?? false }));
  process.stdout.write(command.json ? `${JSON.stringify(reports, null, 2)}\n` : renderLint(reports));
  return reports.every(({ findings }) => findings.length === 0) ? 0 : 1;
}

interface Course {
  catalogue: string[];
  /** Labs whose manifest can be read. */
  labs: Lab[];
}

async function readCourse(project: Project, slugs: string[]): Promise<Course> {
  const catalogue = listReferences(await loadCatalogue(project.catalogue));
  const labs = await Promise.allSettled(slugs.map((slug) => loadLab(join(project.labs, slug))));
  return { catalogue, labs: labs.flatMap((lab) => (lab.status === "fulfilled" ? [lab.value] : [])) };
}

async function lintOne(
  slug: string,
  {
    catalogue,
    labs,
    project,
    revision,
    fix,
  }: Course & { project: Project; revision: string | undefined; fix: boolean },
): Promise<LintReport> {
  const directory = join(project.labs, slug);
  const earlier = revision === undefined ? undefined : await readEarlier(directory, revision);
  const others = labs.filter((lab) => basename(lab.directory) !== slug);
  const read = () => readFacts({ directory, slug, catalogue, others, earlier });
  const facts = await read();
  const findings = lintLab(facts);
  if (!fix || facts.task === undefined || !findings.some(({ fixable }) => fixable)) {
    return { lab: slug, findings, fixed: [] };
  }
  await writeFile(join(directory, "README.md"), fixRubric(facts.task, facts.rubric?.checks ?? []));
  return { lab: slug, findings: lintLab(await read()), fixed: ["README.md"] };
}

/** The revision that ids are held against: the one named, else HEAD, else none. Throws REVISION_UNKNOWN. */
async function knownRevision({ labs }: Project, since: string | undefined): Promise<string | undefined> {
  const revision = since ?? "HEAD";
  const found = await git(labs, ["rev-parse", "--verify", "--quiet", "--end-of-options", `${revision}^{commit}`]);
  if (found !== undefined) return revision;
  if (since === undefined) return undefined;
  throw usageError("REVISION_UNKNOWN", `found no revision "${since}" in ${labs}, expected one that Git knows`, {
    hint: "Name a branch, a tag or a commit; in CI, fetch it first.",
  });
}

async function readEarlier(directory: string, revision: string): Promise<EarlierLab> {
  const show = (name: string) => git(directory, ["show", `${revision}:./${name}`]);
  const [manifest, checks, hidden] = await Promise.all(["lab.yaml", "checks.ts", "hidden.ts"].map(show));
  return { revision, manifest, checks, hidden };
}

/** What Git prints, or undefined where it fails: no such revision or file, no repository, no Git. */
function git(directory: string, args: string[]): Promise<string | undefined> {
  return new Promise((done) => {
    execFile("git", args, { cwd: directory, maxBuffer: 16 * 1024 * 1024 }, (error, stdout) =>
      done(error === null ? stdout : undefined),
    );
  });
}

function renderLint(reports: LintReport[]): string {
  const blocks = reports.map(({ lab, findings, fixed }) => {
    const written = fixed.map((file) => `${lab}: wrote ${file}\n`).join("");
    if (findings.length === 0) return `${written}${lab}: clean\n`;
    const found = findings.map(
      ({ place, code, message, remedy, fixable }) =>
        `${formatPlace(place)} ${code}${fixable ? " (--fix)" : ""}\n  ${message}.\n  ${remedy}\n`,
    );
    return `${written}${found.join("")}${lab}: ${findings.length} ${findings.length === 1 ? "finding" : "findings"}\n`;
  });
  return blocks.join("\n");
}
