import { writeFile } from "node:fs/promises";
import { basename, join } from "node:path";
import type { Readable } from "node:stream";
import type Dockerode from "dockerode";
import { asFault } from "../faults.ts";
import { openOwnFolder } from "../janitor/own-folder.ts";
import { startOf } from "../janitor/process-table.ts";
import { type CatalogueImage, listReferences } from "./catalogue.ts";
import { mustRunOnHost } from "./host-command.ts";
import type { ImageWork } from "./image-work.ts";
import { openPackageStore, type PackageStore } from "./package-store.ts";
import { finishProgress } from "./progress.ts";
import { STAND_IN_LABEL } from "./stand-in-label.ts";

/** Images that exist while stand-ins are being built, tagged with the process that builds. */
const HALFWAY = ["compose-labs-bootstrap", "compose-labs-packages"];
const DIRECTORY = join(import.meta.dirname, "../../stand-ins");
/** What the Dockerfile installs beyond a minimal system, and what it unpacks without its dependencies. */
const PACKAGES = [
  ["busybox-static", "ca-certificates", "curl", "gettext-base", "haproxy", "locales", "netbase", "nginx"],
  ["python3.13", "redis-server", "tzdata", "libgssapi-krb5-2", "libicu76", "libldap2", "liblz4-1", "libpq5"],
  ["libreadline8t64", "libxml2", "libxslt1.1"],
].flat();
const ALONE = ["postgresql-17", "postgresql-client-17"];

/**
 * Builds stand-ins of the given images (all of the catalogue if none are given) from Debian's packages, and gives
 * them every tag of theirs that is free or a stand-in's already; an image from a registry is never replaced. Needs
 * apt on this machine, no registry and no root. Throws the faults of `openPackageStore` and `STAND_IN_BUILD_FAILED`.
 */
export async function buildStandIns(work: ImageWork, images: CatalogueImage[] = work.catalogue.images): Promise<void> {
  await using own = await openOwnFolder("packages");
  const directory = own.path;
  const [bootstrap, packages] = HALFWAY.map((name) => `${name}:${process.pid}`) as [string, string];
  try {
    await removeAbandoned(work.docker);
    work.log("Making stand-in images from Debian's packages, which takes about a minute ...");
    const architecture = debianArchitecture((await work.docker.info()).Architecture);
    const store = await openPackageStore({ ...work, directory, architecture });
    const base = store.base.map((file) => `/store/cache/archives/${basename(file)}\n`);
    await writeFile(join(directory, "base.txt"), base.join(""));
    const { packTar } = await import("modern-tar/fs");
    await Promise.all([
      importBase(work.docker, store, bootstrap, work.signal),
      // As an image the store goes to the engine once; as a folder every target would send it again.
      store.add(PACKAGES, ALONE).then(() => importImage(work.docker, packTar(directory), packages)),
    ]);
    work.log("  the packages are here; installing them ...");
    const free = await findFreeTags(work.docker, images);
    await bake(work, planBake({ images, free, bootstrap, packages, directory: DIRECTORY }));
  } catch (error) {
    work.signal.throwIfAborted();
    throw asFault(error, "making the stand-in images");
  } finally {
    await Promise.all([bootstrap, packages].map((name) => removeImage(work.docker, name)));
  }
}

function debianArchitecture(name: string): string {
  const names: Record<string, string> = { x86_64: "amd64", aarch64: "arm64" };
  return names[name] ?? name;
}

/** The packages of a minimal system, unpacked and not configured: enough to run dpkg in. */
async function importBase(docker: Dockerode, store: PackageStore, tag: string, signal: AbortSignal): Promise<void> {
  const [{ execa }, { asStream, mergePackages }] = await Promise.all([import("execa"), import("./root-archive.ts")]);
  const links = store.base.filter((file) => file.includes("/base-files_"));
  const rest = store.base.filter((file) => !links.includes(file));
  const archive = await mergePackages([...links, ...rest], async (file) => {
    const options = { encoding: "buffer", maxBuffer: 1_000_000_000, cancelSignal: signal } as const;
    return (await execa("dpkg-deb", ["--fsys-tarfile", file], options)).stdout;
  });
  await importImage(docker, asStream(archive), tag);
}

async function importImage(docker: Dockerode, archive: Readable, name: string): Promise<void> {
  const [repo, tag] = name.split(":");
  const progress = await docker.importImage(archive, { repo, tag });
  await finishProgress(docker, progress);
}

/** Quiet when it is not there: the work may have ended before it was made. */
async function removeImage(docker: Dockerode, name: string): Promise<void> {
  await docker
    .getImage(name)
    .remove({ force: true })
    .catch(() => undefined);
}

async function findFreeTags(docker: Dockerode, images: CatalogueImage[]): Promise<Set<string>> {
  const references = listReferences({ images });
  const facts = await Promise.all(
    references.map((name) =>
      docker
        .getImage(name)
        .inspect()
        .catch(() => undefined),
    ),
  );
  const isFree = (index: number) =>
    facts[index] === undefined || facts[index]?.Config?.Labels?.[STAND_IN_LABEL] !== undefined;
  return new Set(references.filter((_name, index) => isFree(index)));
}

/** Of builds whose process was killed. */
async function removeAbandoned(docker: Dockerode): Promise<void> {
  const images = await docker.listImages({ filters: { reference: HALFWAY } });
  for (const tag of images.flatMap(({ RepoTags }) => RepoTags ?? [])) {
    const [name, pid] = tag.split(":");
    if (name === undefined || !HALFWAY.includes(name)) continue;
    if ((await startOf(Number(pid))) === undefined) await removeImage(docker, tag);
  }
}

export interface BakePlan {
  images: CatalogueImage[];
  /** Tags that may be given. */
  free: Set<string>;
  bootstrap: string;
  /** Image with the packages. */
  packages: string;
  /** Folder of the Dockerfile. */
  directory: string;
}

/** What `docker buildx bake` is told: one target an image, all from one Dockerfile. */
export function planBake({ images, free, bootstrap, packages, directory }: BakePlan): object {
  const contexts = { bootstrap: `docker-image://${bootstrap}`, store: `docker-image://${packages}` };
  const targets = images
    .map((image) => ({ image, tags: listReferences({ images: [image] }).filter((tag) => free.has(tag)) }))
    .filter(({ tags }) => tags.length > 0)
    .map(({ image, tags }) => [
      image.standIn,
      {
        context: directory,
        contexts,
        target: image.standIn,
        labels: { [STAND_IN_LABEL]: image.reference },
        tags,
        output: ["type=docker"],
      },
    ]);
  return {
    group: { default: { targets: targets.map(([name]) => name) } },
    target: Object.fromEntries(targets),
  };
}

async function bake(work: ImageWork, plan: object): Promise<void> {
  await mustRunOnHost(["docker", "buildx", "bake", "--progress=plain", "--file=-"], {
    environment: { ...work.environment, BUILDX_BUILDER: "default" },
    signal: work.signal,
    input: JSON.stringify(plan),
    onLine: (line) => reportDone(line, work.log),
    code: "STAND_IN_BUILD_FAILED",
    doing: "building the stand-in images",
    hint: "Read the last lines above; `docker buildx version` must work and the engine's disk must not be full.",
  });
}

/** BuildKit says a great deal; a line for each finished image is what somebody who waits wants to know. */
function reportDone(line: string, log: (line: string) => void): void {
  const name = /^#\d+ naming to (?:docker\.io\/)?(?:library\/)?(\S+?)(?: .*)?done$/.exec(line)?.[1];
  if (name !== undefined) log(`  ${name} is there (stand-in)`);
}
