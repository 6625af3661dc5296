import { request } from "node:http";
import { LABELS } from "@compose-labs/lab";
import type { EngineApi } from "./engine.ts";

/** Follows the engine's events, to know the volumes without a name that a grader's containers had. */
export interface EngineEvents extends Disposable {
  /** Anonymous volumes of containers that name `pid` as their owner. */
  volumesOf(pid: number): string[];
}

interface Event {
  Type: string;
  Action: string;
  Actor: { ID: string; Attributes: Record<string, string> };
}

/** Resolves once the engine has begun to answer. */
export async function followEvents({ address }: EngineApi): Promise<EngineEvents> {
  const owners = new Map<string, number>();
  const mounts: { volume: string; container: string }[] = [];
  const filters = encodeURIComponent(JSON.stringify({ event: ["create", "mount"], type: ["container", "volume"] }));
  const target = "path" in address ? { socketPath: address.path } : { host: address.host, port: address.port };
  const asked = request({ ...target, path: `/events?filters=${filters}`, headers: { Host: "engine" } });
  await new Promise<void>((resolve, reject) => {
    asked.on("error", reject).on("response", (answer) => {
      let rest = "";
      answer.setEncoding("utf8").on("data", (chunk: string) => {
        const lines = (rest + chunk).split("\n");
        rest = lines.pop() ?? "";
        for (const line of lines) note(JSON.parse(line) as Event);
      });
      answer.on("error", () => {}); // it is cut off at the end
      resolve();
    });
    asked.end();
  });

  function note({ Type, Action, Actor }: Event): void {
    const { [LABELS.pid]: pid, container } = Actor.Attributes;
    if (Type === "container" && Action === "create" && pid !== undefined) owners.set(Actor.ID, Number(pid));
    if (Type === "volume" && Action === "mount" && container !== undefined)
      mounts.push({ volume: Actor.ID, container });
  }

  return {
    volumesOf: (pid) => [
      ...new Set(
        mounts
          .filter(({ volume, container }) => owners.get(container) === pid && /^[0-9a-f]{64}$/.test(volume))
          .map(({ volume }) => volume),
      ),
    ],
    [Symbol.dispose]: () => void asked.destroy(),
  };
}
