import type { Failure, HttpRequest } from "@compose-labs/lab";
import { isOpenToOthers } from "../probes/proc.ts";
import type { RunContext } from "../run-context.ts";
import { rawOf } from "../stack/container-facts.ts";
import type { Observed } from "../stack/watch.ts";
import { studentUrl } from "./ports.ts";
import type { Subject } from "./running.ts";

/** Where a request comes from. */
export type HttpSource = "host" | "inside" | Subject;

export function notDeclared(service: string): Failure {
  return {
    code: "PORT_NOT_PUBLISHED",
    found: `\`${service}\` publishes no port`,
    expected: `\`${service}\` is reached from the host through a published port`,
    at: `services.${service}`,
    hint: "`expose` and EXPOSE publish nothing; `ports` does.",
    reproduce: `docker compose ps ${service}`,
  };
}

export function notPublished(run: RunContext, service: string, port: number, container: Observed): Failure {
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

export function noSharedNetwork(run: RunContext, from: string, to: string): Failure {
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

export function explainTrouble(
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
