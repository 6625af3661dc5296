import { CheckFailure, type HttpAnswer, type HttpRequest, usageError } from "@compose-labs/lab";
import { isOpenToOthers } from "../probes/proc.ts";
import type { RunContext } from "../run-context.ts";
import type { Observed } from "../stack/watch.ts";
import { sharedAddresses } from "./addresses.ts";
import { explainTrouble, type HttpSource, noSharedNetwork, notDeclared, notPublished } from "./http-failures.ts";
import { type HttpOutcome, requestFromHost } from "./http-host.ts";
import { requestFromInside } from "./http-inside.ts";
import { readListeners } from "./listeners.ts";
import { readPublished } from "./ports.ts";
import { findRunning, type Subject } from "./running.ts";

/** A service without a health check may still be opening its port this long after its start, in ms. */
const GRACE = 1_500;
/** And this long while it is visibly at work. */
const BUSY_GRACE = 8_000;

/** One request to `subject`, from the host, its own namespace or a peer's. Fails as `ServiceHandle.http` says. */
export async function requestHttp(
  run: RunContext,
  subject: Subject,
  request: HttpRequest,
  source: HttpSource,
  signal: AbortSignal,
): Promise<HttpAnswer> {
  const port = choosePort(run, subject.service, request.port, source);
  for (;;) {
    signal.throwIfAborted();
    const container = await findRunning(run, subject);
    const outcome = await exchange(run, subject, container, port, request, source, signal);
    if ("answer" in outcome) return outcome.answer;
    const after = await findRunning(run, subject); // a crash in between is the better answer
    const listeners = await readListeners(run, subject);
    const own = listeners.filter((listener) => listener.port === port);
    // Also when the port is open by now: it may have been opened between the request and the look.
    const decided = own.length > 0 && !own.some(({ address }) => isOpenToOthers(address));
    if (outcome.trouble !== "timeout" && !decided && mayStillOpen(after)) {
      await new Promise((resolve) => setTimeout(resolve, 50));
      continue;
    }
    throw new CheckFailure(explainTrouble(run, subject, port, request, source, outcome, listeners));
  }
}

function mayStillOpen(container: Observed): boolean {
  if (container.health !== "none") return false;
  if (container.runningFor < GRACE) return true;
  return container.runningFor < BUSY_GRACE && (container.busy ?? 0) > 0.05;
}

function choosePort(run: RunContext, service: string, asked: number | undefined, source: HttpSource): number {
  if (asked !== undefined) return asked;
  const declared = run.runModel.services[service]?.ports.filter(({ protocol }) => protocol === "tcp") ?? [];
  const targets = [...new Set(declared.map(({ target }) => target))];
  const [only] = targets;
  if (targets.length === 1 && only !== undefined) return only;
  if (targets.length === 0 && source === "host") throw new CheckFailure(notDeclared(service));
  throw usageError(
    "HTTP_PORT_UNCLEAR",
    `a check asks ${service}.http() without a port, and the service declares ${targets.length === 0 ? "none" : targets.join(", ")}`,
    { hint: "Pass the container port: http({ path, port: 8080 })." },
  );
}

async function exchange(
  run: RunContext,
  subject: Subject,
  container: Observed,
  port: number,
  request: HttpRequest,
  source: HttpSource,
  signal: AbortSignal,
): Promise<HttpOutcome> {
  if (source === "inside") return requestFromInside(run, subject, { address: "127.0.0.1", port }, request);
  if (source !== "host") {
    const from = await findRunning(run, source);
    const [address] = sharedAddresses(from, container);
    if (address === undefined) throw new CheckFailure(noSharedNetwork(run, source.service, subject.service));
    return requestFromInside(run, source, { address, port }, request);
  }
  const published = readPublished(container).find(
    (candidate) => candidate.target === port && candidate.protocol === "tcp",
  );
  if (published === undefined) throw new CheckFailure(notPublished(run, subject.service, port, container));
  return requestFromHost({
    host: run.facts.host,
    port: published.port,
    path: request.path,
    method: request.method ?? "GET",
    headers: request.headers ?? {},
    body: request.body,
    timeout: (request.timeout ?? 5) * 1000,
    signal,
  });
}
