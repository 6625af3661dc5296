import { access, mkdir, readdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { faultError } from "@compose-labs/lab";
import { DEFAULT_MIRROR, findDebianMirror } from "./apt-sources.ts";
import { mustRunOnHost, runOnHost } from "./host-command.ts";
import { readMachineSources } from "./machine-sources.ts";

/** The Debian release that the stand-ins are made from. */
const RELEASE = "trixie";

export interface PackageStoreOptions {
  /** An existing, empty, private folder. */
  directory: string;
  /** Debian's name of the architecture: `amd64`, `arm64`. */
  architecture: string;
  /** Where the machine's archive keys lie. Default `/usr/share/keyrings`. */
  keyrings?: string;
  environment: NodeJS.ProcessEnv;
  signal: AbortSignal;
}

/** Packages on disk, with the lists that an `apt-get` without a network needs to install them. */
export interface PackageStore {
  /** Paths of the packages of a minimal system. */
  base: string[];
  /** Downloads these with what they depend on, and `alone` without it. */
  add(packages: string[], alone: string[]): Promise<void>;
}

const HINT =
  "Stand-ins are made with apt on Debian or Ubuntu. Elsewhere pull the images (`grader images pull`), or make a bundle " +
  "where they exist (`grader images save course-images.tar`) and load it here (`grader images load course-images.tar`).";

/**
 * Downloads a minimal system with this machine's own apt (its mirror, proxy, certificates and options) into a private
 * folder; nothing is installed and no root is needed. Throws the faults `STAND_INS_UNSUPPORTED` (no apt here, or no key of
 * Debian's) and `PACKAGES_UNREACHABLE`.
 */
export async function openPackageStore(options: PackageStoreOptions): Promise<PackageStore> {
  const { directory } = options;
  const environment = { ...options.environment, APT_CONFIG: join(directory, "apt.conf"), LC_ALL: "C" };
  const archives = join(directory, "cache", "archives");
  for (const folder of ["lists/partial", "cache/archives/partial", "alone"]) {
    await mkdir(join(directory, folder), { recursive: true });
  }
  const [key, mirror] = await Promise.all([findKey(options), findMirror()]);
  await Promise.all([
    writeFile(join(directory, "status"), ""),
    writeFile(join(directory, "sources.list"), `deb [signed-by=${key}] ${mirror} ${RELEASE} main\n`),
    writeFile(environment.APT_CONFIG, aptConfiguration(directory, options.architecture)),
  ]);
  const apt = (parameters: string[], cwd = directory) =>
    mustRunOnHost(["apt-get", "-qq", "-y", ...parameters], {
      environment,
      signal: options.signal,
      cwd,
      code: "PACKAGES_UNREACHABLE",
      doing: `apt-get ${parameters[0]} from ${mirror}`,
      hint: `Check that this machine reaches its Debian mirror. ${HINT}`,
    });
  const minimal = ["install", "--download-only", "?essential", "?priority(required)", "apt"];
  await apt(["update"]);
  await apt(minimal);
  const base = (await readdir(archives)).filter((name) => name.endsWith(".deb")).toSorted();
  return {
    base: base.map((name) => join(archives, name)),
    async add(packages, alone) {
      await apt([...minimal, ...packages]);
      if (alone.length > 0) await apt(["download", ...alone], join(directory, "alone"));
    },
  };
}

function aptConfiguration(directory: string, architecture: string): string {
  const quoted = Object.entries({
    "Dir::State": directory,
    "Dir::State::status": join(directory, "status"),
    "Dir::State::lists": join(directory, "lists"),
    "Dir::Cache": join(directory, "cache"),
    "Dir::Etc::sourcelist": join(directory, "sources.list"),
    "Dir::Etc::sourceparts": "/dev/null",
    "Dir::Etc::preferences": "/dev/null",
    "Dir::Etc::preferencesparts": "/dev/null",
    "APT::Architecture": architecture,
    "APT::Install-Recommends": "false",
    "APT::Sandbox::User": "",
    "Acquire::Languages": "none",
    "Debug::NoLocking": "true",
  }).map(([name, value]) => `${name} "${value}";\n`);
  return `#clear APT::Architectures;\n#clear APT::Update::Post-Invoke;\n#clear DPkg::Post-Invoke;\n${quoted.join("")}`;
}

async function findMirror(): Promise<string> {
  return findDebianMirror(await readMachineSources())?.uri ?? DEFAULT_MIRROR;
}

/** Debian's archive key: the machine's own, or the one in its distribution's package, unpacked and not installed. */
async function findKey(options: PackageStoreOptions): Promise<string> {
  const folders = [options.keyrings ?? "/usr/share/keyrings", join(options.directory, "key/usr/share/keyrings")];
  const known = folders.flatMap((folder) => ["gpg", "pgp"].map((end) => `${folder}/debian-archive-keyring.${end}`));
  const present = await firstPresent(known);
  if (present !== undefined) return present;
  const run = (command: string[]) =>
    runOnHost(command, { environment: options.environment, signal: options.signal, cwd: options.directory });
  const download = await run(["apt-get", "-qq", "download", "debian-archive-keyring"]);
  const file = (await readdir(options.directory)).find((name) => name.startsWith("debian-archive-keyring_"));
  if (file !== undefined) await run(["dpkg-deb", "-x", file, "key"]);
  const unpacked = await firstPresent(known);
  if (unpacked !== undefined) return unpacked;
  const found = download.notFound ? "no apt-get on this machine" : "no key of Debian's archive on this machine";
  throw faultError("STAND_INS_UNSUPPORTED", `stand-in images cannot be made here: found ${found}`, { hint: HINT });
}

async function firstPresent(files: string[]): Promise<string | undefined> {
  for (const file of files) {
    if (
      await access(file).then(
        () => true,
        () => false,
      )
    ) {
      return file;
    }
  }
  return undefined;
}
