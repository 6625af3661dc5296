// C0 without tab and newline, DEL and C1; zero-width and bidirectional controls, which reorder what a reader sees;
// lone surrogates, which are not text.
const UNSEEN =
  // biome-ignore lint/suspicious/noControlCharactersInRegex: removing them is the purpose
  /[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff\ufff9-\ufffb]/g;

/** Student text made safe to print on one line: no control characters, no line breaks, at most `limit` UTF-16 units. */
export function neutralise(text: string, limit: number): string {
  const plain = text
    .slice(0, limit * 2)
    .toWellFormed()
    .replace(UNSEEN, "�")
    .replaceAll("\t", "  ")
    .replaceAll("\n", " ");
  return plain.length > limit ? `${plain.slice(0, limit - 1)}…` : plain;
}
