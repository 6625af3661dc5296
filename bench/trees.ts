import { randomBytes } from "node:crypto";
import { cp, mkdtemp, readFile, writeFile } from "node:fs/promises";
import { createServer } from "node:net";
import { join } from "node:path";

/** A whole submission of a lab in a new folder: the starter's files with the reference's over them. */
export async function layOutTree(root: string, lab: string, temporary: string): Promise<string> {
  const folder = await mkdtemp(join(temporary, `${lab}-`));
  await cp(join(root, "labs", lab, "starter"), folder, { recursive: true });
  await cp(join(root, "labs", lab, "reference"), folder, { recursive: true });
  return folder;
}

/** Changes the Compose file of a submission; text that is not in it is an error, for then the change would be none. */
export async function editCompose(folder: string, changes: [from: string, to: string][]): Promise<void> {
  const file = join(folder, "compose.yaml");
  let text = await readFile(file, "utf8");
  for (const [from, to] of changes) {
    if (!text.includes(from)) throw new Error(`${file}: found no "${from}", which the bench changes`);
    text = text.replaceAll(from, to);
  }
  await writeFile(file, text);
}

/** Lets the ports that a Compose file publishes be chosen by the environment. */
export async function freeThePorts(folder: string): Promise<void> {
  const file = join(folder, "compose.yaml");
  const text = await readFile(file, "utf8");
  await writeFile(file, text.replaceAll(/127\.0\.0\.1:(\d+):/g, "127.0.0.1:$${PORT_$1:-$1}:"));
}

/** A project's name and free ports, as the baselines take them. */
export async function stackEnvironment(): Promise<Record<string, string>> {
  const servers = await Promise.all([1, 2, 3].map(() => listen()));
  const [first, second, third] = servers.map(({ port }) => String(port));
  for (const { close } of servers) close();
  return {
    COMPOSE_PROJECT_NAME: `bench-${randomBytes(4).toString("hex")}`,
    PORT_8080: first ?? "",
    PORT_8081: second ?? "",
    COPY_PORT: third ?? "",
  };
}

function listen(): Promise<{ port: number; close: () => void }> {
  return new Promise((resolve, reject) => {
    const server = createServer().on("error", reject);
    server.listen(0, "127.0.0.1", () => {
      const address = server.address();
      if (address === null || typeof address === "string") reject(new Error("the system gave no port"));
      else resolve({ port: address.port, close: () => server.close() });
    });
  });
}
