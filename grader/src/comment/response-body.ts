import { faultError } from "@compose-labs/lab/errors";
import { neutralise } from "@compose-labs/report";

/** The bytes of an answer. Throws the faults GITHUB_ANSWER_TOO_LARGE and GITHUB_UNREACHABLE (it ended too early). */
export async function readBody(response: Response, most: number, asked: string): Promise<Uint8Array> {
  const parts: Uint8Array[] = [];
  let size = 0;
  try {
    for await (const part of response.body ?? []) {
      size += part.length;
      if (size > most) break;
      parts.push(part);
    }
  } catch (cause) {
    throw faultError(
      "GITHUB_UNREACHABLE",
      `the answer to ${asked} ended too early (${neutralise((cause as Error).message, { maxLength: 200 })})`,
      { hint: "Run the job again; the verdict itself is not touched.", cause },
    );
  }
  if (size <= most) return Buffer.concat(parts);
  throw faultError(
    "GITHUB_ANSWER_TOO_LARGE",
    `the answer to ${asked} has more than ${most.toLocaleString("en")} bytes, expected at most so many`,
    { hint: "Check that GITHUB_API_URL names GitHub's REST API." },
  );
}
