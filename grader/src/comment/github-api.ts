import { setTimeout } from "node:timers/promises";
import { faultError, type LabError } from "@compose-labs/lab/errors";
import { neutralise } from "@compose-labs/report";
import * as v from "valibot";
import { readBody } from "./response-body.ts";

/**
 * GitHub's REST API, as far as a comment needs it. Every method throws the faults GITHUB_UNREACHABLE, GITHUB_REFUSED,
 * GITHUB_LIMITED, GITHUB_ANSWER_TOO_LARGE and GITHUB_ANSWER_INVALID.
 */
export interface GitHubApi {
  /** `path` begins with `/`. A status in `accept` is no error, and answers undefined. */
  ask<S extends v.GenericSchema>(request: ApiRequest, schema: S): Promise<v.InferOutput<S> | undefined>;
  /** All items of a list that comes in pages. */
  list<S extends v.GenericSchema>(path: string, schema: S): Promise<v.InferOutput<S>[]>;
  /** What another host hands out, after the redirect to it. */
  download(path: string, mostBytes: number): Promise<Uint8Array>;
}

interface ApiRequest {
  method?: "GET" | "POST" | "PATCH";
  path: string;
  body?: unknown;
  accept?: readonly number[];
}

export interface GitHubApiOptions {
  /** https://api.github.com */
  url: string;
  token: string;
  signal: AbortSignal;
  /** Waits before a request is repeated. */
  wait?: (milliseconds: number) => Promise<unknown>;
}

const ATTEMPTS = 3;
/** Longer waits that GitHub asks for are left to the next run. */
const MOST_WAIT = 60_000;
const ANSWER_TIME = 30_000;
/** A page holds 100 comments of 65,536 characters. */
const MOST_ANSWER = 32 * 1024 * 1024;
const PER_PAGE = 100;
const MOST_PAGES = 50;

export function openGitHubApi({ url, token, signal, wait }: GitHubApiOptions): GitHubApi {
  const root = url.replace(/\/+$/, "");
  const pause = wait ?? ((milliseconds: number) => setTimeout(milliseconds, undefined, { signal }));

  const request = async (asked: ApiRequest): Promise<Response> => {
    const { method = "GET", path, body, accept = [] } = asked;
    for (let attempt = 1; ; attempt++) {
      const response = await send(`${root}${path}`, named(asked), signal, {
        method,
        redirect: "manual",
        headers: {
          accept: "application/vnd.github+json",
          authorization: `Bearer ${token}`,
          "user-agent": "compose-labs-grader",
          "x-github-api-version": "2022-11-28",
          ...(body === undefined ? {} : { "content-type": "application/json" }),
        },
        ...(body === undefined ? {} : { body: JSON.stringify(body) }),
      });
      if (response.ok || response.status === 302 || accept.includes(response.status)) return response;
      const delay = delayOf(response, attempt, method);
      if (delay === undefined || attempt === ATTEMPTS) throw await refusal(response, named(asked));
      await response.body?.cancel();
      await pause(delay);
    }
  };

  const readJson = async <S extends v.GenericSchema>(
    response: Response,
    asked: string,
    schema: S,
  ): Promise<v.InferOutput<S>> => {
    const bytes = await readBody(response, MOST_ANSWER, asked);
    const parsed = v.safeParse(schema, parseJson(bytes), { abortEarly: true });
    if (parsed.success) return parsed.output;
    const at = v.getDotPath(parsed.issues[0]) ?? "the whole";
    throw faultError(
      "GITHUB_ANSWER_INVALID",
      `GitHub's answer to ${asked}: \`${neutralise(at)}\`: found ${neutralise(parsed.issues[0].received, { maxLength: 100 })}, expected ${parsed.issues[0].expected}`,
      { hint: "Check that GITHUB_API_URL names GitHub's REST API." },
    );
  };

  return {
    async ask(asked, schema) {
      const response = await request(asked);
      if (response.ok) return readJson(response, named(asked), schema);
      await response.body?.cancel();
      return undefined;
    },
    async list<S extends v.GenericSchema>(path: string, schema: S) {
      const items: v.InferOutput<S>[] = [];
      for (let page = 1; page <= MOST_PAGES; page++) {
        const asked = { path: `${path}${path.includes("?") ? "&" : "?"}per_page=${PER_PAGE}&page=${page}` };
        const response = await request(asked);
        const more = /;\s*rel="next"/.test(response.headers.get("link") ?? "");
        items.push(...(await readJson(response, named(asked), v.array(schema))));
        if (!more) break;
      }
      return items;
    },
    async download(path, mostBytes) {
      const asked = named({ path });
      const response = await request({ path });
      await response.body?.cancel();
      const target = URL.parse(response.headers.get("location") ?? "");
      if (response.status !== 302 || target === null || target.protocol !== new URL(root).protocol) {
        throw faultError(
          "GITHUB_ANSWER_INVALID",
          `GitHub's answer to ${asked}: found status ${response.status} and ${target === null ? "no address" : `an address of ${neutralise(target.protocol)}`}, expected a redirect to the archive`,
          { hint: "Check that GITHUB_API_URL names GitHub's REST API." },
        );
      }
      // The address itself is what allows the download, and the token is none of that host's business.
      const archive = await send(target.href, `${asked} (archive)`, signal, { redirect: "error" });
      if (!archive.ok) throw await refusal(archive, `${asked} (archive)`);
      return readBody(archive, mostBytes, `${asked} (archive)`);
    },
  };
}

