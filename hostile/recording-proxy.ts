import { connect, createServer, type NetConnectOpts, type Socket } from "node:net";

/** What one grader asked of the engine; nothing else on the machine goes through its socket. */
export interface Recording extends AsyncDisposable {
  /** As `DOCKER_HOST` wants it. */
  host: string;
  /** Requests that make or start something: `POST /containers/create`. */
  created: string[];
  /** Texts that were looked for and that some request carried. */
  leaked: Set<string>;
}

const MAKES =
  /\b(POST|PUT) (?:\/v[\d.]+)?(\/(?:containers\/create|networks\/create|volumes\/create|build|session|grpc|images\/create|images\/load|commit|exec\b|containers\/\w+\/(?:start|exec|archive))[^\s?]*)[^\r\n]* HTTP\/1\.1\r\n/g;

/** A socket at `path` that passes everything on to the engine and looks at what goes there. */
export async function recordEngine(options: {
  engine: NetConnectOpts;
  path: string;
  canaries: readonly string[];
}): Promise<Recording> {
  const { engine, path, canaries } = options;
  const created: string[] = [];
  const leaked = new Set<string>();
  const open = new Set<Socket>();
  const longest = Math.max(0, ...canaries.map((canary) => canary.length));
  const server = createServer({ allowHalfOpen: true }, (client) => {
    const upstream = connect({ ...engine, allowHalfOpen: true });
    let tail = "";
    client.on("data", (chunk: Buffer) => {
      const text = chunk.toString("latin1");
      for (const [, method, target] of text.matchAll(MAKES)) created.push(`${method} ${target}`);
      for (const canary of canaries) if ((tail + text).includes(canary)) leaked.add(canary);
      tail = (tail + text).slice(-longest);
    });
    client.pipe(upstream).pipe(client);
    for (const [socket, other] of [
      [client, upstream],
      [upstream, client],
    ] as const) {
      open.add(socket);
      socket.on("error", () => other.destroy());
      socket.on("close", () => {
        open.delete(socket);
        other.destroy();
      });
    }
  });
  await new Promise<void>((resolve, reject) => server.on("error", reject).listen(path, resolve));
  return {
    host: `unix://${path}`,
    created,
    leaked,
    [Symbol.asyncDispose]: () => {
      for (const socket of open) socket.destroy();
      return new Promise((resolve) => server.close(() => resolve()));
    },
  };
}
