import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";

export interface Pull {
  number: number;
  open: boolean;
  author: string;
  title: string;
  /** owner/name of where the branch is. */
  headRepository: string;
  headBranch: string;
  headSha: string;
  baseSha: string;
}

interface Comment {
  id: number;
  author: string;
  body: string;
}

/** What GitHub knows of a course, changed by tests and by who asks the API. */
export interface GitHubState {
  /** owner/name */
  repository: string;
  token: string;
  pulls: Pull[];
  /** Archives of runs, by run and name. */
  artifacts: Map<number, Map<string, Uint8Array>>;
  /** By number of the pull request. */
  comments: Map<number, Comment[]>;
  /** Runs whose archives were deleted after their days. */
  expired?: Set<number>;
  /** The login of a person whose token it is; without it, the token is that of a workflow. */
  tokenOf?: string;
  /** Answers in place of GitHub: to `GET /repos/…`, or to `GET /…` of the host of archives where `isStorage`. */
  interfere?(request: string, isStorage: boolean): Answer | undefined;
}

export interface GitHubApi extends AsyncDisposable {
  url: string;
  /** Every request: `GET /repos/…`. */
  requests: string[];
}

const BOT = "github-actions[bot]";

/**
 * The part of GitHub's REST API that comments are made with, by its documentation: paths, parameters, pages, statuses
 * and the main fields of the answers (https://docs.github.com/en/rest). Anything else is answered as GitHub would: 401
 * without the token, 404 for what is not there.
 */
export async function serveGitHubApi(state: GitHubState): Promise<GitHubApi> {
  const requests: string[] = [];
  // Archives are handed out by another host, which refuses GitHub's own token.
  const storage = await listen((request, response) => {
    const instead = state.interfere?.(`${request.method} ${request.url}`, true);
    if (instead === undefined) sendArchive(state, request, response);
    else send(response, instead);
  });
  const api = await listen(async (request, response) => {
    const named = `${request.method} ${request.url}`;
    requests.push(named);
    send(response, state.interfere?.(named, false) ?? (await answer(state, request, addressOf(storage))));
  });
  return {
    url: addressOf(api),
    requests,
    async [Symbol.asyncDispose]() {
      await Promise.all([close(api), close(storage)]);
    },
  };
}

export interface Answer {
  status: number;
  /** Sent as JSON, bytes as they are. */
  body?: unknown;
  headers?: Record<string, string>;
  /** Ends the connection before the answer is whole. */
  isCut?: boolean;
}

function send(response: ServerResponse, { status, body, headers = {}, isCut = false }: Answer): void {
  const bytes = body instanceof Uint8Array ? body : Buffer.from(body === undefined ? "" : JSON.stringify(body));
  const length = bytes.length + (isCut ? 1 : 0);
  response.writeHead(status, {
    "content-type": "application/json; charset=utf-8",
    "content-length": length,
    ...headers,
  });
  if (isCut) response.write(bytes, () => response.destroy());
  else response.end(bytes);
}

const NOT_FOUND: Answer = { status: 404, body: { message: "Not Found" } };
const NOT_FOR_APPS: Answer = { status: 403, body: { message: "Resource not accessible by integration" } };

async function answer(state: GitHubState, request: IncomingMessage, storage: string): Promise<Answer> {
  const { authorization } = request.headers;
  if (authorization !== `Bearer ${state.token}` && authorization !== `token ${state.token}`) {
    return { status: 401, body: { message: "Bad credentials" } };
  }
  if (request.headers["user-agent"] === undefined) return { status: 403, body: { message: "User-Agent is required" } };
  const url = new URL(request.url ?? "/", "http://api");
  if (url.pathname === "/user" && request.method === "GET") {
    return state.tokenOf === undefined ? NOT_FOR_APPS : { status: 200, body: { login: state.tokenOf, type: "User" } };
  }
  const prefix = `/repos/${state.repository}/`;
  if (!url.pathname.startsWith(prefix)) return NOT_FOUND;
  const [first = "", second = "", third = "", fourth = ""] = url.pathname
    .slice(prefix.length)
    .split("/")
    .map(decodeURIComponent);
  switch (`${request.method} ${first}/${fourth === "" ? third : fourth}`) {
    case "GET actions/artifacts":
      return second === "runs" ? listArtifacts(state, Number(third), url) : NOT_FOUND;
    case "GET actions/zip":
      return { status: 302, headers: { location: `${storage}/${third}` } };
    case "GET commits/pulls":
      return page(
        state.pulls.filter(({ headSha }) => headSha === second).map((pull) => describePull(state, pull)),
        url,
      );
    case "GET pulls/":
      return second === "" ? listPulls(state, url) : getPull(state, Number(second));
    case "GET issues/comments":
      return page((state.comments.get(Number(second)) ?? []).map(describeComment), url);
    case "POST issues/comments":
      return createComment(state, Number(second), await readBody(request));
    case "PATCH issues/comments":
    case "PATCH issues/":
      return NOT_FOUND;
    default:
      return request.method === "PATCH" && first === "issues" && second === "comments"
        ? updateComment(state, Number(third), await readBody(request))
        : NOT_FOUND;
  }
}

