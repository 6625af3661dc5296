import { stat } from "node:fs/promises";
import { dirname, join, resolve } from "node:path";
import { parseArgs } from "node:util";
import { usageError } from "@compose-labs/lab";
import { type HostileCase, readCases } from "./cases-file.ts";

export interface Options {
  /** The folder that holds a folder for each case. */
  folder: string;
  cases: HostileCase[];
  /** Cases graded at a time. */
  jobs: number;
  json: boolean;
  reportFile: string | undefined;
}

const USAGE = "npm run hostile -- [FOLDER [CASES.json]] [--only NAME...] [--jobs N] [--json] [--report-file FILE]";

/** Throws the usage errors HOSTILE_ARGUMENTS, CASES_* and CASE_* for what cannot be run. */
export async function readOptions(parameters: string[], own: string): Promise<Options> {
  const { values, tokens } = parse(parameters);
  const positionals: string[] = [];
  const only: string[] = [];
  let afterOnly = false;
  for (const token of tokens) {
    if (token.kind === "option") afterOnly = token.name === "only";
    if (token.kind === "option" && token.name === "only" && token.value !== undefined)
      only.push(...token.value.split(","));
    if (token.kind === "positional") (afterOnly ? only : positionals).push(token.value);
  }
  if (positionals.length > 2) throw wrong(`found ${positionals.length} paths, expected a folder and a cases file`);
  const jobs = Number(values.jobs);
  if (!Number.isInteger(jobs) || jobs < 1) throw wrong(`found --jobs ${values.jobs}, expected a whole number from 1`);
  const [folderPath, casesPath] = positionals;
  const folder = folderPath === undefined ? join(own, "cases") : resolve(folderPath);
  await requireFolder(folder, "CASES_FOLDER");
  const file = casesPath !== undefined ? resolve(casesPath) : await casesBeside(folder);
  const cases = await readCases(file);
  const chosen = choose(cases, only, file);
  for (const { name } of chosen) await requireFolder(join(folder, name), "CASE_FOLDER");
  return { folder, cases: chosen, jobs, json: values.json, reportFile: values["report-file"] };
}

function parse(parameters: string[]) {
  const options = {
    only: { type: "string", multiple: true },
    jobs: { type: "string", default: "1" },
    json: { type: "boolean", default: false },
    "report-file": { type: "string" },
  } as const;
  try {
    return parseArgs({ args: parameters, options, allowPositionals: true, tokens: true });
  } catch (error) {
    throw wrong(`found ${parameters.join(" ")}: ${error instanceof Error ? error.message : String(error)}`);
  }
}

const wrong = (message: string) => usageError("HOSTILE_ARGUMENTS", message, { hint: `Usage: ${USAGE}` });

/** `cases.json` in the folder, or beside it. */
async function casesBeside(folder: string): Promise<string> {
  const inside = join(folder, "cases.json");
  return (await isThere(inside)) ? inside : join(dirname(folder), "cases.json");
}

function choose(cases: HostileCase[], only: string[], file: string): HostileCase[] {
  const unknown = only.filter((name) => !cases.some((entry) => entry.name === name));
  if (unknown.length > 0) {
    throw usageError("CASE_UNKNOWN", `found --only ${unknown.join(" ")}, expected names of cases in ${file}`, {
      hint: `It has ${cases.length} cases; the first is ${cases[0]?.name ?? "missing"}.`,
    });
  }
  return only.length === 0 ? cases : cases.filter(({ name }) => only.includes(name));
}

async function requireFolder(folder: string, code: string): Promise<void> {
  const found = await stat(folder).catch(() => undefined);
  if (found?.isDirectory()) return;
  throw usageError(code, `found ${found ? "a file" : "nothing"} at ${folder}, expected a folder`, {
    hint: `Usage: ${USAGE}`,
  });
}

const isThere = (path: string): Promise<boolean> =>
  stat(path).then(
    () => true,
    () => false,
  );
