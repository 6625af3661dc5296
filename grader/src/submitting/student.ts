import { usageError } from "@compose-labs/lab/errors";
import { neutralise } from "@compose-labs/report";
import { isSameLogin } from "../pull-request/layout.ts";
import type { Remotes } from "./remote.ts";

/** One name of a path and of a branch; every login of GitHub is one. */
const NAME = /^[A-Za-z0-9](?:[A-Za-z0-9_-]|\.(?=[A-Za-z0-9]))*$/;
const MAX_NAME = 64;

export interface StudentSources {
  /** From the command line. */
  named: string | undefined;
  /** Who gh is logged in as. */
  login: string | undefined;
  /** Undefined where nothing is pushed. */
  remotes: Remotes | undefined;
}

/**
 * Whose submission it is. Throws the usage errors STUDENT_UNKNOWN, STUDENT_INVALID, and STUDENT_OTHER where the pull
 * request would be opened by somebody else than the one named.
 */
export function studentName({ named, login, remotes }: StudentSources): string {
  if (named !== undefined && login !== undefined && !isSameLogin(named, login)) {
    throw usageError(
      "STUDENT_OTHER",
      `--student names ${neutralise(named)}, and gh is logged in as ${login}, who would open the pull request`,
      { hint: "A pull request may only change the folder of who opens it. Leave --student out, or `gh auth switch`." },
    );
  }
  const student = named ?? login ?? ownerOfFork(remotes);
  if (student === undefined) {
    throw usageError("STUDENT_UNKNOWN", "found nothing that says who you are, expected your login at GitHub", {
      hint: "Say it: --student <login>. With a fork as `origin` and the course as `upstream` it is known, too.",
    });
  }
  if (NAME.test(student) && student.length <= MAX_NAME && !/\.lock$/i.test(student)) return student;
  throw usageError(
    "STUDENT_INVALID",
    `found the student ${neutralise(student, { maxLength: 100 }).replaceAll("\n", " ")}, expected a name of letters, digits, hyphens, dots and _`,
    { hint: "Give the name that your course knows you by, such as your login at GitHub." },
  );
}

function ownerOfFork(remotes: Remotes | undefined): string | undefined {
  const [own, course] = [remotes?.own.github, remotes?.course.github];
  if (own === undefined || course === undefined || isSameLogin(own.owner, course.owner)) return undefined;
  return own.owner;
}
