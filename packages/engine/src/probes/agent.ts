/**
 * What runs in a probe's container: a shell that reads one job a line (`<id> <seconds> <script in base64>`) and runs
 * them side by side, so that a question costs a round trip on an open stream and no exec. It ends with its input, so
 * a probe does not outlive its grader. Answers are lines of under 4 KiB, which a pipe takes whole, whoever writes at
 * the same time: `<id> o|e <base64>` for output, then `<id> x <exit code>`.
 */
export const AGENT = `cd /tmp
answer() { base64 -w 2000 | while read -r line || [ -n "$line" ]; do echo "$1 $2 $line"; done; }
while read -r id seconds script; do
  (
    echo "$script" | base64 -d >"s$id"
    timeout -s KILL "$seconds" sh "s$id" >"o$id" 2>"e$id" </dev/null
    code=$?
    head -c 262144 "o$id" | answer "$id" o
    head -c 4096 "e$id" | answer "$id" e
    rm -f "s$id" "o$id" "e$id"
    echo "$id x $code"
  ) &
done
`;

export interface JobAnswer {
  exitCode: number;
  stdout: Buffer;
  stderr: string;
}

/** One line to the agent. `seconds` bounds the script inside the container. */
export function writeJob(id: number, script: string, seconds: number): string {
  return `${id} ${Math.max(1, Math.ceil(seconds))} ${Buffer.from(script).toString("base64")}\n`;
}

/** Puts answers together from the agent's lines. */
export class AnswerReader {
  readonly #parts = new Map<string, { stdout: string[]; stderr: string[] }>();
  #rest = "";

  /** Answers that are complete with this chunk. */
  read(chunk: string): { id: number; answer: JobAnswer }[] {
    const lines = (this.#rest + chunk).split("\n");
    this.#rest = lines.pop() ?? "";
    return lines.flatMap((line) => {
      const [id = "", kind, rest = ""] = line.split(" ");
      const parts = this.#parts.get(id) ?? { stdout: [], stderr: [] };
      this.#parts.set(id, parts);
      if (kind === "o") parts.stdout.push(rest);
      if (kind === "e") parts.stderr.push(rest);
      if (kind !== "x") return [];
      this.#parts.delete(id);
      const answer = {
        exitCode: Number(rest),
        stdout: Buffer.from(parts.stdout.join(""), "base64"),
        stderr: Buffer.from(parts.stderr.join(""), "base64").toString("utf8"),
      };
      return [{ id: Number(id), answer }];
    });
  }
}

/** A word for `sh`, whatever is in it. */
export function quoteWord(word: string): string {
  return `'${word.replaceAll("'", `'\\''`)}'`;
}
