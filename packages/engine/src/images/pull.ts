import { setTimeout as sleep } from "node:timers/promises";
import { LabError } from "@compose-labs/lab";
import { listReferences } from "./catalogue.ts";
import { runOnHost } from "./host-command.ts";
import type { ImageWork } from "./image-work.ts";
import { explainPull } from "./pull-error.ts";

/** How long a registry may take to say that it is there, in milliseconds. */
const ANSWER_MS = 6_000;

/**
 * Asks the registry, through the engine, about `reference`, and downloads nothing. Throws the faults
 * `REGISTRY_UNREACHABLE` (also after six seconds of silence), `RATE_LIMITED` and `IMAGE_UNAVAILABLE`.
 */
export async function askRegistry(work: Pick<ImageWork, "docker" | "signal">, reference: string): Promise<void> {
  const timer = new AbortController();
  try {
    await Promise.race([
      work.docker.getImage(reference).distribution(),
      sleep(ANSWER_MS, undefined, { signal: AbortSignal.any([work.signal, timer.signal]) }).then(() => {
        throw new Error(`i/o timeout: no answer within ${ANSWER_MS / 1000} s`);
      }),
    ]);
  } catch (error) {
    work.signal.throwIfAborted();
    throw explainPull(reference, error);
  } finally {
    timer.abort();
  }
}

/**
 * Pulls the given references (all of the catalogue if none are given), two at a time, with the user's own login.
 * Each one is tried; then the first fault is thrown: `REGISTRY_UNREACHABLE`, `RATE_LIMITED`, `IMAGE_UNAVAILABLE`,
 * `DISK_FULL`.
 */
export async function pullImages(
  work: ImageWork,
  references: string[] = listReferences(work.catalogue),
): Promise<void> {
  const faults: LabError[] = [];
  const left = [...references];
  const worker = async () => {
    for (let reference = left.shift(); reference !== undefined; reference = left.shift()) {
      try {
        await pullImage(work, reference);
      } catch (error) {
        if (!(error instanceof LabError)) throw error;
        work.log(`  ${reference}: ${error.message}`);
        faults.push(error);
        // The others would fail for the same reason.
        if (error.code !== "IMAGE_UNAVAILABLE") left.length = 0;
      }
    }
  };
  await Promise.all([worker(), worker()]);
  const [first] = faults;
  if (first !== undefined) throw first;
}

/** By the CLI, because the login lies in the user's own Docker configuration, with its credential helpers. */
async function pullImage(work: ImageWork, reference: string): Promise<void> {
  work.log(`  pulling ${reference} ...`);
  const result = await runOnHost(["docker", "pull", "--quiet", reference], {
    environment: work.environment,
    signal: work.signal,
  });
  if (result.exitCode !== 0) throw explainPull(reference, new Error(result.output.trim()));
  work.log(`  ${reference} is there`);
}
