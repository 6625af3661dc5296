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
import type { TellReach } from "./reach.ts";
import { findRunning, type Subject } from "./running.ts";

/** A service may still be opening its port this long after its start, in ms; a health check may agree before that. */
const GRACE = 1_500;
/** And this long while it is visibly at work. */
const BUSY_GRACE = 8_000;

export interface HttpAsking {
  signal: AbortSignal;
  tellReach: TellReach;
}

/** One request to `subject`, from the host, its own namespace or a peer's. Fails as `ServiceHandle.http` says. */
export async function requestHttp(
  run: RunContext,
  subject: Subject,
  request: HttpRequest,
  source: HttpSource,
  { signal, tellReach }: HttpAsking,
): Promise<HttpAnswer> {
  const { service } = subject;
  const from = typeof source === "string" ? source : source.service;
  const tell = (reached: boolean, port: number | undefined) => {
    if (from !== "inside") tellReach({ from, to: service, ...(port === undefined ? {} : { port }), reached });
  };
  const noWay = (error: unknown, port?: number) => {
    if (error instanceof CheckFailure) tell(false, port);
    return error;
  };
  let port: number;
  try {
    port = choosePort(run, service, request.port, source);
  } catch (error) {
    throw noWay(error);
  }
  for (let askedOpen = false; ; ) {
    signal.throwIfAborted();
    const container = await findRunning(run, subject);
    const outcome = await exchange(run, subject, container, port, request, source, signal).catch((error: unknown) => {
      throw noWay(error, port);
    });
    if ("answer" in outcome) {
      tell(true, port);
      return outcome.answer;
    }
    const after = await findRunning(run, subject); // a crash in between is the better answer
    const listeners = await readListeners(run, subject);
    const own = listeners.filter((listener) => listener.port === port);
    const open = own.some(({ address }) => source === "inside" || isOpenToOthers(address));
    const decided = own.length > 0 && !open;
    if (outcome.trouble !== "timeout" && !decided && (await mayStillOpen(run, after))) {
      await new Promise((resolve) => setTimeout(resolve, 50));
      continue;
    }
    // It may have been opened between the request and the look.
    if (open && !askedOpen && (outcome.trouble === "refused" || outcome.trouble === "reset")) {
      askedOpen = true;
      continue;
    }
    tell(false, port);
    throw new CheckFailure(explainTrouble(run, subject, port, request, source, outcome, listeners));
  }
}

async function mayStillOpen(run: RunContext, container: Observed): Promise<boolean> {
  if (container.runningFor >= BUSY_GRACE) return false;
  const busy = container.busy ?? (await run.watch.busyOf(container));
  return container.runningFor < GRACE || (busy ?? 0) > 0.05;
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
