import type { ImageFacts } from "@compose-labs/lab";
import type Dockerode from "dockerode";
import { splitEnvironment } from "../stack/container-facts.ts";

/** The engine's inspect document of an image as checks see it. */
export function readFacts(raw: Dockerode.ImageInspectInfo): ImageFacts {
  const config = raw.Config as Partial<Dockerode.ImageInspectInfo["Config"]> & {
    StopSignal?: string;
    Healthcheck?: { Test?: string[] };
  };
  return {
    id: raw.Id,
    size: raw.Size,
    layers: raw.RootFS?.Layers ?? [],
    config: {
      user: config.User ?? "",
      env: splitEnvironment(config.Env ?? []),
      entrypoint: toList(config.Entrypoint),
      cmd: config.Cmd ?? [],
      exposedPorts: Object.keys(config.ExposedPorts ?? {}),
      labels: config.Labels ?? {},
      workingDir: config.WorkingDir ?? "",
      volumes: Object.keys(config.Volumes ?? {}),
      stopSignal: config.StopSignal || undefined,
      healthcheck: config.Healthcheck?.Test,
    },
  };
}

function toList(value: string | string[] | undefined | null): string[] {
  return typeof value === "string" ? [value] : (value ?? []);
}
