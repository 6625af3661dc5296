export interface Heredoc {
  name: string;
  /** `<<-`: leading tabs of the body's lines are taken away. */
  tabs: boolean;
}

/**
 * The heredocs that an instruction opens, ONBUILD's trigger included: whole words such as `<<EOF`, `3<<-"END"`.
 * "unclear" where the builder's reading depends on what is not followed here (a quote without an end, a word inside
 * `${…}`): to take its lines for a heredoc would hide instructions.
 */
export function heredocsOf(text: string): Heredoc[] | "unclear" {
  if (!text.includes("<<") || !/^(ONBUILD\s+)?(RUN|COPY|ADD)\s/i.test(text)) return [];
  const { words, complete } = splitWords(text);
  const found: Heredoc[] = [];
  for (const word of words) {
    const match = /^\d*<<(-?)([^<]+)$/.exec(word);
    if (match === null) continue;
    found.push({ tabs: match[1] === "-", name: (match[2] ?? "").replace(/["'\\]/g, "") });
  }
  return complete ? found : "unclear";
}

/**
 * Cuts at blanks as the builder's shell lexer does, quotes and backslashes kept. In heredocs a backslash escapes
 * whatever the `escape` directive says. Incomplete with an open quote or with a blank inside `${…}`.
 */
function splitWords(text: string): { words: string[]; complete: boolean } {
  const words: string[] = [];
  let word = "";
  let quote = "";
  let braces = 0;
  let complete = true;
  for (let i = 0; i < text.length; i++) {
    const char = text.charAt(i);
    if (char === "\\" && quote !== "'") {
      word += char + text.charAt(++i);
    } else if (quote !== "") {
      word += char;
      if (char === quote) quote = "";
    } else if (char === "'" || char === '"') {
      word += char;
      quote = char;
    } else if (/\s/.test(char)) {
      if (braces > 0) complete = false;
      if (word !== "") words.push(word);
      word = "";
    } else {
      if (char === "{" && word.endsWith("$")) braces++;
      else if (char === "}" && braces > 0) braces--;
      word += char;
    }
  }
  if (word !== "") words.push(word);
  return { words, complete: complete && quote === "" && braces === 0 };
}
