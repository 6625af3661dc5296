import { type LabError, usageError } from "@compose-labs/lab";
import type { StructureSubject, SubjectAnswer, SubjectCommand } from "@compose-labs/lab/structure-tests";
import type Dockerode from "dockerode";
import { asFault, faultInOutput, statusCode } from "../faults.ts";
import { listArchive } from "./archive.ts";
import { readWhole, statArchive } from "./archive-entry.ts";
import { readFacts } from "./image-facts.ts";
import { runAlone } from "./subject-alone.ts";
import { runBatch } from "./subject-batch.ts";
import type { SubjectOptions } from "./subject-container.ts";

/**
 * An image as structure tests ask it: configuration by inspect, files by the archive of one container that is never
 * started, commands in one container where they can share it. To be disposed of; everything carries the labels.
 */
export function openImageSubject(options: SubjectOptions): StructureSubject & AsyncDisposable {
  const { docker, image } = options;
  let facts: ReturnType<typeof inspect> | undefined;
  let idle: Promise<Dockerode.Container> | undefined;
  const config = () => {
    facts ??= inspect(docker, image);
    return facts;
  };
  const files = () => {
    idle ??= createIdle(options);
    return idle;
  };
  return {
    config,
    stat: async (path) => statArchive(await files(), path),
    read: async (path) => readWhole(await files(), path),
    async folders(path) {
      const container = await files();
      const entry = await statArchive(container, path);
      if (entry === undefined) return undefined;
      const below = entry.type === "directory" ? await listArchive(container, path) : [];
      const names = below
        .filter(({ type }) => type === "directory")
        .map(({ path: full }) => full.slice(path.length + 1));
      return names.filter((name) => !name.includes("/"));
    },
    async run(commands, { alone = false } = {}) {
      if (alone || options.tty || commands.length === 0) return runAlone(options, commands);
      const { volumes } = await config();
      // What is written to a volume does not show among a container's changes.
      return volumes.length > 0 ? runAlone(options, commands) : runShared(options, commands);
    },
    async [Symbol.asyncDispose]() {
      const container = await idle?.catch(() => undefined);
      await container?.remove({ v: true, force: true }).catch(() => undefined); // the run's end removes it by label
    },
  };
}

/** Commands without a setup and with the same variables share a container; what that leaves open is run alone. */
async function runShared(options: SubjectOptions, commands: SubjectCommand[]): Promise<SubjectAnswer[]> {
  const groups = Map.groupBy(commands, ({ env, setup }) =>
    setup.commands.length > 0 ? undefined : JSON.stringify(Object.entries(env)),
  );
  const answers = new Map<SubjectCommand, SubjectAnswer>();
  for (const [key, group] of groups) {
    if (key === undefined || group.length < 2) continue;
    const shared = await runBatch(options, group);
    for (const [index, command] of group.entries()) {
      const answer = shared[index];
      if (answer !== undefined) answers.set(command, "problem" in answer ? answer : { ...answer, shared: true });
    }
  }
  const left = commands.filter((command) => !answers.has(command));
  const alone = await runAlone(options, left);
  return commands.map((command) => answers.get(command) ?? alone[left.indexOf(command)] ?? missing(command));
}

function missing({ command }: SubjectCommand): never {
  throw new TypeError(`no answer for ${command.join(" ")}`);
}

async function inspect(docker: Dockerode, image: string) {
  try {
    return readFacts(await docker.getImage(image).inspect()).config;
  } catch (error) {
    throw asFault(error, `inspecting the image ${image}`);
  }
}

async function createIdle({ docker, image, labels, hostConfig }: SubjectOptions): Promise<Dockerode.Container> {
  try {
    return await docker.createContainer({
      Image: image,
      Entrypoint: ["/never-started"],
      Cmd: [],
      Labels: labels,
      HostConfig: hostConfig,
    });
  } catch (error) {
    throw refusedOptions(error) ?? asFault(error, `looking into the image ${image}`);
  }
}

/** What the engine has against the options of the container; undefined when it cannot go on for another reason. */
function refusedOptions(error: unknown): LabError | undefined {
  if (!(error instanceof Error) || ![400, 500].includes(statusCode(error) ?? 0) || faultInOutput(error.message)) {
    return undefined;
  }
  const said = error.message.replace(/^\(HTTP code \d+\) [a-z ]+ - /, "").trim();
  return usageError("OPTIONS_REFUSED", `found options of containers that the engine refuses: ${said}`, {
    hint: "Correct `containerRunOptions` in the file of tests.",
    cause: error,
  });
}
