import { type LabError, usageError } from "@compose-labs/lab/errors";
import { saidBy } from "./own-git.ts";
import type { GitHubName } from "./remote.ts";
import { runProgram } from "./run-program.ts";

/** GitHub's command line, logged in. */
export interface Gh {
  login: string;
  /** The repository that another one is a fork of: `owner/name`; undefined where it is none. */
  parentOf(repository: GitHubName): Promise<string | undefined>;
  /** The address of the open pull request of a branch; undefined where there is none. */
  findPullRequest(request: PullRequestOf): Promise<string | undefined>;
  /** Its address. */
  createPullRequest(request: PullRequestOf & { title: string; body: string }): Promise<string>;
}

/** What a pull request goes from and to. */
export interface PullRequestOf {
  course: GitHubName;
  base: string;
  own: GitHubName;
  branch: string;
}

/** Undefined where gh is not installed, or nobody is logged in with it. */
export async function openGh(
  folder: string,
  { environment, signal }: { environment: NodeJS.ProcessEnv; signal: AbortSignal },
): Promise<Gh | undefined> {
  const env = { ...environment, GH_PROMPT_DISABLED: "1", GH_NO_UPDATE_NOTIFIER: "1", GH_PAGER: "cat", NO_COLOR: "1" };
  const ask = (args: string[]) => runProgram("gh", args, { folder, env, signal });
  const askGitHub = async (path: string, field: string) => {
    const answer = await ask(["api", "--hostname", "github.com", path, "--jq", field]);
    return (answer?.exitCode === 0 && answer.stdout.trim()) || undefined;
  };
  const login = await askGitHub("user", ".login");
  if (login === undefined) return undefined;

  const read = async (args: string[], request: PullRequestOf): Promise<string> => {
    const answer = await ask(args);
    if (answer?.exitCode === 0) return answer.stdout.trim();
    throw notOpened(request, saidBy(answer?.stderr ?? ""));
  };
  return {
    login,
    parentOf: (repository) => askGitHub(`repos/${full(repository)}`, ".parent.full_name // empty"),
    async findPullRequest(request) {
      const { course, own, branch } = request;
      const fields = ["--state", "open", "--json", "url,headRepositoryOwner"];
      const found = await read(["pr", "list", "--repo", full(course), "--head", branch, ...fields], request);
      // Forks may have branches of the same name.
      const list = pullRequests(found);
      if (list === undefined) throw notOpened(request, "its answer is no JSON");
      return list.find(({ owner }) => owner.toLowerCase() === own.owner.toLowerCase())?.url;
    },
    async createPullRequest(request) {
      return read(["pr", "create", ...createArguments(request), "--body", request.body], request);
    },
  };
}

/** Undefined where it is no list of pull requests. */
function pullRequests(json: string): { url: string; owner: string }[] | undefined {
  try {
    const list: { url: string; headRepositoryOwner?: { login?: string } }[] = JSON.parse(json);
    return list.map(({ url, headRepositoryOwner }) => ({ url, owner: headRepositoryOwner?.login ?? "" }));
  } catch {
    return undefined;
  }
}

/** What was pushed stays pushed: the error says how to go on from there. */
function notOpened(request: PullRequestOf, why: string): LabError {
  const message = `your branch ${request.branch} was pushed, and gh opened no pull request (${why})`;
  return usageError("PULL_REQUEST_NOT_OPENED", message, { hint: `Open it yourself: ${compareLink(request)}` });
}

const full = ({ owner, name }: GitHubName) => `${owner}/${name}`;
const isFork = ({ course, own }: PullRequestOf) => full(course).toLowerCase() !== full(own).toLowerCase();
const headOf = (request: PullRequestOf) =>
  isFork(request) ? `${request.own.owner}:${request.branch}` : request.branch;

/** What follows `gh pr create`, without the body. */
export function createArguments(request: PullRequestOf & { title: string }): string[] {
  const { course, base, title } = request;
  return ["--repo", full(course), "--base", base, "--head", headOf(request), "--title", title];
}

/** The page on which a pull request is opened by hand. Within one repository, GitHub itself knows what it is a fork of. */
export function compareLink(request: PullRequestOf): string {
  const { course, base, branch } = request;
  const way = isFork(request) ? `compare/${base}...${headOf(request)}?expand=1` : `pull/new/${branch}`;
  return encodeURI(`https://github.com/${full(course)}/${way}`);
}
