import type { FindingArgs, FindingCode } from "../finding/finding.ts";

/** Bytes of a Compose file, `.env`, `env_file` or Dockerfile. Parsers are quadratic beyond. */
const MAX_TEXT_BYTES = 64 * 1024;
const MAX_DEPTH = 100;

export type TextProblem = { code: FindingCode; args: FindingArgs; line?: number };

/** Bytes to text: UTF-8 with or without BOM; the BOM and carriage returns stay, so that columns are the editor's. */
export function decodeText(bytes: Buffer): { text: string } | TextProblem {
  if (bytes.length > MAX_TEXT_BYTES) {
    return { code: "yaml.size", args: { bytes: bytes.length, limit: MAX_TEXT_BYTES } };
  }
  const found = wrongEncoding(bytes);
  if (found !== undefined) return { code: "yaml.encoding", args: { found } };
  return { text: bytes.toString("utf8") };
}

function wrongEncoding(bytes: Buffer): string | undefined {
  const start = bytes.subarray(0, 2).toString("latin1");
  if (start === "\xff\xfe" || start === "\xfe\xff") return "it is UTF-16";
  if (bytes.includes(0)) return "it contains zero bytes";
  try {
    new TextDecoder("utf-8", { fatal: true }).decode(bytes);
    return undefined;
  } catch {
    return "some bytes are not UTF-8";
  }
}

/**
 * Nesting of brackets and indentation without parsing: an upper bound of the depth that a parser would see,
 * because a deep text can end the parser's process before it says so.
 */
export function gateDepth(text: string): TextProblem | undefined {
  let brackets = 0;
  let line = 0;
  const indents: number[] = [];
  for (const content of text.split("\n")) {
    line++;
    const body = content.trimStart();
    if (body === "" || body.startsWith("#")) continue;
    // `- - - x` and `? ? x` nest without further indentation.
    const markers = /^(?:[-?:](?:\s+|$))*/.exec(body)?.[0].match(/[-?:]/g)?.length ?? 0;
    const indent = content.length - body.length;
    while (indents.length > 0 && (indents.at(-1) ?? 0) >= indent) indents.pop();
    indents.push(indent);
    for (const char of body) {
      if (char === "[" || char === "{") brackets++;
      else if ((char === "]" || char === "}") && brackets > 0) brackets--;
      if (brackets > MAX_DEPTH) break;
    }
    if (indents.length + markers + brackets > MAX_DEPTH)
      return { code: "yaml.depth", args: { limit: MAX_DEPTH }, line };
  }
  return undefined;
}
