import { posix } from "node:path";
import { CheckFailure, type Recorder, type VolumeHandle } from "@compose-labs/lab";
import type Dockerode from "dockerode";
import { isNotFound } from "../faults.ts";
import type { RunContext } from "../run-context.ts";
import { listArchive, readArchive } from "./archive.ts";
import { askQuestion } from "./asking.ts";

/** Where the grader's own container mounts a volume that it reads. */
const MOUNT = "/volume";

/** Reads through a container of the grader's that mounts the volume and is never started. */
export function makeVolumeHandle(run: RunContext, recorder: Recorder, key: string, probeImage: string): VolumeHandle {
  const model = run.runModel.compose.volumes?.[key];
  const name = model?.name ?? `${run.runModel.project}_${key}`;
  const after = () => run.allReady().catch(() => undefined);
  const exists = async () => {
    try {
      await run.docker.getVolume(name).inspect();
      return true;
    } catch (error) {
      if (isNotFound(error)) return false;
      throw error;
    }
  };
  const withContainer = async <T>(use: (container: Dockerode.Container) => Promise<T>): Promise<T> => {
    // Mounting a volume that is not there would make it.
    if (!(await exists())) throw missing(run, key);
    const container = await run.docker.createContainer({
      Image: probeImage,
      Entrypoint: ["/never-started"],
      Cmd: [],
      Labels: run.runModel.labels,
      HostConfig: { NetworkMode: "none", Binds: [`${name}:${MOUNT}:ro,nocopy`] },
    });
    try {
      return await use(container);
    } finally {
      // Not its volume: only anonymous ones go with a container.
      await container.remove({ force: true, v: true }).catch(() => undefined);
    }
  };
  return {
    exists: () =>
      askQuestion(recorder, {
        call: `volume ${key}.exists`,
        reproduce: "docker volume ls",
        after,
        ask: exists,
        answer: (value) => (value ? "yes" : "no"),
      }),
    list: () =>
      askQuestion(recorder, {
        call: `volume ${key}.list`,
        after,
        ask: () =>
          withContainer(async (container) => {
            const entries = await listArchive(container, MOUNT);
            return entries.map(({ path }) => path.slice(MOUNT.length));
          }),
        answer: (paths) => (paths.length === 0 ? "empty" : paths.join(" ")),
      }),
    read: (path) =>
      askQuestion(recorder, {
        call: `volume ${key}.read ${path}`,
        after,
        ask: () => withContainer((container) => readArchive(container, posix.join(MOUNT, posix.join("/", path)))),
        answer: (bytes) => (bytes === undefined ? "no such file" : `${bytes.length} bytes`),
      }),
  };
}

function missing(run: RunContext, key: string): CheckFailure {
  const declared = run.runModel.compose.volumes?.[key] !== undefined;
  return new CheckFailure({
    code: "VOLUME_MISSING",
    found: declared
      ? `the named volume \`${key}\` was not created: no service mounts it`
      : `no named volume \`${key}\``,
    expected: `a named volume \`${key}\` that a service mounts`,
    at: declared ? `volumes.${key}` : "volumes",
    hint: "Declare it under the top-level `volumes:` and mount it in the service.",
    reproduce: "docker volume ls",
  });
}
