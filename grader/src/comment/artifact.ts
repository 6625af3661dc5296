import { usageError } from "@compose-labs/lab/errors";
import * as v from "valibot";
import { MAX_DOCUMENT } from "../pull-request/fit-document.ts";
import type { GitHubApi } from "./github-api.ts";
import type { Run } from "./run-event.ts";

/** The name under which grade.yml keeps the document. */
const ARTIFACT = "pull-request";

/** Bytes of the archive: a document that cannot be packed grows by little. */
const MOST_ARCHIVE = MAX_DOCUMENT + 16 * 1024;

const artifactList = v.object({
  artifacts: v.array(
    v.object({
      id: v.pipe(v.number(), v.integer()),
      name: v.string(),
      size_in_bytes: v.number(),
      expired: v.boolean(),
    }),
  ),
});

/**
 * The archive with the document of a run. `missing`: the run kept none; `expired`: GitHub has deleted it. Throws the
 * usage error ARCHIVE_TOO_LARGE, and the faults of the API.
 */
export async function fetchArchive(
  api: GitHubApi,
  { repository, id }: Run,
): Promise<Uint8Array | "missing" | "expired"> {
  const path = `/repos/${repository}/actions/runs/${id}/artifacts?name=${ARTIFACT}&per_page=100`;
  const answer = await api.ask({ path }, artifactList);
  const named = (answer?.artifacts ?? []).filter(({ name }) => name === ARTIFACT);
  // Each attempt of a run that is started again keeps one; the newest has the largest id.
  const newest = named.sort((one, other) => other.id - one.id)[0];
  if (newest === undefined) return "missing";
  if (newest.expired) return "expired";
  if (newest.size_in_bytes > MOST_ARCHIVE) {
    throw usageError(
      "ARCHIVE_TOO_LARGE",
      `the artifact ${ARTIFACT}: found ${newest.size_in_bytes.toLocaleString("en")} bytes, expected at most ${MOST_ARCHIVE.toLocaleString("en")}`,
      { hint: "The grader writes no such document: the workflow was changed." },
    );
  }
  return api.download(`/repos/${repository}/actions/artifacts/${newest.id}/zip`, MOST_ARCHIVE);
}
