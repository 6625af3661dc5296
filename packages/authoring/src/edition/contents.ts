/** What of the project goes to students. A lab's own folder goes whole, but for what `isProtected` names. */
const KEPT = [
  /^(LICENSE|\.gitignore|course\.yaml|package-lock\.json|tsconfig\.base\.json)$/,
  /^scripts\/(launch|packages)\.mjs$/,
  /^grader\/(package\.json|(bin|src)\/.+)$/,
  /^packages\/[^/]+\/(package\.json|(src|stand-ins)\/.+)$/,
  /^docs\/((findings|pull-request-findings|structure-tests|submitting)\.md|(diagnoses|schemas)\/.+)$/,
];

/** Paths of the project, relative and with `/`, that a student edition has besides labs and what is written for it. */
export function isKept(path: string): boolean {
  return KEPT.some((pattern) => pattern.test(path));
}

/** Paths inside a lab's folder that no student may see. */
export function isProtected(path: string): boolean {
  return /^(reference|alternatives|mutants|hidden)\/|^(mutants\.yaml|hidden\.ts|hidden\..+\.ts)$/.test(path);
}

/** Paths inside a lab's folder that only its author needs. */
export function isOfTheAuthor(path: string): boolean {
  return isProtected(path) || /(^|\/)(node_modules|\.turbo)\//.test(path);
}

/** The root's `package.json` with the one script that works in a student edition. */
export function studentPackage(text: string): string {
  const { scripts, ...rest } = JSON.parse(text) as { scripts?: Record<string, string> };
  const { grader } = scripts ?? {};
  return toJson({ ...rest, ...(grader === undefined ? {} : { scripts: { grader } }) });
}

/** A lab's `package.json` without scripts: proving needs what is not there. */
export function studentLabPackage(text: string): string {
  const { scripts: _, ...rest } = JSON.parse(text) as Record<string, unknown>;
  return toJson(rest);
}

/** The lock file without the workspaces of labs that do not go along. */
export function studentLock(text: string, slugs: readonly string[]): string {
  const lock = JSON.parse(text) as { packages?: Record<string, { resolved?: string }> };
  const left = (folder: string | undefined) => {
    const [, slug] = /^labs\/([^/]+)/.exec(folder ?? "") ?? [];
    return slug !== undefined && !slugs.includes(slug);
  };
  const packages = Object.entries(lock.packages ?? {}).filter(([path, { resolved }]) => !left(path) && !left(resolved));
  return toJson({ ...lock, packages: Object.fromEntries(packages) });
}

/** A manifest that says how many checks are not here. */
export function studentManifest(text: string, hidden: { checks: number; points: number } | undefined): string {
  const own = text.replace(/^hidden:.*\n(?:[ \t]+.*\n)*/m, "");
  if (hidden === undefined) return own;
  return `${own.replace(/\n*$/, "\n")}hidden: { checks: ${hidden.checks}, points: ${hidden.points} }\n`;
}

export function studentReadme(labs: readonly { slug: string; title: string }[]): string {
  const [first] = labs;
  const begin = first?.slug.slice(0, 2) ?? "01";
  return `# The labs of this course

Each lab is a task, a folder to begin with, and a grader that starts your containers, tries them and says what it finds.
You need Node 20 or later, npm, and Docker with Compose; \`npm run grader doctor\` looks whether all is there.

\`\`\`
npm run grader list            the labs
npm run grader start ${begin}        begin one: your folder is submissions/<lab>
npm run grader check ${begin}        grade it, as often as you like
npm run grader submit ${begin}       grade it and hand it in
\`\`\`

${labs.map(({ slug, title }) => `- [${title}](labs/${slug}/README.md)`).join("\n")}

What a finding or a diagnosis means: [docs/findings.md](docs/findings.md), [docs/diagnoses](docs/diagnoses).
How to hand in: [docs/submitting.md](docs/submitting.md).
`;
}

const toJson = (value: unknown): string => `${JSON.stringify(value, null, 2)}\n`;
