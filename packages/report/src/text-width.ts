// East Asian wide and full-width forms and pictographs take two columns. What is not sure counts as wide:
// a line that is a little short does no harm.
const WIDE =
  /[\u1100-\u115f\u2329\u232a\u2e80-\u303e\u3041-\ua4cf\ua960-\ua97c\uac00-\ud7a3\uf900-\ufaff\ufe10-\ufe19\ufe30-\ufe6f\uff00-\uff60\uffe0-\uffe6\u{16fe0}-\u{18dff}\u{1b000}-\u{1b2ff}\u{1f000}-\u{1faff}\u{20000}-\u{3fffd}]|\p{Emoji_Presentation}/u;
const NARROW = /^[ -~]*$/;

function measureCharacter(character: string): number {
  if (/^\p{M}$/u.test(character)) return 0;
  return WIDE.test(character) ? 2 : 1;
}

/** Columns that a neutralised text takes in a terminal. */
export function measure(text: string): number {
  if (NARROW.test(text)) return text.length;
  let width = 0;
  for (const character of text) width += measureCharacter(character);
  return width;
}

/** Fills up with blanks on the right to `width` columns. */
export function padEnd(text: string, width: number): string {
  return text + " ".repeat(Math.max(0, width - measure(text)));
}

/** Fills up with blanks on the left to `width` columns. */
export function padStart(text: string, width: number): string {
  return " ".repeat(Math.max(0, width - measure(text))) + text;
}

/** Cuts a text, blanks kept, into pieces of at most `width` columns. An empty text is one empty piece. */
export function fold(text: string, width: number): string[] {
  const pieces: string[] = [];
  let piece = "";
  let used = 0;
  for (const character of text) {
    const columns = measureCharacter(character);
    if (used + columns > width && piece !== "") {
      pieces.push(piece);
      piece = "";
      used = 0;
    }
    piece += character;
    used += columns;
  }
  pieces.push(piece);
  return pieces;
}

/** Breaks a text at blanks into lines of at most `width` columns; only a longer word is cut. Newlines stay breaks. */
export function wrap(text: string, width: number): string[] {
  return text.split("\n").flatMap((paragraph) => {
    const lines: string[] = [];
    let line = "";
    for (const word of paragraph.split(/\s+/).filter((part) => part !== "")) {
      const joined = line === "" ? word : `${line} ${word}`;
      if (measure(joined) <= width) {
        line = joined;
        continue;
      }
      if (line !== "") lines.push(line);
      const pieces = fold(word, width);
      line = pieces.pop() ?? "";
      lines.push(...pieces);
    }
    lines.push(line);
    return lines;
  });
}

/** Like `fold`, but cuts after a blank where there is one in the last third of a piece. For logs: blanks stay as they are. */
export function foldAtBlanks(text: string, width: number): string[] {
  const rows: string[] = [];
  let rest = text;
  while (measure(rest) > width) {
    const piece = fold(rest, width)[0] ?? "";
    const blank = piece.lastIndexOf(" ") + 1;
    const row = blank > (piece.length * 2) / 3 ? piece.slice(0, blank) : piece;
    rows.push(row);
    rest = rest.slice(row.length);
  }
  return [...rows, rest];
}

/** One line of at most `width` columns; what is cut shows as `ellipsis`. */
export function truncate(text: string, width: number, ellipsis: string): string {
  const line = text.replace(/\s*\n\s*/g, " ");
  if (measure(line) <= width) return line;
  return `${fold(line, width - measure(ellipsis))[0] ?? ""}${ellipsis}`;
}
