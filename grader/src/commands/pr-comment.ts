import { resolve } from "node:path";
import { usageError } from "@compose-labs/lab/errors";
import { neutralise } from "@compose-labs/report";
import { commentOnRun } from "../comment/comment-on-run.ts";
import { openGitHubApi } from "../comment/github-api.ts";
import { readRunEvent } from "../comment/run-event.ts";
import { errorText } from "../error-text.ts";
import { projectOf } from "./lab-argument.ts";

export interface PrCommentCommand {
  /** The file of the event `workflow_run`. */
  run: string;
  signal: AbortSignal;
}

/** 0 commented, or nothing to say; 1 the run's document cannot be used, which the comment says; 3 GitHub failed. */
export async function prComment({ run: file, signal }: PrCommentCommand): Promise<number> {
  const run = await readRunEvent(resolve(projectOf({}).workingDirectory, file));
  const commented = await commentOnRun(openGitHubApi({ ...gitHubOf(process.env), signal }), run);
  if (commented.nothing !== undefined) {
    process.stdout.write(`Nothing to comment: ${neutralise(commented.nothing)}\n`);
    return 0;
  }
  for (const { number, written } of commented.comments) {
    process.stdout.write(`Pull request ${number}: comment ${written}\n`);
  }
  if (commented.unusable === undefined) return 0;
  process.stderr.write(errorText(commented.unusable));
  return 1;
}

function gitHubOf({ GITHUB_API_URL, GITHUB_TOKEN: token }: NodeJS.ProcessEnv): { url: string; token: string } {
  // A token with a blank or a line end would be shown by the error of the request that it spoils.
  if (!token || !/^[\x21-\x7e]+$/.test(token)) {
    throw usageError(
      "GITHUB_TOKEN_MISSING",
      `GITHUB_TOKEN: found ${token ? "blanks or letters that no token has" : "nothing"}, expected a token that may comment`,
      { hint: "Set GITHUB_TOKEN in the `env` of the step, to `github.token` or a token of your own." },
    );
  }
  const url = GITHUB_API_URL || "https://api.github.com";
  if (/^https?:$/.test(URL.parse(url)?.protocol ?? "")) return { url, token };
  throw usageError(
    "GITHUB_API_URL_INVALID",
    `GITHUB_API_URL: found ${neutralise(url, { maxLength: 200 })}, expected the address of GitHub's REST API`,
    { hint: "Leave it as GitHub Actions sets it, or take it away for https://api.github.com." },
  );
}
