import { type NeutraliseOptions, neutralise } from "./neutralise.ts";

/** Nothing that a container wrote is cut from these, but for what no terminal and no XML bears. */
const KEPT = 1_048_576;

const ENTITIES: Record<string, string> = {
  "&": "&amp;",
  "<": "&lt;",
  ">": "&gt;",
  '"': "&quot;",
  "'": "&apos;",
};

/** Foreign text for the content of an element of XML 1.0: neutralised, without the characters that XML forbids. */
export function escapeXml(text: string, options: NeutraliseOptions = {}): string {
  return neutralise(text, { maxLength: KEPT, ...options })
    .replace(/[\ufffe\uffff]/g, "")
    .replace(/[&<>"']/g, (character) => ENTITIES[character] ?? character);
}

/** Foreign text for an attribute; line ends, which a reader would make blanks of, are written as such. */
export function escapeXmlAttribute(text: string): string {
  return escapeXml(text).replaceAll("\n", "&#10;");
}
