import { readBases, readCompose } from "../compose-facts.ts";
import { filesBelow, inLab, type LabFacts } from "../facts.ts";
import type { Report } from "../finding.ts";

/** A tag that begins with a number, or a name and a version (`trixie-slim` is a release, too). */
const PINNED = /(@sha256:[0-9a-f]{64}|:v?\d[\w.-]*|:[a-z]+-slim)$/;

/** Images of lab.yaml against the catalogue, and those of right solutions against lab.yaml. */
export function checkImages(facts: LabFacts, report: Report): void {
  const { manifest, catalogue, manifestPlace, proof } = facts;
  if (manifest === undefined) return;
  for (const [index, reference] of manifest.images.entries()) {
    const place = manifestPlace(["images", index]);
    if (!PINNED.test(reference)) report("image.unpinned", { reference }, place, reference);
    if (!catalogue.includes(reference)) report("image.unknown", { reference }, place, reference);
  }
  const allowed = new Set(manifest.images);
  for (const folder of [
    "starter",
    "reference",
    ...(proof?.alternatives ?? []).map(({ name }) => `alternatives/${name}`),
  ]) {
    for (const [path, text] of filesBelow(facts, folder)) {
      for (const { reference, line } of imagesOf(path, text)) {
        if (allowed.has(reference) || allowed.has(`${reference}:latest`)) continue;
        report("image.unlisted", { reference }, inLab(facts, `${folder}/${path}`, line, 1), `${folder}/${path}`);
      }
    }
  }
}

function imagesOf(path: string, text: string): { reference: string; line: number }[] {
  if (/(^|\/|\.)Dockerfile(\.[^/]+)?$/.test(path) && !path.endsWith(".dockerignore")) return readBases(text);
  const compose = /\.ya?ml$/.test(path) ? readCompose(text) : undefined;
  return (compose?.services ?? []).flatMap(({ name, image, builds }) =>
    image === undefined || builds || image.includes("$")
      ? []
      : [{ reference: image, line: compose?.line(["services", name, "image"]) ?? 1 }],
  );
}
