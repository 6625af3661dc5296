import { runCompose } from "./command.ts";
import { openOwnFolder } from "./janitor/own-folder.ts";
import { findComposeTools } from "./tools.ts";

/** Versions of Compose and buildx, as they say themselves. Throws the faults `COMPOSE_ABSENT` and `LEASES_UNSAFE`. */
export async function readToolVersions(
  environment: NodeJS.ProcessEnv,
  signal: AbortSignal,
): Promise<{ compose: string; buildx: string | undefined }> {
  await using own = await openOwnFolder("tools");
  const tools = await findComposeTools(environment, own.path);
  const options = { cwd: own.path, signal, timeout: 10_000 };
  const { buildx } = tools;
  const [compose, builder] = await Promise.all([
    runCompose(["version", "--short"], { ...options, tools }),
    buildx === undefined ? undefined : runCompose(["version"], { ...options, tools: { ...tools, command: [buildx] } }),
  ]);
  return {
    compose: compose.stdout.trim().replace(/^v/, ""),
    buildx: /\b(\d+\.\d+\.\d+\S*)/.exec(builder?.stdout ?? "")?.[1],
  };
}
