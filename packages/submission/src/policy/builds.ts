import { relative, resolve } from "node:path";
import type { BuildModel, Dockerfile, Place } from "@compose-labs/lab";
import { blankSyntax } from "../dockerfile/lines.ts";
import { parseDockerfile } from "../dockerfile/parse.ts";
import { checkDirectives, checkDockerfile } from "../dockerfile/rules.ts";
import { kindOf, readGated } from "../raw/text-file.ts";
import { likely } from "../text/likely.ts";
import { isInside, realPath } from "../tree/inside.ts";
import { own, type PolicyContext, pairsOf } from "./context.ts";
import { createImageList } from "./images.ts";
import { allPaths } from "./mounts.ts";

export interface CheckedBuilds {
  /** By service. */
  dockerfiles: Map<string, Dockerfile>;
  /** Dockerfiles of the copy whose `# syntax=` line is to be blanked: path and new text. */
  rewritten: Map<string, string>;
}

/** An address instead of a folder, in any of the forms that Compose and BuildKit take. */
const REMOTE = /:\/\/|^git@|^github\.com\/|^(docker-image|oci-layout|target|service):/i;

/** Every `build:` and the Dockerfile it names. */
export async function checkBuilds(context: PolicyContext): Promise<CheckedBuilds> {
  const answer: CheckedBuilds = { dockerfiles: new Map(), rewritten: new Map() };
  for (const [service, { build }] of Object.entries(context.model.services)) {
    if (build === undefined) continue;
    await checkBuild(service, build, context, answer);
  }
  return answer;
}

async function checkBuild(
  service: string,
  build: BuildModel,
  context: PolicyContext,
  answer: CheckedBuilds,
): Promise<void> {
  const { report, places, root } = context;
  const at = (...path: string[]): Place => places.at(["services", service, "build", ...path]);
  const folder = await checkFolder(service, "build.context", build.context ?? root, at("context"), context);
  const contexts = await checkContexts(service, build, at, context);
  if (build.network !== undefined && !/^(none|default)?$/.test(String(build.network))) {
    report("build.network", { service, value: String(build.network) }, at("network"));
  }
  for (const [name] of pairsOf(build.args)) {
    if (/^BUILDKIT_/i.test(name)) report("build.syntax", { service, name }, at("args", name));
  }
  if (folder === undefined) return;
  const read = await readDockerfile(service, build, folder, at, context);
  if (read === undefined) return;
  const { text, file, inline } = read;
  const placeAt = (line: number): Place => inline ?? { file, line, column: 1 };
  const args = Object.fromEntries(
    pairsOf(build.args).flatMap(([name, value]) => (typeof value === "string" ? [[name, value]] : [])),
  );
  const parsed = parseDockerfile(text, { file, args, target: build.target, inline });
  checkDirectives(parsed.directives, placeAt, report);
  if (inline === undefined && parsed.directives.some(({ name }) => name === "syntax")) {
    answer.rewritten.set(file, blankSyntax(text, parsed.directives));
  }
  if (parsed.problem !== undefined) {
    const { problem, place, likely: near } = parsed.problem;
    report("dockerfile.syntax-error", { problem, likely: near }, place);
  }
  if (parsed.dockerfile === undefined) return;
  const images = createImageList(context.manifest.images);
  checkDockerfile(parsed.dockerfile, { images, contexts, report });
  answer.dockerfiles.set(service, parsed.dockerfile);
}

/** The real path of a folder to build from, or undefined with a finding. */
async function checkFolder(
  service: string,
  key: string,
  path: string,
  place: Place,
  { root, report, files }: PolicyContext,
): Promise<string | undefined> {
  if (REMOTE.test(path)) {
    report("build.remote", { service, key, path }, place);
    return undefined;
  }
  const absolute = resolve(root, path);
  const real = await realPath(absolute);
  if (!isInside(root, absolute) || !isInside(root, real.path)) {
    report("build.outside", { service, key, path }, place);
    return undefined;
  }
  if (!real.exists) {
    const shown = relative(root, absolute);
    report("build.missing", { service, key, path: shown, likely: likely(shown, allPaths(files)) ?? "" }, place);
    return undefined;
  }
  return real.path;
}

async function checkContexts(
  service: string,
  build: BuildModel,
  at: (...path: string[]) => Place,
  context: PolicyContext,
): Promise<Set<string>> {
  const names = new Set<string>();
  const images = createImageList(context.manifest.images);
  for (const [name, value] of pairsOf(build.additional_contexts)) {
    const path = String(value);
    const place = at("additional_contexts", name);
    names.add(name);
    const image = /^docker-image:\/\/(.+)$/.exec(path)?.[1];
    if (image !== undefined && images.has(image)) continue;
    if (path.startsWith("service:") && own(context.model.services, path.slice(8)) !== undefined) continue;
    await checkFolder(service, `build.additional_contexts.${name}`, path, place, context);
  }
  return names;
}

async function readDockerfile(
  service: string,
  build: BuildModel,
  folder: string,
  at: (...path: string[]) => Place,
  { root, report, files }: PolicyContext,
): Promise<{ text: string; file: string; inline: Place | undefined } | undefined> {
  if (typeof build.dockerfile_inline === "string") {
    const place = at("dockerfile_inline");
    return { text: build.dockerfile_inline, file: place.file, inline: place };
  }
  const path = resolve(folder, build.dockerfile ?? "Dockerfile");
  const real = await realPath(path);
  const shown = relative(root, path);
  if (REMOTE.test(build.dockerfile ?? "") || !isInside(root, path) || !isInside(root, real.path)) {
    report("build.outside", { service, key: "build.dockerfile", path: build.dockerfile ?? "" }, at("dockerfile"));
    return undefined;
  }
  if ((await kindOf(root, shown)) !== "file") {
    const near = likely(shown, files) ?? "";
    report("dockerfile.missing", { service, path: shown, likely: near }, at("dockerfile"));
    return undefined;
  }
  const file = relative(root, real.path);
  const text = await readGated(root, file, report);
  return text === undefined ? undefined : { text, file, inline: undefined };
}
