import * as v from "valibot";
import { MARKER } from "./comment-text.ts";
import type { GitHubApi } from "./github-api.ts";

const comment = v.object({
  id: v.pipe(v.number(), v.integer(), v.minValue(1)),
  body: v.optional(v.nullable(v.string()), ""),
  // A user that was deleted since is null.
  user: v.nullable(v.object({ login: v.string(), type: v.string() })),
});
type Comment = v.InferOutput<typeof comment>;

const written = v.object({ id: v.number() });
const account = v.object({ login: v.string() });

export type Written = "written" | "changed" | "unchanged";

interface CommentPlace {
  /** owner/name */
  repository: string;
  number: number;
}

/** Writes the one comment of a pull request: changes the earlier one if there is one. */
export async function writeStickyComment(
  api: GitHubApi,
  { repository, number }: CommentPlace,
  body: string,
): Promise<Written> {
  const comments = await api.list(`/repos/${repository}/issues/${number}/comments`, comment);
  const isOwn = await ownership(api);
  const earlier = comments.find((one) => one.body?.startsWith(MARKER) && isOwn(one));
  if (earlier !== undefined) {
    if (sameText(earlier.body ?? "", body)) return "unchanged";
    const path = `/repos/${repository}/issues/comments/${earlier.id}`;
    // Another bot's is refused; one may be deleted at this moment.
    const changed = await api.ask({ method: "PATCH", path, body: { body }, accept: [403, 404] }, written);
    if (changed !== undefined) return "changed";
  }
  await api.ask({ method: "POST", path: `/repos/${repository}/issues/${number}/comments`, body: { body } }, written);
  return "written";
}

/** GitHub keeps line ends as it likes. */
const sameText = (one: string, other: string) => one.replaceAll("\r\n", "\n").trim() === other.trim();

/**
 * Whether a comment was written with this token. Anybody can write the marker, so the author decides: a person's token
 * says who it is; that of a workflow or another app may not ask, and then it is a bot.
 */
async function ownership(api: GitHubApi): Promise<(one: Comment) => boolean> {
  const self = await api.ask({ path: "/user", accept: [403, 404] }, account);
  return ({ user }) => (self === undefined ? user?.type === "Bot" : user?.login === self.login);
}
