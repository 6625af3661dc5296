import { execFile } from "node:child_process";
import { availableParallelism, cpus, loadavg, release, totalmem, type } from "node:os";
import { promisify } from "node:util";

/** What the figures were measured on, in one line. */
export async function describeMachine(): Promise<string> {
  const ask = async (...args: string[]) => {
    const { stdout } = await promisify(execFile)("docker", args).catch(() => ({ stdout: "that does not answer" }));
    return stdout.trim();
  };
  const [engine, compose] = await Promise.all([
    ask("version", "--format", "{{.Server.Version}}"),
    ask("compose", "version", "--short"),
  ]);
  return [
    `${availableParallelism()} processors (${cpus()[0]?.model ?? "unknown"})`,
    `${Math.round(totalmem() / 2 ** 30)} GiB`,
    `${type()} ${release()}`,
    `Node ${process.versions.node}`,
    `engine ${engine}`,
    `Compose ${compose}`,
    `load ${loadavg()[0]?.toFixed(1)}`,
  ].join(", ");
}
