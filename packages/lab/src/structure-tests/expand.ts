/**
 * Replaces `$NAME` and `${NAME}` as the original does (Go's os.Expand): an unset name becomes nothing, there is no
 * escape (`$$` is the variable named `$`), and a `$` before anything else stays.
 */
export function expandVariables(text: string, variables: Readonly<Record<string, string>>): string {
  return text.replace(/\$(?:\{([^}]*)\}|(\{)|([*#$@!?\-0-9])|(\w+))?/g, (whole, braced, open, special, name) => {
    if (open !== undefined || braced === "") return "";
    const key: string | undefined = braced ?? special ?? name;
    if (key === undefined) return whole;
    return Object.hasOwn(variables, key) ? (variables[key] ?? "") : "";
  });
}
