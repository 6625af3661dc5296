/** The full name of a reference: `nginx` is `docker.io/library/nginx:latest`. */
function normaliseImage(reference: string): string {
  const [name = "", digest] = reference.trim().split("@");
  const slash = name.indexOf("/");
  const host = slash < 0 ? "" : name.slice(0, slash);
  const hasHost = /[.:]/.test(host) || host === "localhost";
  const path = hasHost ? name.slice(slash + 1) : name;
  const tagged = /:[^/]*$/.test(path) || digest !== undefined ? path : `${path}:latest`;
  const registry = hasHost ? host.replace(/^(index|registry-1)\.docker\.io$/, "docker.io") : "docker.io";
  const full = registry === "docker.io" && !tagged.includes("/") ? `library/${tagged}` : tagged;
  return `${registry}/${full}${digest === undefined ? "" : `@${digest}`}`;
}

export interface ImageList {
  /** As the lab writes them. */
  written: readonly string[];
  has(reference: string): boolean;
}

export function createImageList(written: readonly string[]): ImageList {
  const known = new Set(written.map(normaliseImage));
  return { written, has: (reference) => known.has(normaliseImage(reference)) };
}
