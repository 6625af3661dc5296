import { randomBytes } from "node:crypto";
import type { Recorder, StackHandle, StackVariant } from "@compose-labs/lab";
import type { RunContext } from "../run-context.ts";
import { type ImageStart, vary } from "../stack/vary.ts";
import { askQuestion } from "./asking.ts";

/** Starts a changed copy of the stack; its handle is made by `makeHandle`, so that variants can do all that stacks can. */
export async function startVariant(
  run: RunContext,
  recorder: Recorder,
  change: StackVariant,
  makeHandle: (context: RunContext, recorder: Recorder) => StackHandle,
): Promise<StackHandle & AsyncDisposable> {
  const variant = await askQuestion(recorder, {
    call: `stack.variant (${change.title})`,
    after: () => run.built(),
    ask: async () => {
      const [starts, subnet] = await Promise.all([readStarts(run, change), freeSubnets(run, change)]);
      const model = vary(run.runModel, change, randomBytes(6).toString("hex"), starts, subnet);
      return run.openVariant(model, change.only);
    },
    answer: () => "started",
  });
  return Object.assign(makeHandle(variant.context, recorder), {
    [Symbol.asyncDispose]: () => variant[Symbol.asyncDispose](),
  });
}

async function readStarts(run: RunContext, change: StackVariant): Promise<Map<string, ImageStart>> {
  const starts = await Promise.all(
    Object.keys(change.delay ?? {}).map(async (name): Promise<[string, ImageStart]> => {
      const { Config } = await run.docker.getImage(run.runModel.services[name]?.image ?? "").inspect();
      const entrypoint = typeof Config.Entrypoint === "string" ? [Config.Entrypoint] : (Config.Entrypoint ?? []);
      return [name, { entrypoint, cmd: Config.Cmd ?? [] }];
    }),
  );
  return new Map(starts);
}

/** Subnets in 10.128.0.0/9 that no network of the engine has: its own pools are elsewhere. */
async function freeSubnets(run: RunContext, change: StackVariant): Promise<(index: number) => string> {
  if (!change.otherSubnets) return () => "";
  const networks = await run.docker.listNetworks();
  const taken = new Set(
    networks.flatMap(({ IPAM }) => (IPAM?.Config ?? []).map(({ Subnet }) => Subnet?.split(".").slice(0, 2).join("."))),
  );
  const free = Array.from({ length: 128 }, (_, at) => `10.${128 + at}`).filter((prefix) => !taken.has(prefix));
  const start = randomBytes(1)[0] ?? 0;
  return (index) => `${free[(start + index) % free.length] ?? "10.200"}.${randomBytes(1)[0] ?? index}.0/24`;
}
