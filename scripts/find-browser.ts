import { access, constants } from "node:fs/promises";
import { delimiter, join } from "node:path";
import { installPackages, readMachineFacts } from "@compose-labs/engine";
import { faultError } from "@compose-labs/lab";

/** Names under which systems install Chromium or a browser made of it. */
const PROGRAMS = ["chromium", "chromium-browser", "google-chrome-stable", "google-chrome"];

export interface FindBrowserOptions {
  environment: NodeJS.ProcessEnv;
  /** Told what is about to be done to the machine. */
  log: (line: string) => void;
  signal: AbortSignal;
  /** Whether Debian's package may be installed: for root on Debian, unless the machine's owner forbids it. */
  mayInstall?: boolean;
}

/**
 * Absolute path of the browser that pages are tested in: `BROWSER_PATH` of the environment, or the first found on
 * `PATH`, or Debian's Chromium, installed now. Throws the faults `BROWSER_ABSENT` and `BROWSER_INSTALL_FAILED`.
 */
export async function findBrowser(options: FindBrowserOptions): Promise<string> {
  const { environment, log, signal } = options;
  const named = environment["BROWSER_PATH"];
  if (named) {
    if (await isProgram(named)) return named;
    throw faultError("BROWSER_ABSENT", `BROWSER_PATH: found no program at ${named}, expected Chromium or Chrome`, {
      hint: "Name the browser's program, or unset BROWSER_PATH to have one looked for.",
    });
  }
  const found = await lookUp(environment);
  if (found !== undefined) return found;
  if (!(options.mayInstall ?? (await mayInstall(environment)))) {
    throw faultError("BROWSER_ABSENT", `found none of ${PROGRAMS.join(", ")} on PATH, expected one to test pages in`, {
      hint: "Install Chromium (Debian: sudo apt-get install chromium) or Chrome, or name its program in BROWSER_PATH.",
    });
  }
  log("No browser is installed: installing chromium from the distribution's packages ...");
  await installPackages(["chromium"], {
    environment,
    signal,
    code: "BROWSER_INSTALL_FAILED",
    otherwise: "install Chromium yourself and name it in BROWSER_PATH",
  });
  const installed = await lookUp(environment);
  if (installed !== undefined) return installed;
  throw faultError("BROWSER_INSTALL_FAILED", "found no chromium on PATH after its package was installed", {
    hint: "Name the browser's program in BROWSER_PATH.",
  });
}

async function lookUp(environment: NodeJS.ProcessEnv): Promise<string | undefined> {
  const folders = (environment["PATH"] ?? "").split(delimiter).filter((folder) => folder !== "");
  for (const program of PROGRAMS) {
    for (const folder of folders) {
      const path = join(folder, program);
      if (await isProgram(path)) return path;
    }
  }
  return undefined;
}

function isProgram(path: string): Promise<boolean> {
  return access(path, constants.X_OK).then(
    () => true,
    () => false,
  );
}

/** Ubuntu's package of this name is a pointer to a snap, which cannot be installed everywhere. */
async function mayInstall(environment: NodeJS.ProcessEnv): Promise<boolean> {
  if (!["", "0", undefined].includes(environment["NO_ENGINE_INSTALL"])) return false;
  const { root, release } = await readMachineFacts(environment);
  return root && release.id === "debian";
}
