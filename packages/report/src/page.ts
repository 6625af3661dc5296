import { styleText } from "node:util";
import { defuseCommands } from "./neutralise.ts";

export interface PageOptions {
  /** Columns; no line is longer. At least 40 are used. */
  width: number;
  /** Default false. */
  colour?: boolean;
  /** False gives plain ASCII, whatever the texts hold. Default true. */
  unicode?: boolean;
}

export type Ink = "passed" | "failed" | "blocked" | "fault" | "strong" | "faint" | "command";

const INKS: Record<Ink, Parameters<typeof styleText>[0]> = {
  passed: "green",
  failed: ["bold", "red"],
  blocked: "yellow",
  fault: ["bold", "magenta"],
  strong: "bold",
  faint: "dim",
  command: "cyan",
};

const UNICODE = { rule: "─", bar: "│", corner: "┐", joined: "●", caret: "^", ellipsis: "…", dot: "·", arrow: "→" };
const ASCII = { rule: "-", bar: "|", corner: "+", joined: "o", caret: "^", ellipsis: "...", dot: "-", arrow: "->" };

/** What every part of a report is drawn with. Texts are laid out first and painted after, piece by piece. */
export interface Page {
  width: number;
  unicode: boolean;
  glyphs: typeof UNICODE;
  paint(ink: Ink, text: string): string;
}

export function openPage(options: PageOptions): Page {
  const { colour = false, unicode = true } = options;
  return {
    width: Math.max(40, options.width),
    unicode,
    glyphs: unicode ? UNICODE : ASCII,
    // The stream is the caller's business: what was asked for is what is painted.
    paint: (ink, text) => (colour && text !== "" ? styleText(INKS[ink], text, { validateStream: false }) : text),
  };
}

/**
 * Joins the lines of a report, without blanks at line ends. Wrapping may have brought a `::` to the start of a
 * line, where GitHub would take it for a command: it is pulled apart into the indent, so that no line grows.
 */
export function closePage(lines: string[]): string {
  const text = lines.map((line) => line.trimEnd().replace(/^(\s*)\s::/, "$1: :")).join("\n");
  return `${defuseCommands(text)}\n`;
}
