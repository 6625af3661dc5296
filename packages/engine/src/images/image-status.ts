import { faultError } from "@compose-labs/lab";
import type Dockerode from "dockerode";
import { asFault, isNotFound } from "../faults.ts";
import { type Catalogue, listReferences } from "./catalogue.ts";
import { STAND_IN_LABEL } from "./stand-in-label.ts";

export interface ImageStatus {
  reference: string;
  state: "present" | "missing" | "stand-in";
  /** Digest of its configuration; undefined when it is missing. */
  id: string | undefined;
  /** Bytes, all layers. */
  size: number | undefined;
}

/** What the engine has of the catalogue, aliases included, in its order. Throws the engine's faults. */
export function inspectImages(docker: Dockerode, catalogue: Catalogue): Promise<ImageStatus[]> {
  return Promise.all(listReferences(catalogue).map((reference) => inspectImage(docker, reference)));
}

export interface RequiredImages {
  /** Those that are stand-ins. */
  standIns: string[];
  /** All, in the order of their names, with the engine's id of each: `sha256:…`. */
  images: { name: string; digest: string }[];
}

/**
 * Makes sure that the engine has every one of `references`, by one inspect each; says what they are. Throws the
 * fault `IMAGE_MISSING`, naming all that are missing and the command to run.
 */
export async function requireImages(docker: Dockerode, references: string[]): Promise<RequiredImages> {
  const states = await Promise.all([...new Set(references)].map((reference) => inspectImage(docker, reference)));
  const missing = states.filter(({ state }) => state === "missing").map(({ reference }) => reference);
  if (missing.length > 0) {
    throw faultError(
      "IMAGE_MISSING",
      `the engine lacks ${missing.length === 1 ? "an image" : "images"} of this lab: ${missing.join(", ")}`,
      {
        hint: "Run `grader images pull`; where no registry answers, `grader images build`.",
      },
    );
  }
  return {
    standIns: states.filter(({ state }) => state === "stand-in").map(({ reference }) => reference),
    images: states
      .flatMap(({ reference: name, id: digest }) => (digest === undefined ? [] : [{ name, digest }]))
      .sort((a, b) => (a.name < b.name ? -1 : 1)),
  };
}

async function inspectImage(docker: Dockerode, reference: string): Promise<ImageStatus> {
  try {
    const facts = await docker.getImage(reference).inspect();
    // An image that a student built on a stand-in has the label too, but not one of our references.
    const standIn = facts.Config?.Labels?.[STAND_IN_LABEL] !== undefined;
    return { reference, state: standIn ? "stand-in" : "present", id: facts.Id, size: facts.Size };
  } catch (error) {
    if (isNotFound(error)) return { reference, state: "missing", id: undefined, size: undefined };
    throw asFault(error, `looking for the image ${reference}`);
  }
}
