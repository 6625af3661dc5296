import type { ContainerFacts } from "@compose-labs/lab";
import type Dockerode from "dockerode";

export const COMPOSE_LABELS = {
  project: "com.docker.compose.project",
  service: "com.docker.compose.service",
  number: "com.docker.compose.container-number",
  oneOff: "com.docker.compose.oneoff",
  volume: "com.docker.compose.volume",
  network: "com.docker.compose.network",
} as const;

/** What the grader reads of an engine's inspect document. */
export function readContainer(raw: Dockerode.ContainerInspectInfo): ContainerFacts {
  const { State: state, Config: config } = raw;
  const labels = config.Labels ?? {};
  return {
    id: raw.Id,
    name: raw.Name.replace(/^\//, ""),
    service: labels[COMPOSE_LABELS.service] ?? "",
    replica: Number(labels[COMPOSE_LABELS.number] ?? 1),
    image: config.Image,
    state: state.Status as ContainerFacts["state"],
    exitCode: state.ExitCode,
    health: (state.Health?.Status as ContainerFacts["health"] | undefined) ?? "none",
    restartCount: raw.RestartCount,
    oomKilled: state.OOMKilled,
    startedAt: parseTime(state.StartedAt) ?? 0,
    finishedAt: parseTime(state.FinishedAt),
    env: splitEnvironment(config.Env ?? []),
    command: [raw.Path, ...raw.Args],
    user: config.User,
    raw: raw as unknown as Record<string, unknown>,
  };
}

/** The engine's own document behind the facts. */
export function rawOf(facts: ContainerFacts): Dockerode.ContainerInspectInfo & { State: { Error?: string } } {
  return facts.raw as unknown as Dockerode.ContainerInspectInfo & { State: { Error?: string } };
}

/** Milliseconds since the epoch; undefined for Docker's zero time. */
export function parseTime(text: string | undefined): number | undefined {
  if (text === undefined || text.startsWith("0001-01-01")) return undefined;
  const time = Date.parse(text);
  return Number.isNaN(time) ? undefined : time;
}

/** `["A=1", "B=x=y"]` as a record; a name without `=` has an empty value. */
export function splitEnvironment(entries: string[]): Record<string, string> {
  return Object.fromEntries(
    entries.map((entry) => {
      const at = entry.indexOf("=");
      return at < 0 ? [entry, ""] : [entry.slice(0, at), entry.slice(at + 1)];
    }),
  );
}

/** `running (healthy)`, `exited 3`: a container's state in the words of `docker ps`. */
export function describeState(facts: ContainerFacts): string {
  if (facts.state === "exited" || facts.state === "dead") return `${facts.state} ${facts.exitCode}`;
  return facts.health === "none" ? facts.state : `${facts.state} (${facts.health})`;
}
