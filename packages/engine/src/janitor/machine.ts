import { execFile } from "node:child_process";
import { readFile, readlink } from "node:fs/promises";
import { hostname, userInfo } from "node:os";
import { promisify } from "node:util";

/**
 * Names the space in which a process id of this process means something: boot, host, user and (Linux) process
 * namespace. Two graders in containers on one machine may share boot and host name and still not see each other;
 * nor may two users, where `/proc` hides other users' processes.
 */
export async function nameMachine(): Promise<string> {
  const host = `${hostname()}/${process.getuid?.() ?? userInfo().username}`;
  if (process.platform === "linux") {
    const [boot, namespace] = await Promise.all([
      readFile("/proc/sys/kernel/random/boot_id", "utf8").catch(() => ""),
      readlink("/proc/self/ns/pid").catch(() => ""),
    ]);
    return `${boot.trim()}/${host}/${namespace.replace(/\D/g, "")}`;
  }
  if (process.platform === "darwin") {
    const run = promisify(execFile);
    const boot = await run("sysctl", ["-n", "kern.bootsessionuuid"]).catch(() => ({ stdout: "" }));
    return `${boot.stdout.trim()}/${host}`;
  }
  return `/${host}`;
}
