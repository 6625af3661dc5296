import { randomBytes } from "node:crypto";
import type { SubjectAnswer, SubjectCommand } from "@compose-labs/lab/structure-tests";
import type Dockerode from "dockerode";
import { splitAnswers } from "./exec.ts";
import { type Ended, runContainer, type SubjectOptions } from "./subject-container.ts";

/** The kernel takes one argument of at most 128 KiB. */
const SCRIPT_CAP = 100_000;

/**
 * All commands one after the other in one container, by its own `sh`; undefined for each command that has to be asked
 * again alone: all of them when one left a trace that another could have seen, or the image has no shell; those that
 * could not be started, since the shell's word for it is not the engine's; and those after one that does not end.
 */
export async function runBatch(
  options: SubjectOptions,
  commands: SubjectCommand[],
): Promise<(SubjectAnswer | undefined)[]> {
  const none = commands.map(() => undefined);
  const token = `--${randomBytes(8).toString("hex")}`;
  const script = writeScript(commands, token);
  const [first] = commands;
  if (first === undefined || script.length > SCRIPT_CAP) return none;
  const run = { image: options.image, command: ["sh", "-c", script], env: first.env };
  const answers = await runContainer(options, run, async (ended, container) => {
    return (await isUnchanged(container)) ? readAnswers(ended, token, commands.length) : none;
  });
  return "problem" in answers ? none : answers;
}

/** An empty answer comes as the bytes `null`, since dockerode parses what begins as a list or an object. */
async function isUnchanged(container: Dockerode.Container): Promise<boolean> {
  const changes: unknown = await container.changes();
  return !Array.isArray(changes) || changes.length === 0;
}

/** `exec` in a subshell runs the program of that name, and no builtin; what the shell adds to the environment goes. */
function writeScript(commands: SubjectCommand[], token: string): string {
  const each = commands.map(
    ({ command }) =>
      `(unset PWD OLDPWD SHLVL; exec ${command.map(quote).join(" ")}) </dev/null
printf '\\n%s %s\\n' '${token}' "$?"; printf '\\n%s\\n' '${token}' >&2`,
  );
  // The file system in memory does not show among a container's changes.
  return `${each.join("\n")}
for file in /dev/shm/*; do [ -e "$file" ] && exit 99; done
exit 0`;
}

function quote(word: string): string {
  return `'${word.replaceAll("'", `'\\''`)}'`;
}

function readAnswers(ended: Ended, token: string, count: number): (SubjectAnswer | undefined)[] {
  if (ended.exitCode === 99) return Array.from({ length: count }, () => undefined);
  const ms = Math.round(ended.ms / count);
  return splitAnswers(ended, token, count).map(({ exitCode, stdout, stderr }, at) => {
    const answered = ended.stdout.split(`\n${token} `).length - 1 > at;
    return !answered || exitCode === 126 || exitCode === 127 ? undefined : { exitCode, stdout, stderr, ms };
  });
}
