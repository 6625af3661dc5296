import { createReadStream, createWriteStream } from "node:fs";
import { rename, rm, stat } from "node:fs/promises";
import { pipeline } from "node:stream/promises";
import { createGunzip, createGzip } from "node:zlib";
import { faultError, usageError } from "@compose-labs/lab";
import { asFault, describeError } from "../faults.ts";
import { type ImageStatus, inspectImages } from "./image-status.ts";
import type { ImageWork } from "./image-work.ts";
import { finishProgress } from "./progress.ts";

/**
 * Writes every image of the catalogue that the engine has, with its tags, into one file (gzip when the name ends in
 * `.gz`), which `docker load` reads too. Returns what is in it. Throws `IMAGE_MISSING` when there is none at all, and
 * `DISK_FULL` or `BUNDLE_WRITE_FAILED` when the file cannot be written; no half-written file is left.
 */
export async function saveBundle(work: ImageWork, file: string): Promise<string[]> {
  const statuses = await inspectImages(work.docker, work.catalogue);
  const names = statuses.filter(({ state }) => state !== "missing").map(({ reference }) => reference);
  if (names.length === 0) {
    throw faultError("IMAGE_MISSING", "there is nothing to save: the engine has no image of the course", {
      hint: "Get them first: `grader images pull` or `grader images build`.",
    });
  }
  work.log(`Saving ${names.length} images to ${file} ...`);
  const partial = `${file}.partial`;
  try {
    const archive = await readImages(work, names);
    const steps = file.endsWith(".gz") ? [createGzip({ level: 4 })] : [];
    await pipeline([archive, ...steps, createWriteStream(partial, { mode: 0o644 })], { signal: work.signal });
    await rename(partial, file);
  } catch (error) {
    await rm(partial, { force: true });
    work.signal.throwIfAborted();
    throw explainWrite(file, error);
  }
  return names;
}

function explainWrite(file: string, cause: unknown): Error {
  const text = describeError(cause);
  if (/ENOSPC|EDQUOT/.test(text)) {
    return faultError("DISK_FULL", `cannot write ${file}: the disk is full`, {
      hint: "The bundle takes about 700 MB (300 MB with a name that ends in .gz): free space or name another disk.",
      cause,
    });
  }
  if (/\b(ENOENT|EACCES|EROFS|EISDIR|ENOTDIR|EPERM)\b/.test(text)) {
    return faultError("BUNDLE_WRITE_FAILED", `cannot write ${file}: ${text}`, {
      hint: "Name a file in a folder that exists and that you may write to.",
      cause,
    });
  }
  return asFault(cause, "saving the images");
}

/** All at once, so that layers that images share are in the file once. */
function readImages(work: ImageWork, names: string[]): Promise<NodeJS.ReadableStream> {
  const query = names.map((name) => `names=${encodeURIComponent(name)}`).join("&");
  return new Promise((resolve, reject) => {
    work.docker.modem.dial(
      {
        // The client cuts off the last character of a path with a query and no options.
        path: `/images/get?${query}&`,
        method: "GET",
        isStream: true,
        statusCodes: { 200: true, 404: "no such image", 500: "server error" },
      },
      (error: unknown, stream: unknown) => {
        if (error) reject(error);
        else resolve(stream as NodeJS.ReadableStream);
      },
    );
  });
}

/**
 * Loads a bundle (gzip or not, by content). Throws the usage error `BUNDLE_MISSING` and the faults `BUNDLE_INVALID`
 * and `DISK_FULL`. Returns what the engine has of the catalogue then.
 */
export async function loadBundle(work: ImageWork, file: string): Promise<ImageStatus[]> {
  const facts = await stat(file).catch(() => undefined);
  if (facts === undefined || !facts.isFile()) {
    throw usageError("BUNDLE_MISSING", `found no bundle at ${file}`, {
      hint: "Make one where the images are: `grader images save course-images.tar.gz`.",
    });
  }
  work.log(`Loading images from ${file} ...`);
  const source = createReadStream(file, { signal: work.signal });
  const plain = (await isGzip(file)) ? source.pipe(createGunzip()) : source;
  source.on("error", (error) => plain.destroy(error));
  try {
    const progress = await work.docker.loadImage(plain);
    await finishProgress(work.docker, progress);
  } catch (error) {
    work.signal.throwIfAborted();
    const text = describeError(error);
    if (/no space left/i.test(text)) throw asFault(error, "loading the images");
    throw faultError("BUNDLE_INVALID", `${file} is not a bundle of images: ${text.slice(0, 200)}`, {
      hint: "Copy it again or make it again: `grader images save course-images.tar.gz`.",
      cause: error,
    });
  }
  return inspectImages(work.docker, work.catalogue);
}

async function isGzip(file: string): Promise<boolean> {
  for await (const chunk of createReadStream(file, { end: 1 })) {
    const bytes = chunk as Buffer;
    return bytes[0] === 0x1f && bytes[1] === 0x8b;
  }
  return false;
}
