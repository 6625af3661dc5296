import { PassThrough } from "node:stream";
import { faultError } from "@compose-labs/lab";
import type Dockerode from "dockerode";
import { AGENT, AnswerReader, type JobAnswer, writeJob } from "./agent.ts";

/** The namespace of the service's container that a probe shares. */
export type ProbeKind = "network" | "processes" | "host-processes";

export interface ProbeOptions {
  docker: Dockerode;
  image: string;
  labels: Record<string, string>;
  kind: ProbeKind;
  /** Id of the running container to look into. */
  container: string;
}

/** Marks the probe's own processes, which share the service's process namespace. */
export const PROBE_MARK = "COMPOSE_LABS_PROBE";

/** The grader's own container beside a service's, with the grader's own tools. */
export class Probe {
  readonly #container: Dockerode.Container;
  readonly #stream: NodeJS.ReadWriteStream & { destroy?: () => void };
  readonly #waiting = new Map<number, { resolve(answer: JobAnswer): void; reject(error: Error): void }>();
  #next = 1;
  #ended: Error | undefined;

  private constructor(container: Dockerode.Container, stream: NodeJS.ReadWriteStream) {
    this.#container = container;
    this.#stream = stream;
    const reader = new AnswerReader();
    const output = new PassThrough();
    output.setEncoding("utf8");
    output.on("data", (chunk: string) => {
      for (const { id, answer } of reader.read(chunk)) {
        this.#waiting.get(id)?.resolve(answer);
        this.#waiting.delete(id);
      }
    });
    container.modem.demuxStream(stream, output, new PassThrough().resume());
    const end = () => this.#end(faultError("PROBE_ENDED", "the grader's own probe container ended before it answered"));
    stream.on("end", end);
    stream.on("close", end);
    stream.on("error", end);
  }

  /** Takes about 150 ms, nearly all of it the engine's. Rejects with the engine's error when `container` does not run. */
  static async start(options: ProbeOptions): Promise<Probe> {
    const container = await options.docker.createContainer(probeConfig(options));
    try {
      const stream = await container.attach({ stream: true, stdin: true, stdout: true, stderr: true, hijack: true });
      const probe = new Probe(container, stream);
      await container.start();
      return probe;
    } catch (error) {
      await container.remove({ force: true, v: true }).catch(() => undefined);
      throw error;
    }
  }

  get ended(): boolean {
    return this.#ended !== undefined;
  }

  /** Runs a `sh` script inside; it is killed after `seconds` (then the exit code is 137). */
  run(script: string, seconds: number): Promise<JobAnswer> {
    if (this.#ended !== undefined) return Promise.reject(this.#ended);
    return new Promise((resolve, reject) => {
      const id = this.#next++;
      const settle =
        <T>(done: (value: T) => void) =>
        (value: T) => {
          clearTimeout(timer);
          done(value);
        };
      // The script's own bound should come first; this one is for an engine that has stopped passing the stream on.
      const timer = setTimeout(
        () => {
          this.#waiting.delete(id);
          reject(faultError("PROBE_SILENT", `the grader's own probe container gave no answer within ${seconds + 5} s`));
        },
        (seconds + 5) * 1000,
      );
      this.#waiting.set(id, { resolve: settle(resolve), reject: settle(reject) });
      this.#stream.write(writeJob(id, script, seconds));
    });
  }

  /** Lets go of the container; its shell ends with its input. */
  detach(): void {
    this.#end(faultError("PROBE_ENDED", "the grader's own probe container was removed"));
    this.#stream.destroy?.();
  }

  async close(): Promise<void> {
    this.detach();
    await this.#container.remove({ force: true, v: true }).catch(() => undefined);
  }

  #end(error: Error): void {
    this.#ended ??= error;
    for (const { reject } of this.#waiting.values()) reject(error);
    this.#waiting.clear();
  }
}

function probeConfig({ image, labels, kind, container }: ProbeOptions): Dockerode.ContainerCreateOptions {
  const namespace = {
    network: `container:${container}`,
    processes: `container:${container}`,
    "host-processes": "host",
  };
  // Another user's /proc/<pid>/environ and exe need SYS_PTRACE, reading past its mode DAC_READ_SEARCH; KILL is for timeouts and crashes.
  const capabilities = {
    network: [],
    processes: ["SYS_PTRACE", "DAC_READ_SEARCH", "KILL"],
    "host-processes": ["KILL"],
  };
  return {
    Image: image,
    Entrypoint: ["sh", "-c", AGENT],
    Cmd: [],
    Env: [`${PROBE_MARK}=1`, "PATH=/bin:/sbin:/usr/bin:/usr/sbin"],
    User: kind === "network" ? "65534:65534" : "0:0",
    Labels: labels,
    OpenStdin: true,
    StdinOnce: true,
    AttachStdin: true,
    AttachStdout: true,
    AttachStderr: true,
    StopSignal: "SIGKILL",
    HostConfig: {
      ...(kind === "network" ? { NetworkMode: namespace.network } : { NetworkMode: "none", PidMode: namespace[kind] }),
      ReadonlyRootfs: true,
      Tmpfs: { "/tmp": "size=8m,mode=1777" },
      CapDrop: ["ALL"],
      CapAdd: capabilities[kind],
      SecurityOpt: ["no-new-privileges"],
      Memory: 67_108_864,
      PidsLimit: 200,
      LogConfig: { Type: "none", Config: {} },
      RestartPolicy: { Name: "no" },
    },
  };
}
