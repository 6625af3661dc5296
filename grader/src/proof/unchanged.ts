import { createHash } from "node:crypto";
import { readFile, stat } from "node:fs/promises";
import { join } from "node:path";
import { listTree } from "@compose-labs/authoring/tree";
import { faultError, type Lab, labDigest } from "@compose-labs/lab";

/** A lab whose files are read as their turn comes, and must be of one version until the last one was. */
export interface UnchangedLab {
  /** Throws the fault LAB_CHANGED where a file is not what it was at the start. */
  confirm(): Promise<void>;
}

interface Kept {
  /** Size and time of the last change: where these are the same, the content is not read again. */
  stamp: string;
  digest: string;
}

/** What only a reader looks at, and what editors keep beside the files they edit. */
const DECIDES_NOTHING = /^(README\.md|package\.json|\..*)$|(^|\/)(\.[^/]*\.sw[a-z]|[^/]*~|\.#[^/]*|#[^/]*#)$/;
/** Files that are named; of more, the number. */
const NAMED = 3;

/** Remembers the files of a lab, and those elsewhere that its checks name. */
export async function keepUnchanged(lab: Lab): Promise<UnchangedLab> {
  const [before, elsewhere] = await Promise.all([read(lab, new Map()), labDigest(lab)]);
  return {
    confirm: async () => {
      const now = await read(lab, before);
      const changes = changesBetween(before, now);
      if (changes.length === 0 && (await labDigest(lab)) !== elsewhere) changes.push("a file that its checks name");
      if (changes.length === 0) return;
      const more = changes.length > NAMED ? ` and ${changes.length - NAMED} more` : "";
      throw faultError(
        "LAB_CHANGED",
        `found that ${lab.slug} was edited while it was graded (${changes.slice(0, NAMED).join(", ")}${more}), expected one version of it from the first case to the last`,
        { hint: "Run it again, and leave the lab alone until it has ended." },
      );
    },
  };
}

async function read({ directory }: Lab, before: ReadonlyMap<string, Kept>): Promise<Map<string, Kept>> {
  const paths = (await listTree(directory)).filter((path) => !DECIDES_NOTHING.test(path));
  const kept = await Promise.all(paths.map((path) => keep(join(directory, path), before.get(path))));
  return new Map(paths.flatMap((path, index) => (kept[index] === undefined ? [] : [[path, kept[index]]])));
}

/** Undefined for a file that was taken away since the folder was listed. */
async function keep(file: string, before: Kept | undefined): Promise<Kept | undefined> {
  try {
    const { size, mtimeMs, ino } = await stat(file);
    const stamp = `${size} ${mtimeMs} ${ino}`;
    if (stamp === before?.stamp) return before;
    return {
      stamp,
      digest: createHash("sha256")
        .update(await readFile(file))
        .digest("hex"),
    };
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return undefined;
    throw error;
  }
}

function changesBetween(before: ReadonlyMap<string, Kept>, now: ReadonlyMap<string, Kept>): string[] {
  const changes: string[] = [];
  for (const [path, { digest }] of before) {
    const found = now.get(path);
    if (found === undefined) changes.push(`${path} is gone`);
    else if (found.digest !== digest) changes.push(`${path} changed`);
  }
  for (const path of now.keys()) if (!before.has(path)) changes.push(`${path} is new`);
  return changes;
}
