import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { runCompose } from "./command.ts";
import { findComposeTools } from "./tools.ts";

/** Versions of Compose and buildx, as they say themselves. Throws the fault `COMPOSE_ABSENT`. */
export async function readToolVersions(
  environment: NodeJS.ProcessEnv,
  signal: AbortSignal,
): Promise<{ compose: string; buildx: string | undefined }> {
  const directory = await mkdtemp(join(tmpdir(), "compose-labs-tools-"));
  try {
    const tools = await findComposeTools(environment, directory);
    const options = { cwd: directory, signal, timeout: 10_000 };
    const { buildx } = tools;
    const [compose, builder] = await Promise.all([
      runCompose(["version", "--short"], { ...options, tools }),
      buildx === undefined
        ? undefined
        : runCompose(["version"], { ...options, tools: { ...tools, command: [buildx] } }),
    ]);
    return {
      compose: compose.stdout.trim().replace(/^v/, ""),
      buildx: /\b(\d+\.\d+\.\d+\S*)/.exec(builder?.stdout ?? "")?.[1],
    };
  } finally {
    await rm(directory, { recursive: true, force: true });
  }
}
