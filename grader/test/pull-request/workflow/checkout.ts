import { mkdir, rm } from "node:fs/promises";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { git } from "./git.ts";

const KNOWN = ["repository", "ref", "path", "fetch-depth", "persist-credentials", "submodules", "lfs"];

/**
 * What actions/checkout does, by its own documentation: a fresh clone in `path`, of the one commit unless `fetch-depth`
 * is 0, then all branches; a hash that no branch has is fetched by itself, as a fork's head is.
 */
export async function checkout(
  inputs: Record<string, string>,
  {
    workspace,
    repository,
    sha,
    repositories,
  }: { workspace: string; repository: string; sha: string; repositories: ReadonlyMap<string, string> },
): Promise<void> {
  const unknown = Object.keys(inputs).find((name) => !KNOWN.includes(name));
  if (unknown !== undefined) throw new Error(`the checkout of these tests does not know the input ${unknown}`);
  for (const name of ["persist-credentials", "submodules", "lfs"]) {
    if (inputs[name] !== "false") throw new Error(`expected ${name}: false, found ${inputs[name]}`);
  }
  const name = inputs["repository"] ?? repository;
  const from = repositories.get(name);
  if (from === undefined) throw new Error(`there is no repository ${name}`);
  const folder = join(workspace, inputs["path"] ?? ".");
  await rm(folder, { recursive: true, force: true });
  await mkdir(folder, { recursive: true });
  await git(folder, ["init", "--quiet"]);
  await git(folder, ["remote", "add", "origin", pathToFileURL(from).href]);
  const ref = inputs["ref"] ?? sha;
  const isHash = /^[0-9a-f]{40}$/.test(ref);
  if (inputs["fetch-depth"] === "0") {
    await fetch(folder, ["+refs/heads/*:refs/remotes/origin/*", "+refs/tags/*:refs/tags/*"]);
    if (isHash) await git(folder, ["cat-file", "-e", ref]).catch(() => fetch(folder, [ref]));
  } else {
    await fetch(folder, ["--depth=1", isHash ? ref : `+refs/heads/${ref}:refs/remotes/origin/${ref}`]);
  }
  // What the real action sets for `lfs: false`: a machine with Git LFS leaves the pointers as they are.
  const env = { GIT_LFS_SKIP_SMUDGE: "1" };
  const commit = isHash ? ref : `refs/remotes/origin/${ref}`;
  await git(folder, ["checkout", "--quiet", "--force", "--detach", commit], { env });
}

async function fetch(folder: string, args: readonly string[]): Promise<void> {
  const [depth, ...refs] = args[0]?.startsWith("--") ? args : [undefined, ...args];
  const options = [
    "--quiet",
    "--no-tags",
    "--prune",
    "--no-recurse-submodules",
    ...(depth === undefined ? [] : [depth]),
  ];
  await git(folder, ["fetch", ...options, "origin", ...refs.flatMap((ref) => (ref === undefined ? [] : [ref]))]);
}
