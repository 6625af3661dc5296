import { randomBytes } from "node:crypto";
import type { RunContext } from "../run-context.ts";
import type { ImageStart } from "./vary.ts";

/** What the images of these services start with. */
export async function readStarts(run: RunContext, services: readonly string[]): Promise<Map<string, ImageStart>> {
  const starts = await Promise.all(
    services.map(async (name): Promise<[string, ImageStart]> => {
      const { Config } = await run.docker.getImage(run.runModel.services[name]?.image ?? "").inspect();
      const entrypoint = typeof Config.Entrypoint === "string" ? [Config.Entrypoint] : (Config.Entrypoint ?? []);
      return [name, { entrypoint, cmd: Config.Cmd ?? [] }];
    }),
  );
  return new Map(starts);
}

/** Subnets in 10.128.0.0/9 that no network of the engine has: its own pools are elsewhere. */
export async function freeSubnets(run: RunContext): Promise<(index: number) => string> {
  const networks = await run.docker.listNetworks();
  const taken = new Set(
    networks.flatMap(({ IPAM }) => (IPAM?.Config ?? []).map(({ Subnet }) => Subnet?.split(".").slice(0, 2).join("."))),
  );
  const free = Array.from({ length: 128 }, (_, at) => `10.${128 + at}`).filter((prefix) => !taken.has(prefix));
  const start = randomBytes(1)[0] ?? 0;
  return (index) => `${free[(start + index) % free.length] ?? "10.200"}.${randomBytes(1)[0] ?? index}.0/24`;
}
