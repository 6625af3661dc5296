import type { WriteStream } from "node:tty";

/** How a stream may be drawn on: its width, and whether it takes colour and redrawing. */
export interface Screen {
  width: number;
  colour: boolean;
  /** The locale shows more than ASCII. */
  unicode: boolean;
  /** Lines may be rewritten. */
  live: boolean;
}

/** Honours NO_COLOR and FORCE_COLOR (https://no-color.org); a pipe is 80 columns of plain text. */
export function screenOf(
  stream: Partial<Pick<WriteStream, "isTTY" | "columns">>,
  environment: NodeJS.ProcessEnv,
): Screen {
  const tty = stream.isTTY === true;
  const wanted = environment["FORCE_COLOR"] !== undefined && environment["FORCE_COLOR"] !== "0";
  const unwanted = (environment["NO_COLOR"] ?? "") !== "" || environment["TERM"] === "dumb";
  return {
    width: tty ? Math.min(Math.max(stream.columns ?? 80, 40), 100) : 80,
    colour: !unwanted && (tty || wanted),
    unicode: /utf-?8/i.test(environment["LC_ALL"] || environment["LC_CTYPE"] || environment["LANG"] || "utf-8"),
    live: tty && environment["CI"] === undefined && environment["TERM"] !== "dumb",
  };
}
