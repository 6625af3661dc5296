import { usageError } from "@compose-labs/lab/errors";
import type { Classroom50Identity } from "@compose-labs/report";

/** What Classroom 50's runner tells every autograder; the first name that is set counts. */
const VARIABLES = {
  classroom: ["CLASSROOM"],
  assignment: ["ASSIGNMENT"],
  owner: ["OWNER", "USERNAME"],
  submission: ["SUBMISSION_TAG"],
  commit: ["COMMIT_URL"],
  release: ["RELEASE_URL"],
} as const;

/**
 * Whose work it is, from the environment of an autograder of Classroom 50. Throws the usage error
 * CLASSROOM50_IDENTITY, with the variables that are not set.
 */
export function classroom50Identity(environment: NodeJS.ProcessEnv): Classroom50Identity {
  const missing: string[] = [];
  const take = (names: readonly string[]): string => {
    const value = names.map((name) => environment[name]).find((text) => text !== undefined && text.trim() !== "");
    if (value === undefined) missing.push(names.join(" or "));
    return value ?? "";
  };
  const identity: Classroom50Identity = {
    classroom: take(VARIABLES.classroom),
    assignment: take(VARIABLES.assignment),
    type: environment["ASSIGNMENT_TYPE"] === "group" ? "group" : "individual",
    owner: take(VARIABLES.owner),
    submission: take(VARIABLES.submission),
    commit: take(VARIABLES.commit),
    release: take(VARIABLES.release),
    review: environment["REVIEW_URL"] || undefined,
    submittedBy: environment["GITHUB_ACTOR"] || undefined,
  };
  if (missing.length === 0) return identity;
  throw usageError(
    "CLASSROOM50_IDENTITY",
    `found no ${missing.join(", ")} in the environment, expected whose work the result is of`,
    { hint: "Run it as an autograder of Classroom 50, which sets them, or set them yourself." },
  );
}
