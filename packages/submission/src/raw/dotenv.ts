import type { Report } from "../finding/finding.ts";

/**
 * Names that Docker, Compose, buildx, Git, the dynamic linker, Go or the shell act upon. Until 2.39.3 Compose copied
 * every variable of an env file into its own process, where `GIT_SSH_COMMAND` alone ran a program.
 */
const RESERVED =
  /^(COMPOSE|DOCKER|BUILDX|BUILDKIT|GIT|LD|DYLD|SSH|SSL|OTEL|XDG)_|_PROXY$|^(GODEBUG|GOTRACEBACK|GOMAXPROCS|GOGC|GOMEMLIMIT|PATH|HOME|SHELL|TMPDIR|TMP|TEMP|PWD|IFS|BASH_ENV)$/i;

function isReserved(name: string): boolean {
  return RESERVED.test(name);
}

/**
 * Reports lines of an env file that are not `NAME=value`, and names that steer tools. Readers differ in what ends a
 * quoted value, so after the closing quote only a comment may follow, and inside quotes the names are looked for too.
 */
export function checkDotenv(text: string, file: string, report: Report): void {
  const lines = text.replace(/^\ufeff/, "").split("\n");
  let quote: { mark: string; line: number } | undefined;
  for (const [index, raw] of lines.entries()) {
    const line = index + 1;
    const content = raw.replace(/\r$/, "").trim();
    if (quote !== undefined) {
      reportHidden(content, line, file, report);
      const end = closing(content, quote.mark);
      if (end === undefined) continue;
      quote = undefined;
      if (!isComment(content.slice(end))) report("dotenv.syntax", {}, { file, line });
      continue;
    }
    if (isComment(content)) continue;
    const match = /^(?:export\s+)?([A-Za-z_][\w.-]*)\s*(?:[=:]\s*(.*))?$/.exec(content);
    if (match === null || content.includes("\r")) {
      report("dotenv.syntax", {}, { file, line });
      continue;
    }
    const [, name = "", value = ""] = match;
    if (isReserved(name)) report("dotenv.reserved", { name, file }, { file, line });
    const mark = /^["']/.exec(value)?.[0];
    // Without a quote every reader ends the value with its line.
    if (mark === undefined) continue;
    if (!isReserved(name)) reportHidden(value, line, file, report);
    const end = closing(value.slice(1), mark);
    if (end === undefined) quote = { mark, line };
    else if (!isComment(value.slice(1 + end))) report("dotenv.syntax", {}, { file, line });
  }
  if (quote !== undefined) report("dotenv.syntax", {}, { file, line: quote.line });
}

const isComment = (text: string): boolean => /^\s*(#.*)?$/.test(text);

/** The index behind the first quote that is not escaped. */
function closing(text: string, mark: string): number | undefined {
  for (let i = 0; i < text.length; i++) {
    if (text[i] === "\\") i++;
    else if (text[i] === mark) return i + 1;
  }
  return undefined;
}

function reportHidden(text: string, line: number, file: string, report: Report): void {
  for (const [, name = ""] of text.matchAll(/([A-Za-z_]\w*)\s*=/g)) {
    if (isReserved(name)) report("dotenv.reserved", { name, file }, { file, line });
  }
}
