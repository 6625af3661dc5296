import { mustRunOnHost } from "../images/host-command.ts";

export interface AptOptions {
  environment: NodeJS.ProcessEnv;
  signal: AbortSignal;
  /** Of the fault that a failure is: ENGINE_INSTALL_FAILED. */
  code: string;
  /** What somebody can do who wants it installed without us: "install Docker yourself". */
  otherwise: string;
}

/** Installs packages of the distribution, as root, without those they only recommend. Throws the fault `code`. */
export async function installPackages(packages: readonly string[], options: AptOptions): Promise<void> {
  const environment = { ...options.environment, DEBIAN_FRONTEND: "noninteractive", LC_ALL: "C" };
  const apt = (parameters: readonly string[]) =>
    // Another installation may hold apt's lock for a while, as right after a machine's first boot.
    mustRunOnHost(["apt-get", "-qq", "-y", "-o", "DPkg::Lock::Timeout=300", ...parameters], {
      environment,
      signal: options.signal,
      code: options.code,
      doing: `apt-get ${parameters.filter((word) => !word.startsWith("-")).join(" ")}`,
      hint: `Check that this machine reaches its package mirror (apt-get update), or ${options.otherwise}.`,
    });
  await apt(["update"]);
  await apt(["install", "--no-install-recommends", ...packages]);
}
