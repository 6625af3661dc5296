import { access } from "node:fs/promises";
import { delimiter, dirname, join } from "node:path";
import { type ComposeModel, faultError } from "@compose-labs/lab";
import type { Report } from "../finding/finding.ts";
import type { Places } from "../places.ts";
import { reportComposeError, reportWarnings } from "./compose-errors.ts";
import { runTool, type ToolAnswer } from "./run-tool.ts";

/** The project name under which the canonical model is made; a volume named otherwise has a `name` of its own. */
export const CONFIG_PROJECT = "submission";
/** Processor seconds where they can be bounded; there only a machine that stands still reaches the deadline. */
const CPU_SECONDS = 3;
const DEADLINE_SECONDS = 60;
const CONFIG_BYTES = 8 * 1024 * 1024;

export interface ComposeTools {
  command: string[];
  environment: Record<string, string>;
}

export interface ConfigOptions {
  /** Absolute path of the copy. */
  root: string;
  compose: string;
  /** Absolute path of the sanitised variables, outside the copy. */
  envFile: string;
  tools: ComposeTools;
  places: Places;
  report: Report;
  signal: AbortSignal;
  texts: ReadonlyMap<string, string>;
  /** Called as soon as Compose is at work: time to load what comes after it. */
  onStarted?: () => void;
  /** Seconds until Compose is ended whatever it does. Default 60. */
  deadline?: number;
}

/**
 * What Compose makes of the copy. Called only after the raw gate, with a clean environment, and bounded in time,
 * memory and output. What Compose says against the file becomes findings; undefined then.
 *
 * Throws a fault `COMPOSE_ABSENT` or `COMPOSE_FAILED` when it was Compose and not the file that failed.
 */
export async function readCanonicalModel(options: ConfigOptions): Promise<ComposeModel | undefined> {
  const { root, compose, envFile, tools, report, places } = options;
  const environment = {
    ...tools.environment,
    COMPOSE_EXPERIMENTAL_GIT_REMOTE: "0",
    COMPOSE_EXPERIMENTAL_OCI_REMOTE: "0",
  };
  const file = join(root, compose);
  const bounds = await boundsOf(tools.environment);
  const { deadline = DEADLINE_SECONDS } = options;
  const command = [
    ...bounds,
    ...tools.command,
    ...["--ansi", "never", "--profile", "*", "-p", CONFIG_PROJECT, "-f", file],
    ...["--project-directory", dirname(file), "--env-file", envFile, "config", "--format", "json"],
  ];
  const answer = await runTool(command, {
    cwd: dirname(envFile),
    environment,
    seconds: deadline,
    maxBytes: CONFIG_BYTES,
    signal: options.signal,
    ...(options.onStarted === undefined ? {} : { onStarted: options.onStarted }),
  });
  if (answer.startError !== undefined) {
    throw faultError(
      "COMPOSE_ABSENT",
      `found that \`${tools.command.join(" ")}\` cannot be started (${answer.startError})`,
      {
        hint: "Install Docker Compose; `grader doctor` says how.",
      },
    );
  }
  if (answer.timedOut && bounds.length > 0) {
    throw faultError(
      "COMPOSE_FAILED",
      `found that \`${tools.command.join(" ")} config\` did not end in ${deadline} s`,
      {
        hint: "Try again when the machine has less to do; `grader doctor` looks at the Docker installation.",
      },
    );
  }
  const ranOut = bounds.length > 0 && /out of memory|cannot allocate memory/i.test(answer.stderr);
  if (answer.exitCode === undefined || ranOut) {
    report("schema.cost", { seconds: bounds.length > 0 ? CPU_SECONDS : deadline }, { file: compose });
    return undefined;
  }
  throwFault(answer, tools);
  if (answer.exitCode !== 0) {
    reportComposeError(answer.stderr, options);
    return undefined;
  }
  reportWarnings(answer.stderr, options.texts, compose, report);
  // Compose doubles every `$` of its answer, so that it can be read as a Compose file again.
  const model = JSON.parse(answer.stdout.replaceAll("$$", "$"), dropPrototype) as ComposeModel;
  if (Object.keys(model.services ?? {}).length === 0) {
    report("schema.empty", {}, places.at(["services"]));
    return undefined;
  }
  return model;
}

/** `__proto__` as a key of JSON is an ordinary key only where nothing is assigned by it. */
function dropPrototype(this: unknown, key: string, value: unknown): unknown {
  return key === "__proto__" ? undefined : value;
}

/** Memory and processor time, on systems that have `prlimit`; elsewhere the deadline alone bounds Compose. */
async function boundsOf(environment: Record<string, string>): Promise<string[]> {
  for (const folder of (environment.PATH ?? "").split(delimiter)) {
    const program = join(folder, "prlimit");
    if (
      folder !== "" &&
      (await access(program).then(
        () => true,
        () => false,
      ))
    ) {
      return [program, "--as=2147483648", `--cpu=${CPU_SECONDS}`];
    }
  }
  return [];
}

const NOT_THE_FILE =
  /is not a docker command|unknown (shorthand )?flag|unknown command|no such host|no space left on device|permission denied|cannot allocate memory|failed to create new OS thread|pthread_create|executable file not found/i;

function throwFault(answer: ToolAnswer, tools: ComposeTools): void {
  if (answer.exitCode === 0) return;
  const [line = ""] = answer.stderr.match(NOT_THE_FILE) ?? [];
  if (line === "") return;
  throw faultError("COMPOSE_FAILED", `found that \`${tools.command.join(" ")} config\` failed: ${line}`, {
    hint: "Look at the Docker installation with `grader doctor`.",
    cause: answer.stderr.slice(0, 2_000),
  });
}
