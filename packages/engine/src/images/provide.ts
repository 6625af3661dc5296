import { tmpdir, userInfo } from "node:os";
import { join } from "node:path";
import { faultError, LabError } from "@compose-labs/lab";
import { withLock } from "../setup/setup-lock.ts";
import { type CatalogueImage, listReferences } from "./catalogue.ts";
import { type ImageStatus, inspectImages } from "./image-status.ts";
import type { ImageWork } from "./image-work.ts";
import { askRegistry, pullImages } from "./pull.ts";
import { buildStandIns } from "./stand-ins.ts";

/**
 * Gets what the engine lacks of the catalogue: from the registry when it answers within seconds, otherwise as
 * stand-ins. What is there is used as it is. Throws the fault `IMAGE_UNAVAILABLE` when neither way works, with what
 * each of them said.
 */
export async function provideImages(work: ImageWork): Promise<ImageStatus[]> {
  const before = await inspectImages(work.docker, work.catalogue);
  if (before.every(({ state }) => state !== "missing")) return before;
  const lock = {
    file: join(tmpdir(), `compose-labs-images-${userInfo().uid}.lock`),
    signal: work.signal,
    onWait: () => work.log("Another command is getting the course's images; waiting for it ..."),
  };
  return withLock(lock, () => getMissing(work));
}

async function getMissing(work: ImageWork): Promise<ImageStatus[]> {
  const before = await inspectImages(work.docker, work.catalogue);
  const missing = before.filter(({ state }) => state === "missing").map(({ reference }) => reference);
  const [first] = missing;
  if (first === undefined) return before;
  const refusal = await tryRegistry(work, missing, first);
  if (refusal === undefined) return inspectImages(work.docker, work.catalogue);
  work.log(refusal.message);
  const after = await inspectImages(work.docker, work.catalogue);
  const left = withMissing(work.catalogue.images, after);
  try {
    await buildStandIns(work, left);
  } catch (error) {
    if (!(error instanceof LabError && NO_PACKAGES.has(error.code))) throw error;
    const names = left.flatMap((image) => listReferences({ images: [image] }));
    throw faultError(
      "IMAGE_UNAVAILABLE",
      `the engine lacks ${names.join(", ")}. ${refusal.message}; ${error.message}`,
      {
        ...(error.hint === undefined ? {} : { hint: error.hint }),
        cause: refusal,
      },
    );
  }
  return inspectImages(work.docker, work.catalogue);
}

/** Where neither a registry nor Debian's packages can be had, the way out is a bundle. */
const NO_PACKAGES = new Set(["STAND_INS_UNSUPPORTED", "PACKAGES_UNREACHABLE"]);

async function tryRegistry(work: ImageWork, missing: string[], first: string): Promise<LabError | undefined> {
  try {
    await askRegistry(work, first);
    work.log(`Pulling ${missing.length} images of the course ...`);
    await pullImages(work, missing);
    return undefined;
  } catch (error) {
    if (error instanceof LabError && error.code !== "DISK_FULL") return error;
    throw error;
  }
}

/** The images of which some tag is missing; the others are not built again. */
function withMissing(images: CatalogueImage[], statuses: ImageStatus[]): CatalogueImage[] {
  const missing = new Set(statuses.filter(({ state }) => state === "missing").map(({ reference }) => reference));
  return images.filter((image) => listReferences({ images: [image] }).some((name) => missing.has(name)));
}
