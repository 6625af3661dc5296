import { createTwoFilesPatch } from "diff";
import type { Mutant } from "./generate.ts";
import type { Source } from "./operator.ts";

/** What a mutant changes, as a unified diff of each of its files with three lines around a change. */
export function differenceOf({ files }: Source, mutant: Mutant): string {
  return [...mutant.files]
    .map(([path, text]) => {
      const patch = createTwoFilesPatch(
        `reference/${path}`,
        text === undefined ? "/dev/null" : `mutant/${path}`,
        files.get(path) ?? "",
        text ?? "",
        undefined,
        undefined,
        { context: 3 },
      );
      return patch.replace(/^=+\n/, "");
    })
    .join("");
}
