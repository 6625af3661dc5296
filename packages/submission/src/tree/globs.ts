/** One pattern as a regular expression: `**` crosses folders, `*` and `?` do not, `{a,b}` is either. Dot files match. */
function toExpression(pattern: string): RegExp {
  let source = "";
  for (let i = 0; i < pattern.length; i++) {
    const char = pattern.charAt(i);
    if (pattern.startsWith("**/", i)) {
      source += "(?:[^/]+/)*";
      i += 2;
    } else if (pattern.startsWith("**", i)) {
      source += ".*";
      i += 1;
    } else if (char === "*") source += "[^/]*";
    else if (char === "?") source += "[^/]";
    else if (char === "{") source += "(?:";
    else if (char === "}") source += ")";
    else if (char === "," && source.lastIndexOf("(?:") > source.lastIndexOf(")")) source += "|";
    else source += char.replace(/[.+^$()|[\]\\]/, "\\$&");
  }
  return new RegExp(`^${source}$`, "s");
}

/** Whether a path (forward slashes, relative) matches one of `patterns`. A pattern without wildcards is a plain path. */
export function matchAny(patterns: readonly string[]): (path: string) => boolean {
  const plain = new Set(patterns.map((pattern) => pattern.replace(/^\.\//, "")));
  const expressions = [...plain].filter((pattern) => /[*?{]/.test(pattern)).map(toExpression);
  return (path) => plain.has(path) || expressions.some((expression) => expression.test(path));
}
