import type { Result } from "@compose-labs/lab";
import { usageError } from "@compose-labs/lab/errors";
import { explainCheck, titleText } from "./failure-text.ts";
import { markOf, onlyResult } from "./mark.ts";
import { writeJson } from "./render-json.ts";

/** Version of the document that Classroom 50 reads. */
const SCHEMA = "classroom50/result/v1";

/** Whose work it is, which Classroom 50 tells its autograders in the environment. */
export interface Classroom50Identity {
  classroom: string;
  assignment: string;
  type: "individual" | "group";
  /** Login of the owner of the student's repository. */
  owner: string;
  /** The tag that was handed in: `submit/2026-06-01T14-32-05Z-a1b2c3d`. */
  submission: string;
  /** Links to the commit, the release and the whole difference. */
  commit: string;
  release: string;
  review?: string | undefined;
  /** Who pushed. */
  submittedBy?: string | undefined;
}

/** `2026-06-01T14:32:01Z`: Classroom 50 takes no fractions. */
function toSeconds(moment: string): string {
  return `${new Date(moment).toISOString().slice(0, 19)}Z`;
}

/**
 * The `result.json` of an autograder of Classroom 50. Without a mark it is what its own runner writes for an error:
 * 0 of 0 points and no tests; the autograder must then end with another exit code than 0. The runner puts the
 * commit's time into `datetime`; until then the start of the run is there.
 * Source: foundation50/classroom50, Advanced Autograding and schemas/result-v1.schema.json.
 * Throws the usage error CLASSROOM50_IDENTITY.
 */
export function renderClassroom50(
  results: readonly Result[],
  { identity }: { identity?: Classroom50Identity },
): string {
  const result = onlyResult(results, "classroom50");
  if (identity === undefined) {
    throw usageError("CLASSROOM50_IDENTITY", "found no identity, expected whose work the result is of", {
      hint: "Run it as an autograder of Classroom 50, which sets CLASSROOM, ASSIGNMENT, OWNER and others.",
    });
  }
  const datetime = toSeconds(result.startedAt);
  const mark = markOf(result);
  const { checks } = result;
  const { classroom, assignment, type, owner, submission, commit, release, review, submittedBy } = identity;
  return writeJson({
    schema: SCHEMA,
    classroom,
    assignment,
    assignment_type: type,
    owner,
    submission,
    commit,
    release,
    review: review ?? commit,
    datetime,
    graded_at: datetime,
    score: mark.none === undefined ? mark.score : 0,
    "max-score": mark.none === undefined ? mark.maxScore : 0,
    tests:
      mark.none !== undefined
        ? []
        : checks.map((check) => ({
            "test-name": titleText(check.title, check.id),
            passed: check.outcome === "passed",
            score: check.earned,
            "max-score": check.points,
            id: check.id,
            outcome: check.outcome,
            output: explainCheck(check, checks),
          })),
    ...(submittedBy === undefined ? {} : { submitted_by: { username: submittedBy } }),
  });
}
