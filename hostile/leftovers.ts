import { lstat, readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { LABELS } from "@compose-labs/lab";
import type { EngineApi } from "./engine.ts";

/** Everything on the engine that names `pid` as its owner, stopped containers and volumes without labels included. */
export async function leftOnEngine(engine: EngineApi, pid: number, volumes: readonly string[]): Promise<string[]> {
  const filters = encodeURIComponent(JSON.stringify({ label: [`${LABELS.pid}=${pid}`] }));
  const [containers, networks, named, images, anonymous] = await Promise.all([
    engine.get(`/containers/json?all=1&filters=${filters}`) as Promise<{ Names: string[] }[]>,
    engine.get(`/networks?filters=${filters}`) as Promise<{ Name: string }[]>,
    engine.get(`/volumes?filters=${filters}`) as Promise<{ Volumes: { Name: string }[] | null }>,
    engine.get(`/images/json?all=1&filters=${filters}`) as Promise<{ Id: string; RepoTags: string[] | null }[]>,
    Promise.all(volumes.map((name) => engine.get(`/volumes/${name}`))),
  ]);
  return [
    ...containers.map(({ Names }) => `container ${Names[0]?.slice(1)}`),
    ...networks.map(({ Name }) => `network ${Name}`),
    ...(named.Volumes ?? []).map(({ Name }) => `volume ${Name}`),
    ...images.map(({ Id, RepoTags }) => `image ${RepoTags?.[0] ?? Id}`),
    ...volumes.filter((_, index) => anonymous[index] !== undefined).map((name) => `anonymous volume ${name}`),
  ];
}

/** Folders of the grader's own that may stay, empty. */
const FRAME = /^compose-labs-[^/]+(\/(leases|runs|cases|tools))?$/;

/** What is left in the temporary folder that one grader had for itself. */
export async function leftInFolder(folder: string): Promise<string[]> {
  const found = await pathsIn(folder);
  return found.filter((path) => !FRAME.test(path)).map((path) => `file ${path}`);
}

/** Processes that work in `folder`: all that a grader starts has its temporary folder from it. Linux only. */
export async function leftRunning(folder: string): Promise<string[]> {
  const ids = (await readdir("/proc").catch((): string[] => [])).filter((name) => /^\d+$/.test(name));
  const found = await Promise.all(
    ids.map(async (id) => {
      const read = (name: string) => readFile(join("/proc", id, name), "utf8").catch(() => "");
      const [environment, words] = await Promise.all([read("environ"), read("cmdline")]);
      if (words === "" || !`${environment}\0${words}`.includes(folder)) return [];
      return [`process ${id} ${words.replaceAll("\0", " ").trim().slice(0, 60)}`];
    }),
  );
  return found.flat();
}

/** Names, sizes and times of a folder's content, to see whether anybody wrote into it. */
export async function snapshot(folder: string): Promise<string> {
  const paths = await pathsIn(folder);
  const states = await Promise.all(
    paths.map(async (path) => {
      const { size, mtimeMs, mode } = await lstat(join(folder, path));
      return `${path} ${size} ${mtimeMs} ${mode}`;
    }),
  );
  return states.join("\n");
}

/** Every path below a folder, sorted; links are not followed, unlike by Node's own recursion. */
async function pathsIn(folder: string, prefix = ""): Promise<string[]> {
  const paths: string[] = [];
  for (const entry of await readdir(join(folder, prefix), { withFileTypes: true })) {
    const path = join(prefix, entry.name);
    paths.push(path, ...(entry.isDirectory() ? await pathsIn(folder, path) : []));
  }
  return paths.sort();
}
