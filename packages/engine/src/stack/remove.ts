import { faultError } from "@compose-labs/lab";
import type Dockerode from "dockerode";
import { describeError, statusCode } from "../faults.ts";

/** What still is there after removal was tried. */
interface Leftover {
  what: string;
  error: unknown;
}

/**
 * Removes everything that carries the label, with anonymous volumes (they have no labels of their own), and looks
 * again until nothing is found. `passes` is how many looks in a row must find nothing: 2 after an interruption, when
 * the engine may still be making what it was asked for. Throws the fault `CLEANUP_FAILED` that names what is left.
 */
export async function removeLabelled(
  docker: Dockerode,
  label: string,
  options: { passes?: number; images?: boolean } = {},
): Promise<void> {
  const filters = JSON.stringify({ label: [label] });
  let empty = 0;
  let leftovers: Leftover[] = [];
  for (let pass = 0; pass < 12 && empty < (options.passes ?? 1); pass++) {
    if (pass > 1) await new Promise((resolve) => setTimeout(resolve, 100));
    const containers = await docker.listContainers({ all: true, filters });
    leftovers = await attempt(containers, ({ Id, Names }) => ({
      what: `container ${Names[0]?.replace(/^\//, "") ?? Id}`,
      removed: docker.getContainer(Id).remove({ force: true, v: true }),
    }));
    const [networks, volumes, images] = await Promise.all([
      docker.listNetworks({ filters }),
      docker.listVolumes({ filters }).then((answer) => answer.Volumes ?? []),
      options.images === false ? [] : docker.listImages({ all: false, filters }),
    ]);
    const rest = await Promise.all([
      attempt(networks, ({ Id, Name }) => ({ what: `network ${Name}`, removed: docker.getNetwork(Id).remove() })),
      attempt(volumes, ({ Name }) => ({
        what: `volume ${Name}`,
        removed: docker.getVolume(Name).remove({ force: true }),
      })),
      attempt(images, ({ Id }) => ({ what: `image ${Id}`, removed: docker.getImage(Id).remove({ force: true }) })),
    ]);
    leftovers.push(...rest.flat());
    const found = containers.length + networks.length + volumes.length + images.length;
    empty = found === 0 ? empty + 1 : 0;
  }
  if (empty > 0 || leftovers.length === 0) return;
  const names = leftovers.map(({ what, error }) => `${what} (${describeError(error)})`);
  throw faultError("CLEANUP_FAILED", `the engine did not remove ${names.join(", ")}`, {
    hint: "Run `grader clean`; if it stays, restart the engine.",
    cause: leftovers[0]?.error,
  });
}

async function attempt<T>(
  items: T[],
  remove: (item: T) => { what: string; removed: Promise<unknown> },
): Promise<Leftover[]> {
  const results = await Promise.all(
    items.map(async (item) => {
      const { what, removed } = remove(item);
      try {
        await removed;
        return undefined;
      } catch (error) {
        // Gone already, or being removed by somebody else (409): the next look tells.
        return statusCode(error) === 404 ? undefined : { what, error };
      }
    }),
  );
  return results.filter((leftover) => leftover !== undefined);
}
