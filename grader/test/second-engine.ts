import { type ChildProcess, execFile, spawn } from "node:child_process";
import { mkdir, mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { promisify } from "node:util";

const execute = promisify(execFile);

/** Only root may run an engine of its own. */
export const canRunEngine = process.platform === "linux" && process.getuid?.() === 0;

export interface EngineSettings {
  /** Networks that it can make beside the default one. Default 31. */
  networks?: number;
  /** Size of its disk, as mount(8) takes it: `120m`. Default: the machine's disk. */
  disk?: string;
  /** References copied from the main engine. */
  images: string[];
}

/** An engine of its own beside the machine's, which a test may hurt. Ports that it publishes are not reached from here. */
export class SecondEngine implements AsyncDisposable {
  readonly #folder: string;
  readonly #settings: EngineSettings;
  #daemon: ChildProcess | undefined;

  private constructor(folder: string, settings: EngineSettings) {
    this.#folder = folder;
    this.#settings = settings;
  }

  static async start(settings: EngineSettings): Promise<SecondEngine> {
    const engine = new SecondEngine(await mkdtemp(join(tmpdir(), "second-engine-")), settings);
    try {
      await mkdir(engine.#data);
      if (settings.disk !== undefined) {
        await execute("mount", ["-t", "tmpfs", "-o", `size=${settings.disk}`, "tmpfs", engine.#data]);
      }
      await engine.boot();
      for (const image of settings.images) {
        await execute("sh", ["-c", 'docker save "$1" | docker -H "$2" load', "--", image, engine.dockerHost]);
      }
      return engine;
    } catch (error) {
      await engine[Symbol.asyncDispose]();
      throw error;
    }
  }

  get #data(): string {
    return join(this.#folder, "data");
  }

  get dockerHost(): string {
    return `unix://${join(this.#folder, "engine.sock")}`;
  }

  /** For a child process that is to use this engine. */
  get environment(): Record<string, string> {
    return { DOCKER_HOST: this.dockerHost };
  }

  /** Starts the daemon and waits until it answers. */
  async boot(): Promise<void> {
    const at = (name: string) => join(this.#folder, name);
    // One for the default bridge.
    const bits = 24 - Math.ceil(Math.log2((this.#settings.networks ?? 31) + 1));
    // In a network name space of its own: it would take the machine's default bridge and firewall for its own.
    const daemon = spawn(
      "unshare",
      [
        ...["--net", "dockerd", "--host", this.dockerHost, "--data-root", this.#data],
        ...["--exec-root", at("exec"), "--pidfile", at("pid"), "--storage-driver", "overlay2"],
        ...["--default-address-pool", `base=10.208.0.0/${bits},size=24`],
      ],
      { stdio: ["ignore", "ignore", "pipe"] },
    );
    let said = "";
    daemon.stderr?.on("data", (chunk: Buffer) => (said = `${said}${chunk.toString()}`.slice(-2000)));
    this.#daemon = daemon;
    for (let tries = 0; tries < 300; tries++) {
      if (daemon.exitCode !== null) throw new Error(`the second engine ended: ${said}`);
      const answer = await this.docker("version", "--format", "{{.Server.Version}}").catch(() => undefined);
      if (answer !== undefined) return;
      await sleep(100);
    }
    throw new Error(`the second engine does not answer: ${said}`);
  }

  async docker(...args: string[]): Promise<string> {
    return (await execute("docker", ["-H", this.dockerHost, ...args])).stdout.trim();
  }

  /** Leaves no room on its disk, which must be one of its own. */
  async fillDisk(): Promise<void> {
    if (this.#settings.disk === undefined) throw new Error("the second engine has the machine's own disk");
    await execute("sh", ["-c", 'cat /dev/zero >"$1/filler" 2>/dev/null || true', "--", this.#data]);
  }

  /** Ends the daemon: at once (SIGKILL), or after it has stopped its containers (SIGTERM). */
  async end(signal: "SIGKILL" | "SIGTERM"): Promise<void> {
    const daemon = this.#daemon;
    if (daemon === undefined || daemon.exitCode !== null || daemon.signalCode !== null) return;
    const ended = new Promise((resolve) => daemon.once("exit", resolve));
    daemon.kill(signal);
    await ended;
    if (signal === "SIGTERM") return;
    // Its containerd and the containers' shims outlive a killed daemon; what is ended is only what names this folder.
    for (const pid of await this.#processes()) {
      try {
        process.kill(pid, "SIGKILL");
      } catch {
        // it ended by itself
      }
    }
  }

  async #processes(): Promise<number[]> {
    const { stdout } = await execute("pgrep", ["-f", this.#folder]).catch(() => ({ stdout: "" }));
    const all = stdout.split("\n").filter(Boolean).map(Number);
    const named = await Promise.all(
      all.map(async (pid) => {
        const command = await readFile(`/proc/${pid}/cmdline`, "utf8").catch(() => "");
        return /containerd/.test(command.split("\0")[0] ?? "") ? [pid] : [];
      }),
    );
    return named.flat();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.end("SIGTERM");
    await this.end("SIGKILL");
    const { stdout } = await execute("sh", [
      "-c",
      'grep -o " $1[^ ]*" /proc/mounts | sort -r || true',
      "--",
      this.#folder,
    ]);
    for (const mount of stdout.split("\n").filter(Boolean)) {
      await execute("umount", ["-l", mount.trim()]).catch(() => undefined);
    }
    await rm(this.#folder, { recursive: true, force: true });
  }
}
