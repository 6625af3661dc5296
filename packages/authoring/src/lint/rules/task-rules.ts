import { matchAny } from "@compose-labs/submission";
import { checkPlace, filesBelow, inLab, type LabFacts } from "../facts.ts";
import type { Report } from "../finding.ts";
import { compareRubric, findRubric, shownChecks } from "../rubric-table.ts";

/** The task against the checks, and what it points at. */
export function checkTask(facts: LabFacts, report: Report): void {
  const { task } = facts;
  if (task === undefined) {
    report("task.missing", {}, inLab(facts, "README.md"), "README.md");
    return;
  }
  const table = findRubric(task);
  const lines = readableLines(task).map((line, index) =>
    table !== undefined && index >= table.from && index < table.to ? "" : line,
  );
  if (facts.rubric !== undefined) {
    const checks = shownChecks(facts.rubric.checks);
    const difference = compareRubric(table, checks);
    const place = inLab(facts, "README.md", (table?.from ?? 0) + 1, 1);
    if (difference !== undefined) report("task.rubric", { difference }, place, "rubric");
    const prose = lines.join("\n");
    const ids = checks.map(({ id }) => id);
    for (const id of ids) {
      if (!prose.includes(`\`${id}\``)) report("task.unmentioned", { check: id }, checkPlace(facts, id), id);
    }
    checkDemands(facts, lines, ids, report);
  }
  checkLinks(facts, lines, report);
  checkFiles(facts, lines, report);
}

/** The lines, with those of fenced code empty. */
function readableLines(task: string): string[] {
  let fenced = false;
  return task.split("\n").map((line) => {
    const isFence = /^\s*(```|~~~)/.test(line);
    if (isFence) fenced = !fenced;
    return fenced || isFence ? "" : line;
  });
}

/** Numbered items are demands; each names what decides it. */
function checkDemands(facts: LabFacts, lines: string[], ids: string[], report: Report): void {
  for (const [index, line] of lines.entries()) {
    const [, begin] = /^\d+[.)] (.*)$/.exec(line) ?? [];
    if (begin === undefined) continue;
    const rest = lines.slice(index + 1);
    const length = rest.findIndex((next) => next !== "" && !/^\s/.test(next));
    const item = [begin, ...rest.slice(0, length < 0 ? undefined : length)].join("\n");
    if (ids.some((id) => item.includes(`\`${id}\``))) continue;
    const words = begin.length > 50 ? `${begin.slice(0, 49)}…` : begin;
    report("task.unchecked", { item: words }, inLab(facts, "README.md", index + 1, 1), words);
  }
}

const slugOf = (heading: string) =>
  heading
    .toLowerCase()
    .replace(/[^\p{L}\p{N}\s_-]/gu, "")
    .trim()
    .replace(/\s/g, "-");

/** Links work from the student's folder, where the task is TASK.md beside the files of the starter. */
function checkLinks(facts: LabFacts, lines: string[], report: Report): void {
  const headings = new Set(lines.flatMap((line) => (/^#+ /.test(line) ? [slugOf(line.replace(/^#+ /, ""))] : [])));
  const starter = [...filesBelow(facts, "starter").keys()];
  for (const [index, line] of lines.entries()) {
    for (const match of line.matchAll(/\]\(\s*<?([^)\s>]+)/g)) {
      const [, link = ""] = match;
      if (/^(https?:|mailto:)/.test(link)) continue;
      const [path = "", anchor] = decodeURI(link).split("#");
      const name = path.replace(/^\.\//, "").replace(/\/$/, "");
      const isThere =
        name === "" || name === "TASK.md"
          ? anchor === undefined || headings.has(anchor)
          : starter.some((file) => file === name || file.startsWith(`${name}/`));
      if (!isThere) report("task.link", { link }, inLab(facts, "README.md", index + 1, match.index + 1), link);
    }
  }
}

/** Files in backticks, as far as they can be told from paths in a container: relative, with a folder and a suffix. */
function checkFiles(facts: LabFacts, lines: string[], report: Report): void {
  if (facts.manifest === undefined) return;
  const isKnown = matchAny([...facts.manifest.submission.files, ...facts.manifest.given, ...facts.manifest.canaries]);
  for (const [index, line] of lines.entries()) {
    for (const match of line.matchAll(/`((?:[\w.-]+\/)+[\w-]+\.[a-z]{1,5})`/g)) {
      const [, path = ""] = match;
      if (isKnown(path) || facts.files.has(`starter/${path}`) || facts.files.has(`reference/${path}`)) continue;
      report("path.task", { path }, inLab(facts, "README.md", index + 1, match.index + 1), path);
    }
  }
}
