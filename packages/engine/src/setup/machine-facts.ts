import { access, readFile } from "node:fs/promises";
import { delimiter, join } from "node:path";

export interface SystemRelease {
  /** `debian`, `ubuntu`, `fedora`, `arch`, `alpine`; `macos` or `windows`; `unknown`. */
  id: string;
  /** Families it descends from: `["ubuntu", "debian"]`. */
  like: string[];
  /** `12`, `24.04`; undefined where the system has none (Debian testing, Arch). */
  version: string | undefined;
  /** As the system calls itself. */
  name: string;
}

/** What decides how this machine gets an engine. */
export interface MachineFacts {
  release: SystemRelease;
  root: boolean;
  /** systemd is running (not only installed). */
  systemd: boolean;
  /** Absolute path of an installed daemon. */
  dockerd: string | undefined;
}

export async function readMachineFacts(environment: NodeJS.ProcessEnv): Promise<MachineFacts> {
  const [text, systemd, dockerd] = await Promise.all([
    readFile("/etc/os-release", "utf8").catch(() => ""),
    exists("/run/systemd/system"),
    findDaemon(environment),
  ]);
  return {
    release: describeSystem(process.platform, text),
    root: process.getuid?.() === 0,
    systemd,
    dockerd,
  };
}

/** From Node's name of the platform and the text of `/etc/os-release`. */
export function describeSystem(platform: NodeJS.Platform, osRelease: string): SystemRelease {
  if (platform === "darwin") return { id: "macos", like: [], version: undefined, name: "macOS" };
  if (platform === "win32") return { id: "windows", like: [], version: undefined, name: "Windows" };
  const fields = new Map<string, string>();
  for (const match of osRelease.matchAll(/^([A-Z_]+)=(?:"([^"]*)"|'([^']*)'|(.*))$/gm)) {
    fields.set(match[1] ?? "", (match[2] ?? match[3] ?? match[4] ?? "").trim());
  }
  const id = fields.get("ID") || "unknown";
  return {
    id,
    like: (fields.get("ID_LIKE") ?? "").split(/\s+/).filter((word) => word !== ""),
    version: fields.get("VERSION_ID") || undefined,
    name: fields.get("PRETTY_NAME") || id,
  };
}

/** Daemons live in sbin, which an ordinary user's PATH may lack. */
async function findDaemon(environment: NodeJS.ProcessEnv): Promise<string | undefined> {
  const folders = [...(environment.PATH ?? "").split(delimiter), "/usr/local/sbin", "/usr/sbin", "/usr/bin", "/sbin"];
  for (const folder of new Set(folders.filter((name) => name.startsWith("/")))) {
    const file = join(folder, "dockerd");
    if (await exists(file)) return file;
  }
  return undefined;
}

function exists(path: string): Promise<boolean> {
  return access(path).then(
    () => true,
    () => false,
  );
}