function listArtifacts(state: GitHubState, run: number, url: URL): Answer {
  const asked = url.searchParams.get("name");
  const artifacts = [...(state.artifacts.get(run) ?? [])]
    .map(([name, archive], index) => ({
      id: run * 100 + index,
      node_id: `A_${run}_${index}`,
      name,
      size_in_bytes: archive.byteLength,
      url: `https://api.github.com/repos/${state.repository}/actions/artifacts/${run * 100 + index}`,
      archive_download_url: `https://api.github.com/repos/${state.repository}/actions/artifacts/${run * 100 + index}/zip`,
      expired: state.expired?.has(run) ?? false,
      created_at: "2026-01-01T00:00:00Z",
      expires_at: "2026-02-01T00:00:00Z",
      updated_at: "2026-01-01T00:00:00Z",
    }))
    .filter(({ name }) => asked === null || name === asked);
  return { status: 200, body: { total_count: artifacts.length, artifacts } };
}

function sendArchive(state: GitHubState, request: IncomingMessage, response: ServerResponse): void {
  const id = Number((request.url ?? "").slice(1));
  const archive = [...(state.artifacts.get(Math.floor(id / 100))?.values() ?? [])][id % 100];
  const status = request.headers.authorization !== undefined ? 403 : archive === undefined ? 404 : 200;
  response.writeHead(status, { "content-type": "application/zip" });
  response.end(status === 200 ? archive : "");
}

/** `head` is `owner:branch`; without `state`, the open ones. */
function listPulls(state: GitHubState, url: URL): Answer {
  const head = url.searchParams.get("head");
  const wanted = url.searchParams.get("state") ?? "open";
  const pulls = state.pulls.filter(
    (pull) =>
      (wanted === "all" || pull.open === (wanted === "open")) &&
      (head === null || head.toLowerCase() === `${ownerOf(pull)}:${pull.headBranch}`.toLowerCase()),
  );
  return page(
    pulls.map((pull) => describePull(state, pull)),
    url,
  );
}

function getPull(state: GitHubState, number: number): Answer {
  const pull = state.pulls.find((one) => one.number === number);
  return pull === undefined ? NOT_FOUND : { status: 200, body: describePull(state, pull) };
}

const ownerOf = ({ headRepository }: Pull) => headRepository.split("/")[0] ?? "";

function describePull(state: GitHubState, pull: Pull): object {
  return {
    id: 1_000 + pull.number,
    number: pull.number,
    state: pull.open ? "open" : "closed",
    title: pull.title,
    user: { login: pull.author, type: "User" },
    head: describeHead(pull),
    base: { label: `course:main`, ref: "main", sha: pull.baseSha, repo: { full_name: state.repository } },
  };
}

function describeHead(pull: Pull): object {
  const owner = ownerOf(pull);
  return {
    label: `${owner}:${pull.headBranch}`,
    ref: pull.headBranch,
    sha: pull.headSha,
    user: { login: owner },
    repo: { full_name: pull.headRepository, owner: { login: owner } },
  };
}

function describeComment({ id, author, body }: Comment): object {
  return {
    id,
    body,
    user: { login: author, type: author.endsWith("[bot]") ? "Bot" : "User" },
    created_at: "2026-01-01T00:00:00Z",
    updated_at: "2026-01-01T00:00:00Z",
  };
}

function createComment(state: GitHubState, number: number, body: unknown): Answer {
  const text = bodyOf(body);
  if (text === undefined) return { status: 422, body: { message: "Validation Failed" } };
  if (!state.pulls.some((pull) => pull.number === number)) return NOT_FOUND;
  const comments = state.comments.get(number) ?? [];
  const comment = { id: number * 1_000_000 + comments.length, author: state.tokenOf ?? BOT, body: text };
  state.comments.set(number, [...comments, comment]);
  return { status: 201, body: describeComment(comment) };
}

function updateComment(state: GitHubState, id: number, body: unknown): Answer {
  const text = bodyOf(body);
  const comment = [...state.comments.values()].flat().find((one) => one.id === id);
  if (comment === undefined) return NOT_FOUND;
  if (text === undefined) return { status: 422, body: { message: "Validation Failed" } };
  if (comment.author !== (state.tokenOf ?? BOT)) return NOT_FOR_APPS;
  comment.body = text;
  return { status: 200, body: describeComment(comment) };
}

/** GitHub takes at most 65,536 characters. */
function bodyOf(sent: unknown): string | undefined {
  const { body } = (sent ?? {}) as { body?: unknown };
  return typeof body === "string" && body !== "" && body.length <= 65_536 ? body : undefined;
}

function page(items: readonly object[], url: URL): Answer {
  const size = Math.min(Number(url.searchParams.get("per_page") ?? 30), 100);
  const number = Number(url.searchParams.get("page") ?? 1);
  const next = new URL(url);
  next.searchParams.set("page", String(number + 1));
  const headers = items.length > number * size ? { link: `<${next.href}>; rel="next"` } : {};
  return { status: 200, body: items.slice((number - 1) * size, number * size), headers };
}

async function readBody(request: IncomingMessage): Promise<unknown> {
  let text = "";
  for await (const part of request.setEncoding("utf8")) text += part;
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function listen(handle: (request: IncomingMessage, response: ServerResponse) => void | Promise<void>): Promise<Server> {
  const server = createServer((request, response) => void handle(request, response));
  return new Promise((done) => server.listen(0, "127.0.0.1", () => done(server)));
}

const addressOf = (server: Server) => `http://127.0.0.1:${(server.address() as AddressInfo).port}`;

function close(server: Server): Promise<void> {
  server.closeAllConnections();
  return new Promise((done) => server.close(() => done()));
}
