export interface Token {
  /** A template is cut into its texts; what stands in `${}` between them are tokens of their own. */
  kind: "name" | "number" | "string" | "template" | "regex" | "sign";
  /** As written. */
  text: string;
  /** Of a string or template: what it says, escapes left as they are; otherwise the text. */
  value: string;
  /** In UTF-16 code units from the start. */
  offset: number;
}

const BLANK = /(?:\s+|\/\/[^\n]*|\/\*[\s\S]*?\*\/)*/y;
const NAME = /[\p{ID_Start}$_#][\p{ID_Continue}$]*/uy;
const NUMBER = /\d[\w.]*/y;
const STRING = /"(?:\\[\s\S]|[^"\\])*"?|'(?:\\[\s\S]|[^'\\])*'?/y;
const REGEX = /\/(?:\\.|\[(?:\\.|[^\]\\\n])*\]|[^/\\\n[])+\/\w*/y;
const CHUNK = /(?:\\[\s\S]|\$(?!\{)|[^`\\$])*/y;
const SIGN = /\.\.\.|[=!]==?|=>|[<>]=|&&=?|\|\|=?|\?\?=?|\?\.|\*\*|\+\+|--|[\s\S]/uy;
/** After these a slash begins a regular expression, although they look like a value. */
const BEFORE_REGEX = /^(return|typeof|case|in|of|await|void|delete|throw|else|do|instanceof)$/;

/**
 * Cuts TypeScript into tokens, without comments. It knows strings, templates and regular expressions, which is all that
 * is needed to tell code from what only looks like it; it never fails, whatever the text.
 */
export function readTokens(text: string): Token[] {
  const tokens: Token[] = [];
  /** For each open brace whether it is that of a template's `${`. */
  const braces: boolean[] = [];
  let at = 0;
  const match = (pattern: RegExp): string => {
    pattern.lastIndex = at;
    return pattern.exec(text)?.[0] ?? "";
  };
  const add = (kind: Token["kind"], found: string, value = found) => {
    tokens.push({ kind, text: found, value, offset: at });
    at += found.length;
  };
  const addChunk = () => {
    const chunk = match(CHUNK);
    add("template", chunk);
    if (text.startsWith("${", at)) {
      add("sign", "${");
      braces.push(true);
    } else at += 1;
  };
  for (at = match(BLANK).length; at < text.length; at += match(BLANK).length) {
    const char = text.charAt(at);
    const name = match(NAME);
    const number = match(NUMBER);
    if (name !== "") add("name", name);
    else if (number !== "") add("number", number);
    else if (char === '"' || char === "'") {
      const string = match(STRING);
      add("string", string, string.slice(1, string.endsWith(char) && string.length > 1 ? -1 : undefined));
    } else if (char === "`") {
      at += 1;
      addChunk();
    } else if (char === "/" && beginsValue(tokens.at(-1)) && match(REGEX) !== "") add("regex", match(REGEX));
    else if (char === "}") {
      add("sign", "}");
      if (braces.pop() === true) addChunk();
    } else {
      if (char === "{") braces.push(false);
      add("sign", match(SIGN));
    }
  }
  return tokens;
}

function beginsValue(before: Token | undefined): boolean {
  if (before === undefined) return true;
  if (before.kind === "name") return BEFORE_REGEX.test(before.text);
  return before.kind === "sign" && !/^[)\]}]$/.test(before.text);
}
