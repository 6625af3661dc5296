import type { HttpRequest } from "@compose-labs/lab";
import { quoteWord } from "../probes/agent.ts";
import { parseAnswer, READ_CAP, writeRequest } from "../probes/raw-http.ts";
import type { RunContext } from "../run-context.ts";
import type { HttpOutcome } from "./http-host.ts";
import { runProbe, type Subject } from "./running.ts";

/**
 * One request from the namespace of `from` to an address. The probe's `nc -e` hands the connection to a shell, so that
 * the sending side stays open until the answer is there: some servers take a half-closed connection for a client that
 * left.
 */
export async function requestFromInside(
  run: RunContext,
  from: Subject,
  to: { address: string; port: number },
  request: HttpRequest,
): Promise<HttpOutcome> {
  const started = performance.now();
  const seconds = Math.ceil(request.timeout ?? 5);
  const bytes = writeRequest({
    host: to.port === 80 ? to.address : `${to.address}:${to.port}`,
    path: request.path,
    method: request.method ?? "GET",
    headers: request.headers ?? {},
    body: request.body,
  });
  const answer = await runProbe(run, from, "network", exchangeScript(bytes, to, seconds), seconds + 1);
  const ms = Math.round(performance.now() - started);
  const parsed = parseAnswer(answer.stdout, request.method);
  if (parsed?.whole) {
    const { whole: _, ...read } = parsed;
    return { answer: { ...read, ms } };
  }
  if (/refused/i.test(answer.stderr)) return { trouble: "refused", detail: answer.stderr.trim() };
  if (answer.exitCode === 137 || answer.exitCode === 143 || /timed out/i.test(answer.stderr)) {
    return { trouble: "timeout", detail: `no answer within ${seconds} s` };
  }
  if (parsed !== undefined) return { trouble: "reset", detail: "the answer broke off before its announced end" };
  if (answer.stdout.length > 0) return { trouble: "garbage", detail: "what came back is not HTTP" };
  if (/unreachable|no route/i.test(answer.stderr)) return { trouble: "timeout", detail: answer.stderr.trim() };
  return { trouble: "reset", detail: answer.stderr.trim() || "the connection was closed without an answer" };
}

function exchangeScript(request: Buffer, to: { address: string; port: number }, seconds: number): string {
  return `f=/tmp/h$$
echo ${quoteWord(request.toString("base64"))} | base64 -d >$f.q
timeout -s KILL ${seconds} nc -w ${seconds} ${quoteWord(to.address)} ${to.port} -e sh -c 'cat "$1.q"; exec head -c ${READ_CAP} >"$1.a"' sh $f
code=$?
cat $f.a 2>/dev/null
rm -f $f.q $f.a
exit $code
`;
}
