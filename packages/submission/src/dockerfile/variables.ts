/** Characters of one expanded word. An image's name has at most 4096; a few lines of ARG can double to gigabytes. */
const MAX_LENGTH = 4096;

/**
 * Expands `$X`, `${X}`, `${X:-default}`, `${X-default}`, `${X:+other}` and `${X+other}` and removes quotes, as the
 * builder does. Undefined when a variable has no value or the word uses a form that is not known here: what
 * cannot be resolved must not be taken for harmless.
 */
export function expandWord(word: string, variables: ReadonlyMap<string, string | undefined>): string | undefined {
  let out = "";
  for (let i = 0; i < word.length; i++) {
    const char = word.charAt(i);
    if (char === "'") {
      const end = word.indexOf("'", i + 1);
      if (end < 0) return undefined;
      out += word.slice(i + 1, end);
      i = end;
    } else if (char === '"') continue;
    else if (char === "\\") {
      i++;
      out += word.charAt(i);
    } else if (char === "$") {
      const part = readVariable(word.slice(i), variables);
      if (part === undefined) return undefined;
      out += part.value;
      i += part.length - 1;
    } else out += char;
    if (out.length > MAX_LENGTH) return undefined;
  }
  return out;
}

function readVariable(
  text: string,
  variables: ReadonlyMap<string, string | undefined>,
): { value: string; length: number } | undefined {
  const plain = /^\$([A-Za-z_]\w*)/.exec(text);
  if (plain !== null) {
    const value = variables.get(plain[1] ?? "");
    return value === undefined ? undefined : { value, length: plain[0].length };
  }
  const braced = /^\$\{([A-Za-z_]\w*)(?:(:?[-+])([^{}$]*(?:\$\{?\w+\}?[^{}$]*)*))?\}/.exec(text);
  if (braced === null) return undefined;
  const [whole, name = "", operator, word = ""] = braced;
  const value = variables.get(name);
  const isSet = value !== undefined && (!operator?.startsWith(":") || value !== "");
  const chosen = operator?.endsWith("+")
    ? isSet
      ? word
      : ""
    : isSet
      ? value
      : operator === undefined
        ? undefined
        : word;
  if (chosen === undefined) return undefined;
  const expanded = chosen === value ? value : expandWord(chosen, variables);
  return expanded === undefined ? undefined : { value: expanded, length: whole.length };
}
