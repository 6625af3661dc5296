import * as v from "valibot";
import type { GitHubApi } from "./github-api.ts";
import type { Run } from "./run-event.ts";

const pullItem = v.object({
  number: v.pipe(v.number(), v.integer(), v.minValue(1)),
  // A fork that was deleted since is null.
  head: v.object({ sha: v.string(), repo: v.nullable(v.object({ full_name: v.string() })) }),
});

/** What a run was started for; `nothing` says why there is nobody to be told. */
export type PullRequestOfRun = { numbers: number[]; nothing?: undefined } | { nothing: string };

/**
 * The open pull requests whose head is the very commit and branch of a run, by the API: what a document says of its
 * number is not asked. Two of one branch into different bases are both found.
 */
export async function findPullRequests(api: GitHubApi, run: Run): Promise<PullRequestOfRun> {
  const { repository, headRepository, branch, head } = run;
  if (headRepository === undefined || branch === undefined) return { nothing: "the branch of the run is gone" };
  const owner = headRepository.split("/")[0] ?? "";
  const query = `state=open&head=${encodeURIComponent(`${owner}:${branch}`)}`;
  const pulls = (await api.list(`/repos/${repository}/pulls?${query}`, pullItem)).filter(
    (pull) => pull.head.repo?.full_name.toLowerCase() === headRepository.toLowerCase(),
  );
  if (pulls.length === 0) return { nothing: "no open pull request has the branch of the run" };
  const numbers = pulls.filter((pull) => pull.head.sha === head).map(({ number }) => number);
  // A newer push is graded by a run of its own, which comments.
  if (numbers.length === 0) return { nothing: `the pull request has a newer commit than ${head}` };
  return { numbers: numbers.sort((one, other) => one - other) };
}
