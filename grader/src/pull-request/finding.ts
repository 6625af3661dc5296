import type { PullRequestFinding } from "@compose-labs/lab/pull-request";

type Words = { message: string; remedy: string };

/** Why a pull request is refused, in words by code; docs/pull-request-findings.md has a section for each. */
const WORDS = {
  "history.unrelated": () => ({
    message: "the pull request has no commit in common with the course",
    remedy: "Begin again from a clone of the course, and copy your files into it.",
  }),
  "changes.too-many": ({ found, limit }: { found?: number; limit: number }) => ({
    message: `found ${found ?? "far too many"} changed files, expected at most ${limit}`,
    remedy: "Take dependencies, build output and other files that the task does not ask for out of the pull request.",
  }),
  "path.outside": () => ({
    message: "belongs to the course, and a submission may only change files of its own folder",
    remedy: "Take this change back: `git checkout <base> -- <file>`, or remove the file if you added it.",
  }),
  "path.misplaced": ({ folder }: { folder: string }) => ({
    message: "lies in no folder of a submission",
    remedy: `Move it into ${folder}.`,
  }),
  "path.other-student": ({ student, own }: { student: string; own: string }) => ({
    message: `belongs to ${student}, and this pull request is of ${own}`,
    remedy: "Take this change back. Only your own folder may be in your pull request.",
  }),
  "path.not-utf8": () => ({
    message: "has a name that is not UTF-8 text",
    remedy: "Rename the file with letters, digits, dots and hyphens.",
  }),
  "path.not-plain": ({ why }: { why: string }) => ({
    message: `has ${why} in its path`,
    remedy: "Rename the file with letters, digits, dots and hyphens.",
  }),
  "path.too-long": ({ bytes, limit }: { bytes: number; limit: number }) => ({
    message: `has a path of ${bytes} bytes, expected at most ${limit}`,
    remedy: "Give the file and its folders shorter names.",
  }),
  "path.collision": ({ other }: { other: string }) => ({
    message: `is one and the same as ${other} where capitals do not count`,
    remedy: "Remove one of the two, or rename it.",
  }),
  "file.symlink": () => ({
    message: "is a symbolic link, expected a file",
    remedy: "Put the file itself there.",
  }),
  "file.submodule": () => ({
    message: "is a submodule, expected files",
    remedy: "Remove it with `git rm --cached`, remove its folder .git, and add the files themselves.",
  }),
  "file.lfs-pointer": () => ({
    message: "is a pointer of Git LFS, expected the content itself",
    remedy: "Run `git lfs untrack` on it and add the file again.",
  }),
  "files.too-many": ({ found, limit }: { found?: number; limit: number }) => ({
    message: `holds ${found ?? "far too many"} files, expected at most ${limit}`,
    remedy: "Remove dependencies, build output and other files that the task does not ask for.",
  }),
  "files.too-large": ({ bytes, limit }: { bytes: number; limit: number }) => ({
    message: `holds ${bytes} bytes, expected at most ${limit}`,
    remedy: "Remove large files that the task does not ask for.",
  }),
  "lab.unknown": ({ lab, near, labs }: { lab: string; near: string | undefined; labs: string }) => ({
    message: `is for a lab ${lab}, which the course does not have`,
    remedy: near === undefined ? `Rename the folder; the labs are ${labs}.` : `Rename the folder to ${near}.`,
  }),
  "labs.too-many": ({ found, limit }: { found: number; limit: number }) => ({
    message: `found submissions to ${found} labs, expected at most ${limit} at once`,
    remedy: "Open a pull request for each lab.",
  }),
  "submission.deleted": () => ({
    message: "has no file any more, and there is nothing else to grade",
    remedy: "Put your files back, or close the pull request.",
  }),
  "submission.empty": ({ files }: { files: string }) => ({
    message: "has no file that the lab takes",
    remedy: `Hand in ${files}.`,
  }),
  "submission.incomplete": ({ missing }: { missing: string }) => ({
    message: `has no ${missing}, which the lab requires`,
    remedy: "Write the missing file; the lab's task says what belongs into it.",
  }),
} satisfies Record<string, (args: never) => Words>;

export type PullRequestFindingCode = keyof typeof WORDS;
type Args<Code extends PullRequestFindingCode> = Parameters<(typeof WORDS)[Code]>[0];

export const PULL_REQUEST_FINDING_CODES = Object.keys(WORDS) as PullRequestFindingCode[];

/** A refusal; `path` is the file or folder of the repository that it is about. */
export function finding<Code extends PullRequestFindingCode>(
  code: Code,
  ...[path, args]: Args<Code> extends undefined ? [path?: string] : [path: string | undefined, args: Args<Code>]
): PullRequestFinding {
  const words = WORDS[code] as (args: Args<Code> | undefined) => Words;
  return { code, ...(path === undefined ? {} : { path }), ...words(args) };
}

/** Findings of one code that are listed one by one. */
const LISTED = 10;

/** At most some of each code, and how many more there are. */
export function listFindings(findings: readonly PullRequestFinding[]): PullRequestFinding[] {
  const byCode = Map.groupBy(findings, ({ code }) => code);
  return [...byCode.values()].flatMap((alike) => {
    const [first] = alike;
    const more = alike.length - LISTED;
    if (first === undefined || more <= 0) return alike;
    const { code, remedy } = first;
    return [...alike.slice(0, LISTED), { code, message: `and ${more} more of the same kind`, remedy }];
  });
}
