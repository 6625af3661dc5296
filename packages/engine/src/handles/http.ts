import { CheckFailure, type Failure, type HttpAnswer, type HttpRequest, usageError } from "@compose-labs/lab";
import { isOpenToOthers, parseListeners } from "../probes/proc.ts";
import type { RunContext } from "../run-context.ts";
import { rawOf } from "../stack/container-facts.ts";
import type { Observed } from "../stack/watch.ts";
import { sharedAddresses } from "./addresses.ts";
import { type HttpOutcome, requestFromHost } from "./http-host.ts";
import { requestFromInside } from "./http-inside.ts";
import { readPublished, studentUrl } from "./ports.ts";
import { findRunning, runProbe, type Subject } from "./running.ts";

/** A service without a health check may still be opening its port this long after its start, in ms. */
const GRACE = 1_500;
/** And this long while it is visibly at work. */
const BUSY_GRACE = 8_000;

export type HttpSource = "host" | "inside" | Subject;

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

export async function readListeners(run: RunContext, subject: Subject): Promise<{ address: string; port: number }[]> {
  const answer = await runProbe(run, subject, "network", "cat /proc/net/tcp /proc/net/tcp6 2>/dev/null; true", 5);
  return parseListeners(answer.stdout.toString());
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

function notDeclared(service: string): Failure {
  return {
    code: "PORT_NOT_PUBLISHED",
    found: `\`${service}\` publishes no port`,
    expected: `\`${service}\` is reached from the host through a published port`,
    at: `services.${service}`,
    hint: "`expose` and EXPOSE publish nothing; `ports` does.",
    reproduce: `docker compose ps ${service}`,
  };
}

function notPublished(run: RunContext, service: string, port: number, container: Observed): Failure {
  const declared = run.runModel.services[service]?.ports ?? [];
  if (declared.length === 0) return notDeclared(service);
  const here = declared.some(({ target }) => target === port);
  const networks = Object.keys(rawOf(container).NetworkSettings.Networks ?? {});
  return {
    code: "PORT_NOT_PUBLISHED",
    found: here
      ? `\`${service}\` declares port ${port}, but the engine publishes nothing for it`
      : `\`${service}\` publishes container port ${declared.map(({ target }) => target).join(", ")}, not ${port}`,
    expected: `container port ${port} of \`${service}\` is published`,
    at: `services.${service}.ports`,
    hint: here
      ? networks.length === 0
        ? "A service without a network has nothing to publish on."
        : "On networks that are all `internal: true` the engine publishes no port, and says nothing."
      : "The number after the colon in `ports` is the container's port.",
    reproduce: `docker compose port ${service} ${port}`,
  };
}

function noSharedNetwork(run: RunContext, from: string, to: string): Failure {
  const networks = (name: string) =>
    Object.keys(run.runModel.compose.services[name]?.networks ?? {}).join(", ") || "none";
  return {
    code: "NO_SHARED_NETWORK",
    found: `\`${from}\` (networks: ${networks(from)}) and \`${to}\` (networks: ${networks(to)}) share no network`,
    expected: `\`${from}\` can reach \`${to}\``,
    at: `services.${from}.networks`,
    hint: "A service is reached from the networks it joins, and from no other.",
    reproduce: `docker compose exec ${from} getent hosts ${to}`,
  };
}

function explainTrouble(
  run: RunContext,
  { service }: Subject,
  port: number,
  request: HttpRequest,
  source: HttpSource,
  outcome: { trouble: string; detail: string },
  listeners: { address: string; port: number }[],
): Failure {
  const url = studentUrl(run.runModel, service, port);
  const curl = `curl -i ${url ?? `http://localhost:${port}`}${request.path}`;
  const reproduce =
    source === "host"
      ? curl
      : `docker compose exec ${source === "inside" ? service : source.service} wget -qO- http://${source === "inside" ? "127.0.0.1" : service}:${port}${request.path}`;
  const base = { at: `services.${service}`, reproduce };
  const asked = `${request.method ?? "GET"} ${request.path}`;
  const own = listeners.filter((listener) => listener.port === port);
  if (outcome.trouble !== "timeout" && own.length === 0) {
    const others = listeners.map((listener) => `${listener.address}:${listener.port}`);
    return {
      code: "NOTHING_LISTENS",
      found: `nothing listens on port ${port} in \`${service}\`; ${others.length === 0 ? "it listens on no TCP port at all" : `it listens on ${others.join(", ")}`}`,
      expected: `\`${service}\` listens on port ${port}`,
      hint:
        others.length === 0
          ? "Its log may say why the server did not open its port."
          : "Let the server listen on that port, or name the port it really uses (container side, after the colon).",
      ...base,
      ...(source === "host" ? { at: `services.${service}.ports` } : {}),
    };
  }
  if (outcome.trouble !== "timeout" && source !== "inside" && !own.some(({ address }) => isOpenToOthers(address))) {
    return {
      code: "NET_LOOPBACK_BIND",
      found: `\`${service}\` listens on ${own.map(({ address }) => `${address}:${port}`).join(", ")} only, the loopback of its own container`,
      expected: `\`${service}\` listens on 0.0.0.0:${port}, so that connections from outside the container arrive`,
      hint: "127.0.0.1 inside a container is that container, not the host: bind the server to 0.0.0.0.",
      ...base,
    };
  }
  if (outcome.trouble === "timeout") {
    return {
      code: "HTTP_TIMEOUT",
      found: `no answer to ${asked} from \`${service}\`:${port} within ${request.timeout ?? 5} s`,
      expected: "an HTTP answer",
      hint: "The connection was accepted or swallowed, but nothing came back: look at what the server waits for.",
      ...base,
    };
  }
  return {
    code: "HTTP_BROKEN",
    found: `${asked} to \`${service}\`:${port} got no HTTP answer: ${outcome.detail}`,
    expected: "an HTTP answer",
    hint: "Does the server on that port speak HTTP, or did it end the connection? Its log may say.",
    ...base,
  };
}
