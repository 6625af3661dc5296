import { access, mkdir, readFile, symlink } from "node:fs/promises";
import { homedir } from "node:os";
import { delimiter, join } from "node:path";
import { faultError } from "@compose-labs/lab";

/** How to call Compose: `[...command, "-p", project, …]` with exactly this environment. */
export interface ComposeTools {
  /** The plugin by absolute path (it runs alone, and one process less), else `docker compose`. */
  command: string[];
  /** All that a child of ours may see; nothing of the grader's own environment but what is listed here. */
  environment: Record<string, string>;
  /** Absolute path of the buildx plugin, when there is one. */
  buildx: string | undefined;
}

/**
 * Finds Compose and makes the clean environment for it in `runDirectory` (an existing private folder): empty HOME,
 * empty DOCKER_CONFIG but for a link to the plugins, own TMPDIR. Works without an engine and starts no process.
 * Throws the fault `COMPOSE_ABSENT`.
 */
export async function findComposeTools(
  environment: NodeJS.ProcessEnv,
  runDirectory: string,
  dockerHost: string | undefined = environment.DOCKER_HOST,
  systemFolders: string[] = SYSTEM_FOLDERS,
): Promise<ComposeTools> {
  const folders = [...pluginFolders(environment), ...systemFolders];
  const [compose, buildx, docker] = await Promise.all([
    findFile("docker-compose", folders, environment),
    findFile("docker-buildx", folders, environment),
    findOnPath("docker", environment),
  ]);
  const alone = compose ?? (await findOnPath("docker-compose", environment));
  if (alone === undefined && docker === undefined) {
    throw faultError(
      "COMPOSE_ABSENT",
      "found neither the Compose plugin nor a `docker` command; Compose runs the stacks",
      {
        hint: "Install Docker Compose 2.20 or later (package docker-compose-plugin, docker-compose-v2 or docker-compose), or let `npm run demo` set the machine up.",
      },
    );
  }
  return {
    command: alone === undefined ? ["docker", "compose"] : [alone],
    environment: await makeEnvironment(environment, runDirectory, dockerHost, { compose, buildx }),
    buildx,
  };
}

const SYSTEM_FOLDERS = [
  "/usr/local/lib/docker/cli-plugins",
  "/usr/local/libexec/docker/cli-plugins",
  "/usr/lib/docker/cli-plugins",
  "/usr/libexec/docker/cli-plugins",
  "/Applications/Docker.app/Contents/Resources/cli-plugins",
];

/** Where Docker's own command line looks for plugins before the system's folders. */
function pluginFolders(environment: NodeJS.ProcessEnv): string[] {
  return [
    ...(environment.DOCKER_CONFIG === undefined ? [] : [join(environment.DOCKER_CONFIG, "cli-plugins")]),
    join(environment.HOME ?? homedir(), ".docker", "cli-plugins"),
    ...(environment.ProgramFiles === undefined ? [] : [join(environment.ProgramFiles, "Docker", "cli-plugins")]),
  ];
}

function findOnPath(name: string, environment: NodeJS.ProcessEnv): Promise<string | undefined> {
  return findFile(name, (environment.PATH ?? "").split(delimiter).filter(Boolean), environment);
}

async function findFile(name: string, folders: string[], environment: NodeJS.ProcessEnv): Promise<string | undefined> {
  const suffix = environment.SystemRoot === undefined ? "" : ".exe";
  const candidates = folders.map((folder) => join(folder, `${name}${suffix}`));
  const found = await Promise.all(
    candidates.map((path) =>
      access(path).then(
        () => path,
        () => undefined,
      ),
    ),
  );
  return found.find((path) => path !== undefined);
}

async function makeEnvironment(
  environment: NodeJS.ProcessEnv,
  runDirectory: string,
  dockerHost: string | undefined,
  plugins: { compose: string | undefined; buildx: string | undefined },
): Promise<Record<string, string>> {
  const home = join(runDirectory, "home");
  const config = join(runDirectory, "docker");
  const temporary = join(runDirectory, "tmp");
  const links = join(config, "cli-plugins");
  await Promise.all([home, links, temporary].map((folder) => mkdir(folder, { recursive: true, mode: 0o700 })));
  // With an empty DOCKER_CONFIG the plugins of ~/.docker would not be found, and newer Compose builds by buildx.
  await Promise.all([
    link(plugins.compose, join(links, "docker-compose")),
    link(plugins.buildx, join(links, "docker-buildx")),
  ]);
  const kept = ["PATH", "DOCKER_TLS_VERIFY", "DOCKER_CERT_PATH", "SystemRoot", "ProgramFiles", "windir"];
  return {
    ...Object.fromEntries(kept.flatMap((name) => (environment[name] === undefined ? [] : [[name, environment[name]]]))),
    HOME: home,
    USERPROFILE: home,
    DOCKER_CONFIG: config,
    TMPDIR: temporary,
    TEMP: temporary,
    TMP: temporary,
    ...(dockerHost === undefined ? {} : { DOCKER_HOST: dockerHost }),
    COMPOSE_EXPERIMENTAL_GIT_REMOTE: "0",
    COMPOSE_EXPERIMENTAL_OCI_REMOTE: "0",
    DOCKER_CLI_HINTS: "false",
    NO_COLOR: "1",
  };
}

async function link(target: string | undefined, path: string): Promise<void> {
  if (target === undefined) return;
  // A second call for the same run finds the link already there.
  await symlink(target, path).catch(() => undefined);
}

/**
 * The engine that the current Docker context names, as `docker` itself would use it; undefined where it is the default
 * one. Needed because children run with an empty DOCKER_CONFIG, and testcontainers does not read contexts.
 */
export async function readContextHost(environment: NodeJS.ProcessEnv): Promise<string | undefined> {
  if (environment.DOCKER_HOST) return environment.DOCKER_HOST;
  const folder = environment.DOCKER_CONFIG ?? join(environment.HOME ?? homedir(), ".docker");
  const config = await readJson(join(folder, "config.json"));
  const name = environment.DOCKER_CONTEXT ?? config?.currentContext;
  if (typeof name !== "string" || name === "" || name === "default") return undefined;
  const { createHash } = await import("node:crypto");
  const digest = createHash("sha256").update(name).digest("hex");
  const meta = await readJson(join(folder, "contexts", "meta", digest, "meta.json"));
  const endpoints = meta?.Endpoints as { docker?: { Host?: unknown } } | undefined;
  return typeof endpoints?.docker?.Host === "string" ? endpoints.docker.Host : undefined;
}

async function readJson(path: string): Promise<Record<string, unknown> | undefined> {
  try {
    return JSON.parse(await readFile(path, "utf8")) as Record<string, unknown>;
  } catch {
    return undefined;
  }
}
