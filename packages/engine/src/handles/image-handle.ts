import { faultError, type ImageHandle, type ImageRunOptions, type Recorder } from "@compose-labs/lab";
import type Dockerode from "dockerode";
import { isNotFound } from "../faults.ts";
import type { RunContext } from "../run-context.ts";
import { listArchive, readArchive } from "./archive.ts";
import { askQuestion } from "./asking.ts";
import { awaitEnd, boundsOf } from "./bounded-run.ts";
import { readFacts } from "./image-facts.ts";
import { openImageSubject } from "./image-subject.ts";

export function makeImageHandle(run: RunContext, recorder: Recorder, service: string): ImageHandle {
  const reference = run.runModel.services[service]?.image ?? "";
  const label = `image ${service}`;
  const student = `$(docker compose images -q ${service})`;
  const after = () => run.built();
  const withContainer = async <T>(use: (container: Dockerode.Container) => Promise<T>): Promise<T> => {
    const container = await createIdle(run, reference);
    try {
      return await use(container);
    } finally {
      await container.remove({ v: true, force: true }).catch(() => undefined); // the run's end removes it by label
    }
  };
  return {
    built: () =>
      askQuestion(recorder, { call: `${label}.built`, after, ask: async () => undefined, answer: () => "built" }),
    facts: () =>
      askQuestion(recorder, {
        call: `${label}.facts`,
        reproduce: `docker image inspect ${student}`,
        after,
        ask: async () => readFacts(await inspectImage(run, reference)),
        answer: ({ size, config }) => `${(size / 1e6).toFixed(1)} MB, user ${config.user || "root"}`,
      }),
    history: () =>
      askQuestion(recorder, {
        call: `${label}.history`,
        reproduce: `docker history --no-trunc ${student}`,
        after,
        ask: async () => {
          const lines = (await run.docker.getImage(reference).history()) as { CreatedBy: string; Size: number }[];
          return lines.map(({ CreatedBy, Size }) => ({ createdBy: CreatedBy, size: Size }));
        },
        answer: (lines) => `${lines.length} steps`,
      }),
    list: (directory) =>
      askQuestion(recorder, {
        call: `${label}.list ${directory}`,
        reproduce: `docker compose run --rm --entrypoint find ${service} ${directory}`,
        after,
        ask: () => withContainer((container) => listArchive(container, directory)),
        answer: (entries) => `${entries.length} paths`,
      }),
    read: (path) =>
      askQuestion(recorder, {
        call: `${label}.read ${path}`,
        reproduce: `docker compose run --rm --entrypoint cat ${service} ${path}`,
        after,
        ask: () => withContainer((container) => readArchive(container, path)),
        answer: (bytes) => (bytes === undefined ? "no such file" : `${bytes.length} bytes`),
      }),
    run: (options = {}) =>
      askQuestion(recorder, {
        call: `${label}.run ${(options.arguments ?? []).join(" ")}`.trimEnd(),
        reproduce: `docker compose run --rm ${service} ${(options.arguments ?? []).join(" ")}`.trimEnd(),
        after,
        ask: (signal) => runImage(run, reference, options, signal),
        answer: ({ exitCode, output, timedOut }) => `${timedOut ? "killed, " : ""}exit code ${exitCode}: ${output}`,
      }),
    examine: (what, ask, { user, tty, timeout = 10 } = {}) =>
      askQuestion(recorder, {
        call: `${label}.examine ${what}`,
        after,
        ask: async (signal) => {
          await inspectImage(run, reference);
          const { labels } = run.runModel;
          const hostConfig = boundsOf(run.runModel);
          const options = { docker: run.docker, image: reference, labels, hostConfig, user, tty, timeout, signal };
          await using subject = openImageSubject(options);
          return await ask(subject);
        },
        answer: () => "answered",
      }),
  };
}

async function inspectImage(run: RunContext, reference: string): Promise<Dockerode.ImageInspectInfo> {
  try {
    return await run.docker.getImage(reference).inspect();
  } catch (error) {
    if (!isNotFound(error)) throw error;
    throw faultError("IMAGE_UNAVAILABLE", `the image ${reference} is not on this engine`, {
      hint: "Run `grader images`, then `grader images pull` or `grader images build`.",
      cause: error,
    });
  }
}

/** A container that is never started: its file system can be read all the same. */
export async function createIdle(run: RunContext, reference: string): Promise<Dockerode.Container> {
  await inspectImage(run, reference);
  return run.docker.createContainer({
    Image: reference,
    Entrypoint: ["/never-started"],
    Cmd: [],
    Labels: run.runModel.labels,
    HostConfig: { NetworkMode: "none" },
  });
}

async function runImage(run: RunContext, reference: string, options: ImageRunOptions, signal: AbortSignal) {
  await inspectImage(run, reference);
  const container = await run.docker.createContainer({
    Image: reference,
    ...(options.arguments === undefined ? {} : { Cmd: options.arguments }),
    ...(options.user === undefined ? {} : { User: options.user }),
    Env: Object.entries(options.env ?? {}).map(([name, value]) => `${name}=${value}`),
    Labels: run.runModel.labels,
    HostConfig: boundsOf(run.runModel),
  });
  try {
    await container.start();
    return await awaitEnd(container, options.timeout ?? 10, signal);
  } catch (error) {
    const text = error instanceof Error ? error.message : "";
    // The command is missing or may not be run: a shell would say 127, and so do we.
    if (/executable file not found|no such file or directory|permission denied/.test(text)) {
      return { exitCode: 127, output: text, timedOut: false, ms: 0 };
    }
    throw error;
  } finally {
    await container.remove({ v: true, force: true }).catch(() => undefined); // the run's end removes it by label
  }
}
