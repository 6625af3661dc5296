import { access, writeFile } from "node:fs/promises";
import { type AptSource, DEFAULT_MIRROR, findDebianMirror } from "../images/apt-sources.ts";
import { readMachineSources } from "../images/machine-sources.ts";
import { installPackages } from "./apt.ts";

const NEXT_RELEASE = "trixie";
const SOURCE_FILE = "/etc/apt/sources.list.d/compose-labs-trixie.sources";
const PIN_FILE = "/etc/apt/preferences.d/compose-labs-trixie";
const DEFAULT_KEY = "/usr/share/keyrings/debian-archive-keyring.gpg";

export interface InstallOptions {
  packages: string[];
  /** Debian 12's own engine is too old for Compose v2: take these packages, and only these, from the next release. */
  nextRelease: boolean;
  environment: NodeJS.ProcessEnv;
  signal: AbortSignal;
}

/** Installs the engine from the distribution's packages, as root. Throws the fault `ENGINE_INSTALL_FAILED`. */
export async function installEngine(options: InstallOptions): Promise<void> {
  if (options.nextRelease) {
    const own = findDebianMirror(await readMachineSources());
    await writeFile(SOURCE_FILE, nextReleaseSource(own, await hasFile(DEFAULT_KEY)));
    await writeFile(PIN_FILE, nextReleasePins(options.packages));
  }
  await installPackages(options.packages, {
    environment: options.environment,
    signal: options.signal,
    code: "ENGINE_INSTALL_FAILED",
    otherwise: "install Docker yourself",
  });
}

/** The machine's own mirror and key with the next release's name. */
export function nextReleaseSource(own: AptSource | undefined, hasKey: boolean): string {
  const key = own?.signedBy ?? (hasKey ? DEFAULT_KEY : undefined);
  const lines = [
    "# Written by compose-labs for the container engine; the preferences file of the same name holds the rest back.",
    "Types: deb",
    `URIs: ${own?.uri ?? DEFAULT_MIRROR}`,
    `Suites: ${NEXT_RELEASE}`,
    "Components: main",
    ...(key === undefined ? [] : [`Signed-By: ${key}`]),
  ];
  return `${lines.join("\n")}\n`;
}

export function nextReleasePins(packages: string[]): string {
  const pin = (names: string, priority: number) =>
    `Package: ${names}\nPin: release n=${NEXT_RELEASE}\nPin-Priority: ${priority}\n`;
  return `${pin("*", 100)}\n${pin(packages.join(" "), 990)}`;
}

function hasFile(path: string): Promise<boolean> {
  return access(path).then(
    () => true,
    () => false,
  );
}
