import type { PullRequest } from "@compose-labs/lab/pull-request";
import { field } from "./field.ts";
import { drawHeading } from "./heading.ts";
import { neutraliseDocument } from "./neutralise.ts";
import { closePage, openPage, type Page } from "./page.ts";
import { pullRequestFaultText, sumUpPullRequest } from "./pull-request-text.ts";
import { renderTerminal, type TerminalOptions } from "./render-terminal.ts";
import { wrap } from "./text-width.ts";

const TEXT_LENGTH = 2_000;

/** A pull request as text for a terminal or a log: why it is refused, or each of its submissions. */
export function renderPullRequestText(pull: PullRequest, options: TerminalOptions): string {
  const page = openPage(options);
  const clean = neutraliseDocument(pull, { ascii: !page.unicode, maxLength: TEXT_LENGTH });
  const head = closePage(drawPull(page, clean));
  const submissions = pull.submissions.map(({ folder, result }, index) => {
    const title = drawHeading(page, "strong", "SUBMISSION", clean.submissions[index]?.folder ?? folder);
    return `\n${closePage([title, ""])}${renderTerminal(result, options)}`;
  });
  return head + submissions.join("");
}

function drawPull(page: Page, pull: PullRequest): string[] {
  const { tone, text } = sumUpPullRequest(pull);
  const refusals = pull.findings.flatMap(({ code, path, message, remedy }) => [
    drawHeading(page, "failed", "REFUSED", code),
    ...field(page, "why", path === undefined ? message : `${path}: ${message}`),
    ...field(page, "change", remedy),
    "",
  ]);
  const verdict = wrap(text, page.width - 1).map((line) => page.paint(tone, line));
  return [...refusals, ...drawFault(page, pull), ...verdict];
}

function drawFault(page: Page, pull: PullRequest): string[] {
  if (pull.verdict !== "fault") return [];
  const { fault } = pull;
  return [
    drawHeading(page, "fault", "FAULT", fault?.code ?? "unknown"),
    ...field(page, "cause", pullRequestFaultText(pull)),
    ...(fault?.hint === undefined ? [] : field(page, "do", fault.hint)),
    "",
  ];
}
