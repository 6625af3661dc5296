import { createServer, type Server } from "node:net";
import type { Readable } from "node:stream";
import type { ComposeModel, RunModel } from "@compose-labs/lab";
import { isNotFound } from "../faults.ts";
import { createIdle } from "../handles/image-handle.ts";
import type { RunContext } from "../run-context.ts";
import { vary } from "./vary.ts";
import { freeSubnets, readStarts } from "./vary-facts.ts";

/** What differs from one machine to another, and must not change a verdict. */
export interface Adversity {
  /** Seconds by which every service that another one waits for begins its work late. */
  lateDependencies?: number;
  /** Every network has an explicit subnet unlike the engine's own. */
  otherSubnets?: boolean;
  /** The share of its processor time that each container still gets: 0.5. */
  cpuShare?: number;
  /** The host's ports that the submission asks for are taken. */
  occupiedPorts?: boolean;
  /** The builds find nothing in the engine's cache. */
  coldCache?: boolean;
}

export function withColdCache(runModel: RunModel): RunModel {
  const cold = structuredClone(runModel);
  for (const { build } of Object.values(cold.compose.services)) if (build) build.no_cache = true;
  return cold;
}

/** The stack as it is started on the worse machine. Asks for the images, so it comes after the build. */
export async function burden(run: RunContext, adversity: Adversity): Promise<ComposeModel> {
  const { runModel } = run;
  const { lateDependencies = 0, otherSubnets = false, cpuShare = 1 } = adversity;
  const late = lateDependencies > 0 ? await withShell(run, dependencies(runModel)) : [];
  const [starts, subnet] = await Promise.all([readStarts(run, late), otherSubnets ? freeSubnets(run) : () => ""]);
  const delay = Object.fromEntries(late.map((name) => [name, lateDependencies]));
  const { compose } = vary(runModel, { title: "adversity", delay, otherSubnets }, runModel.runId, starts, subnet);
  for (const service of Object.values(compose.services)) {
    if (typeof service.cpus === "number") service.cpus = Math.max(service.cpus * cpuShare, 0.05);
  }
  return compose;
}

function dependencies({ compose }: RunModel): string[] {
  const all = Object.values(compose.services).flatMap(({ depends_on }) => Object.keys(depends_on ?? {}));
  return [...new Set(all)];
}

/** The services whose start can be put off: a shell does it. */
async function withShell(run: RunContext, services: readonly string[]): Promise<string[]> {
  const found = await Promise.all(
    services.map(async (name) => {
      const container = await createIdle(run, run.runModel.services[name]?.image ?? "");
      try {
        const answer = (await container.infoArchive({ path: "/bin/sh" })) as unknown as Readable;
        // An answer that is not read keeps its connection, and that the whole process.
        answer.resume();
        return [name];
      } catch (error) {
        if (isNotFound(error)) return [];
        throw error;
      } finally {
        await container.remove({ force: true, v: true });
      }
    }),
  );
  return found.flat();
}

/** Listens on every host port that the submission declares; one that somebody else has is occupied as it is. */
export async function occupyPorts({ services }: RunModel): Promise<AsyncDisposable> {
  const ports = new Set(
    Object.values(services).flatMap(({ ports }) => ports.map(({ published }) => Number(published))),
  );
  const servers = await Promise.all([...ports].filter((port) => port > 0).map(listen));
  return {
    async [Symbol.asyncDispose]() {
      await Promise.all(
        servers.map((server) => new Promise<void>((done) => (server ? server.close(() => done()) : done()))),
      );
    },
  };
}

function listen(port: number): Promise<Server | undefined> {
  return new Promise((done) => {
    const server = createServer((socket) => socket.destroy());
    server.once("error", () => done(undefined));
    server.listen(port, () => done(server));
  });
}
