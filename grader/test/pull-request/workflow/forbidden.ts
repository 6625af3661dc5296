import { basename } from "node:path";
import { parseYaml } from "@compose-labs/lab/yaml";
import * as v from "valibot";

/** Permissions to write, by file: the one workflow that comments. */
const WRITES: Record<string, string[]> = { "comment.yml": ["pull-requests"] };

/** Files in which nothing secret may be named: what a pull request can rewrite. */
const WITHOUT_SECRETS = /(^|\/)(grade(-course)?\.yml|grade\/action\.yml)$/;

type Mapping = Record<string, unknown>;

/**
 * What a workflow or composite action must not do, a sentence for each finding. `file` is its path below `.github`.
 * Works on any YAML: what is written in an unusual way must not slip through.
 */
export function findForbidden(file: string, text: string): string[] {
  const root = parseYaml(text, file, v.record(v.string(), v.unknown())).value;
  const isAction = "runs" in root;
  const jobs = Object.entries(mapping(root["jobs"])).map(([name, job]) => ({ at: `jobs.${name}`, job: mapping(job) }));
  const lists = isAction
    ? [{ at: "runs", steps: list(mapping(root["runs"])["steps"]) }]
    : jobs.map(({ at, job }) => ({ at, steps: list(job["steps"]) }));
  return [
    ...(isAction ? [] : [...judgeTriggers(root), ...judgePermissions(file, "the workflow", root["permissions"])]),
    ...jobs.flatMap(({ at, job }) => judgeJob(file, at, job)),
    ...lists.flatMap(({ at, steps }) => judgeSteps(at, steps)),
    ...judgeText(file, text),
  ];
}

function judgeTriggers(root: Mapping): string[] {
  const on = root["on"];
  const names = typeof on === "string" ? [on] : Array.isArray(on) ? on.map(String) : Object.keys(mapping(on));
  return names.includes("pull_request_target")
    ? ["on: found pull_request_target, which gives a stranger's pull request a token that writes"]
    : [];
}

function judgePermissions(file: string, at: string, permissions: unknown): string[] {
  if (permissions === undefined) return [`${at}: found no permissions, expected them written down`];
  if (typeof permissions === "string") {
    return permissions === "read-all" ? [] : [`${at}: found the permissions ${permissions}, expected each by name`];
  }
  return Object.entries(mapping(permissions))
    .filter(([name, access]) => access === "write" && !WRITES[basename(file)]?.includes(name))
    .map(([name]) => `${at}: found the permission ${name}: write`);
}

function judgeJob(file: string, at: string, job: Mapping): string[] {
  const found = job["permissions"] === undefined ? [] : judgePermissions(file, at, job["permissions"]);
  if (job["secrets"] !== undefined) found.push(`${at}: found secrets passed on`);
  if (job["uses"] !== undefined) return [...found, ...judgeUses(at, String(job["uses"]))];
  if (typeof job["timeout-minutes"] !== "number") found.push(`${at}: found no timeout-minutes`);
  if (job["runs-on"] !== "ubuntu-24.04") {
    found.push(`${at}: found runs-on ${JSON.stringify(job["runs-on"])}, expected the hosted runner ubuntu-24.04`);
  }
  return found;
}

function judgeSteps(at: string, steps: readonly Mapping[]): string[] {
  const checkouts = steps
    .filter(({ uses }) => /^actions\/checkout@/.test(String(uses)))
    .map((step) => mapping(step["with"]));
  const foreign = checkouts
    .filter(({ ref }) => /\bhead\b|refs\/pull/.test(String(ref)))
    .map(({ path }) => String(path ?? "."));
  return steps.flatMap((step, index) => {
    const here = `${at}.steps[${index}]`;
    const inputs = mapping(step["with"]);
    const found = step["uses"] === undefined ? [] : judgeUses(here, String(step["uses"]));
    for (const script of [step["run"], inputs["script"]]) {
      if (String(script ?? "").includes("${{")) found.push(`${here}: found an expression in a script; pass it by env`);
    }
    if (/\bGITHUB_(ENV|PATH|OUTPUT)\b/.test(String(step["run"]))) {
      found.push(`${here}: found a script that writes what later steps run with`);
    }
    if (/^actions\/checkout@/.test(String(step["uses"])) && inputs["persist-credentials"] !== false) {
      found.push(`${here}: found a checkout without persist-credentials: false`);
    }
    const folders = [step["working-directory"], step["uses"]].map((path) => String(path ?? "").replace(/^\.\//, ""));
    if (foreign.some((path) => folders.some((folder) => folder === path || folder.startsWith(`${path}/`)))) {
      found.push(`${here}: found a step in the checkout of the pull request's head`);
    }
    if (/^actions\/(cache|setup-[\w-]+)(\/\w+)?@/.test(String(step["uses"])) || "cache" in inputs) {
      found.push(`${here}: found a cache, which a pull request could fill for others`);
    }
    return found;
  });
}

function judgeUses(at: string, uses: string): string[] {
  if (uses.startsWith("./") || /^[\w.-]+\/[\w./-]+@[0-9a-f]{40}$/.test(uses)) return [];
  return [`${at}: found ${uses}, expected an action pinned by the full hash of a commit`];
}

function judgeText(file: string, text: string): string[] {
  const found = text
    .split("\n")
    .filter((line) => /uses:.*@[0-9a-f]{40}/.test(line) && !/# v\d+(\.\d+)*$/.test(line))
    .map((line) => `${line.trim()}: found no version beside the hash`);
  if (WITHOUT_SECRETS.test(file) && /\$\{\{[^}]*\b(secrets|github\.token)\b/.test(text)) {
    found.push("found a secret or the token, expected none where a pull request is graded");
  }
  return found;
}

function mapping(value: unknown): Mapping {
  return typeof value === "object" && value !== null && !Array.isArray(value) ? (value as Mapping) : {};
}

function list(value: unknown): Mapping[] {
  return Array.isArray(value) ? value.map(mapping) : [];
}
