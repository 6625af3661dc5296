import { type NeutraliseOptions, neutralise } from "../neutralise.ts";

/** Nothing that a container wrote is cut here, but for what no page bears; whoever has less room cuts before. */
const KEPT = 1_048_576;

const ENTITIES: Record<string, string> = {
  "&": "&amp;",
  "<": "&lt;",
  ">": "&gt;",
  '"': "&quot;",
  "'": "&#39;",
};

/** Foreign text for the content of an element, or for an attribute in quotes: neutralised, and nothing but text. */
export function escapeHtml(text: string, options: NeutraliseOptions = {}): string {
  return neutralise(text, { maxLength: KEPT, ...options }).replace(
    /[&<>"']/g,
    (character) => ENTITIES[character] ?? character,
  );
}

/** HTML in which everything foreign is escaped. Only `html` makes it, so that a string never passes for it. */
class Markup {
  readonly #text: string;

  constructor(text: string) {
    this.#text = text;
  }

  toString(): string {
    return this.#text;
  }
}

export type { Markup };

/** What may stand in a template: text, which is escaped, and HTML, which is not; `undefined` is nothing. */
export type Piece = string | number | Markup | undefined | readonly Piece[];

function write(piece: Piece): string {
  if (piece === undefined) return "";
  if (piece instanceof Markup) return piece.toString();
  if (typeof piece === "string" || typeof piece === "number") return escapeHtml(String(piece));
  return piece.map(write).join("");
}

/**
 * A template of HTML. What is written in the template itself is ours; every value put into it is text and escaped,
 * unless a template made it. Attributes must stand in double quotes.
 */
export function html(strings: TemplateStringsArray, ...pieces: Piece[]): Markup {
  return new Markup(strings.map((text, index) => text.replace(/\n\s*/g, "\n") + write(pieces[index])).join(""));
}

/** A sentence in which names stand in backticks, as checks and findings write them. */
export function prose(text: string): Markup {
  const parts = text.split(/`([^`\n]+)`/);
  return html`${parts.map((part, index) => (index % 2 === 1 ? html`<code>${part}</code>` : html`${part}`))}`;
}
