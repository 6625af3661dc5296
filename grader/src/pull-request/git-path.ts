const STRICT = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });

/** A path as Git has it: bytes, which need not be text. */
export interface GitPath {
  /** The path; where it is not UTF-8, with `\xE9` for each byte outside ASCII. */
  path: string;
  isUtf8: boolean;
}

export function gitPath(bytes: Buffer): GitPath {
  try {
    return { path: STRICT.decode(bytes), isUtf8: true };
  } catch {
    const path = [...bytes].map((byte) => (byte < 0x80 ? String.fromCharCode(byte) : `\\x${hex(byte)}`)).join("");
    return { path, isUtf8: false };
  }
}

const hex = (byte: number) => byte.toString(16).toUpperCase();

/** The parts of an answer with `-z`. */
export function splitAtNul(bytes: Buffer): Buffer[] {
  const parts: Buffer[] = [];
  for (let from = 0; from < bytes.length; ) {
    const to = bytes.indexOf(0, from);
    if (to === -1) break;
    parts.push(bytes.subarray(from, to));
    from = to + 1;
  }
  return parts;
}