const named = ({ method = "GET", path }: ApiRequest) => `${method} ${path}`;

async function send(url: string, asked: string, signal: AbortSignal, init: RequestInit): Promise<Response> {
  signal.throwIfAborted();
  try {
    return await fetch(url, { ...init, signal: AbortSignal.any([signal, AbortSignal.timeout(ANSWER_TIME)]) });
  } catch (cause) {
    signal.throwIfAborted();
    const { message } = (cause as Error).cause instanceof Error ? ((cause as Error).cause as Error) : (cause as Error);
    throw faultError(
      "GITHUB_UNREACHABLE",
      `GitHub does not answer ${asked} (${neutralise(message, { maxLength: 200 })})`,
      { hint: "Run the job again; the verdict itself is not touched.", cause },
    );
  }
}

/** Milliseconds after which the same request may succeed; undefined where it will not, or may have been done. */
function delayOf({ status, headers }: Response, attempt: number, method: string): number | undefined {
  const isLimit = status === 429 || (status === 403 && headers.has("retry-after"));
  const isPassing = status >= 500 && method !== "POST";
  if (!isLimit && !isPassing) return undefined;
  const asked = Number(headers.get("retry-after") ?? Number.NaN) * 1_000;
  const delay = Number.isFinite(asked) && asked >= 0 ? asked : 1_000 * 2 ** attempt;
  return delay <= MOST_WAIT ? delay : undefined;
}

async function refusal(response: Response, asked: string): Promise<LabError> {
  const { status, headers } = response;
  const said = parseJson(await readBody(response, MOST_ANSWER, asked));
  const parsed = v.safeParse(v.object({ message: v.string() }), said);
  const message = parsed.success ? ` (${neutralise(parsed.output.message, { maxLength: 200 })})` : "";
  if (
    status === 429 ||
    (status === 403 && (headers.has("retry-after") || headers.get("x-ratelimit-remaining") === "0"))
  ) {
    return faultError(
      "GITHUB_LIMITED",
      `GitHub takes no more requests for now: ${asked} was answered with ${status}${message}`,
      {
        hint: "Run the job again later; the verdict itself is not touched.",
      },
    );
  }
  return faultError("GITHUB_REFUSED", `GitHub answered ${asked} with ${status}${message}, expected success`, {
    hint: HINTS[status] ?? "Run the job again; the verdict itself is not touched.",
  });
}

const RIGHTS = "Give the job the permissions `actions: read` and `pull-requests: write`.";
const HINTS: Record<number, string> = {
  401: "Give a token that is valid in GITHUB_TOKEN.",
  403: RIGHTS,
  404: RIGHTS,
};

function parseJson(bytes: Uint8Array): unknown {
  try {
    return JSON.parse(new TextDecoder().decode(bytes));
  } catch {
    return undefined;
  }
}
