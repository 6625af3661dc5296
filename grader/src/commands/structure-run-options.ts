import { readFile } from "node:fs/promises";
import { resolve } from "node:path";
import { parseEnv } from "node:util";
import type { ContainerRunOptions } from "@compose-labs/lab/structure-tests";

export interface SubjectRunOptions {
  hostConfig: {
    CapAdd?: string[];
    Binds?: string[];
    Privileged?: boolean;
    LogConfig: { Type: string; Config: Record<string, string> };
  };
  user?: string;
  tty?: boolean;
  env: string[];
}

/**
 * What a file asks of its containers, as the original gives it: it is the user's own image, on the user's machine. An
 * `envFile` is relative to `directory`, where the user is. As there, one that cannot be read is passed over, and so are
 * its empty values; a name of `envVars` without a value is given to the engine as an empty entry, which refuses it.
 */
export async function runOptionsOf(
  options: ContainerRunOptions,
  { environment, directory }: { environment: NodeJS.ProcessEnv; directory: string },
): Promise<SubjectRunOptions> {
  const { user, privileged, allocateTty, envFile, envVars = [], capabilities = [], bindMounts = [] } = options;
  const fromFile = envFile ? parseEnv(await readFile(resolve(directory, envFile), "utf8").catch(() => "")) : {};
  const filled = Object.entries(fromFile).filter(([name, value]) => name !== "" && value !== "");
  const passed = envVars.map((name) => (environment[name] ? `${name}=${environment[name]}` : ""));
  return {
    hostConfig: {
      ...(capabilities.length > 0 && { CapAdd: capabilities }),
      ...(bindMounts.length > 0 && { Binds: bindMounts }),
      ...(privileged && { Privileged: true }),
      // A command that never stops writing fills no disk.
      LogConfig: { Type: "json-file", Config: { "max-size": "64m", "max-file": "1" } },
    },
    ...(user ? { user } : {}),
    ...(allocateTty ? { tty: true } : {}),
    env: [...filled.map(([name, value]) => `${name}=${value}`), ...passed],
  };
}
