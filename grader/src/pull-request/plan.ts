import { closest } from "@compose-labs/lab";
import type { PullRequestFinding } from "@compose-labs/lab/pull-request";
import type { Change } from "./changes.ts";
import { finding } from "./finding.ts";
import { folderOf, isSameLogin, positionOf } from "./layout.ts";
import { MAX_PATH, whyNotPlain } from "./path-rules.ts";

/** Beyond them a pull request is not looked into. */
export const BOUNDS = { changes: 200, labs: 5, files: 500, bytes: 32 * 1024 * 1024 };

/** A submission that a pull request changes. */
export interface Folder {
  student: string;
  /** The lab's folder. */
  lab: string;
  /** In the repository. */
  folder: string;
}

export interface PlanInput {
  changes: readonly Change[];
  /** `submissions/{student}/{lab}` */
  layout: string;
  /** Login of who opened the pull request; undefined where there is no event. */
  author: string | undefined;
  /** Folders of the course's labs. */
  labs: readonly string[];
}

/** Which submissions a pull request changes, and why it is refused: by the paths alone. */
export function planPullRequest({ changes, layout, author, labs }: PlanInput): {
  folders: Folder[];
  findings: PullRequestFinding[];
} {
  if (changes.length > BOUNDS.changes) {
    const args = { found: changes.length, limit: BOUNDS.changes };
    return { folders: [], findings: [finding("changes.too-many", undefined, args)] };
  }
  const findings: PullRequestFinding[] = [];
  const folders = new Map<string, Folder>();
  // Without an event, all must be of one student, whoever that is.
  let own = author;
  for (const change of changes) {
    const { path } = change;
    const refusal = refusePath(change);
    if (refusal !== undefined) {
      findings.push(refusal);
      continue;
    }
    const position = positionOf(layout, path);
    if (position.at === "outside") {
      findings.push(finding("path.outside", path));
      continue;
    }
    const { student } = position;
    if (student !== undefined && own !== undefined && !isSameLogin(student, own)) {
      findings.push(finding("path.other-student", path, { student, own }));
      continue;
    }
    if (position.at === "between") {
      findings.push(finding("path.misplaced", path, { folder: folderOf(layout, own ?? "<student>", "<lab>") }));
      continue;
    }
    own ??= student;
    const { lab, folder } = position;
    // A folder of another name may be cleared away: so is a misnamed one corrected.
    if (!labs.includes(lab) && change.status === "deleted") continue;
    folders.set(folder, { student: position.student, lab, folder });
  }
  const unknown = [...folders.values()].filter(({ lab }) => !labs.includes(lab));
  for (const { lab, folder } of unknown) {
    findings.push(finding("lab.unknown", folder, { lab, near: closest(lab, labs), labs: labs.join(", ") }));
  }
  if (folders.size > BOUNDS.labs) {
    findings.push(finding("labs.too-many", undefined, { found: folders.size, limit: BOUNDS.labs }));
  }
  return { folders: [...folders.values()], findings };
}

/** What is wrong with a path itself; one that is taken away may be anything. */
function refusePath({ path, isUtf8, status }: Change): PullRequestFinding | undefined {
  if (status === "deleted") return undefined;
  if (!isUtf8) return finding("path.not-utf8", path);
  const why = whyNotPlain(path);
  if (why !== undefined) return finding("path.not-plain", path, { why });
  const bytes = Buffer.byteLength(path);
  return bytes > MAX_PATH ? finding("path.too-long", path, { bytes, limit: MAX_PATH }) : undefined;
}
