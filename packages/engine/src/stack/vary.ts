import type { RunModel, StackVariant } from "@compose-labs/lab";

/** What an image starts with: needed to put something before it. */
export interface ImageStart {
  entrypoint: string[];
  cmd: string[];
}

/**
 * The run model of a changed copy: another project and run id, the same run label (so that the run's clean-up covers
 * it), the images of the original. Pure. `starts` has the image facts of every service that is delayed; `subnet` gives
 * a free subnet for each network when `otherSubnets` is asked for.
 */
export function vary(
  runModel: RunModel,
  change: StackVariant,
  newRunId: string,
  starts: ReadonlyMap<string, ImageStart>,
  subnet: (index: number) => string,
): RunModel {
  const varied = structuredClone(runModel);
  const project = `cl-${newRunId}`;
  varied.runId = newRunId;
  varied.project = project;
  delete varied.compose.name;
  for (const [name, service] of Object.entries(varied.compose.services)) {
    delete service.build;
    const image = varied.services[name]?.image;
    if (image !== undefined) service.image = image;
    const command = change.command?.[name];
    if (command !== undefined) {
      service.entrypoint = escapeWords(command);
      service.command = [];
    }
    service.environment = { ...service.environment, ...escapeValues(change.environment?.[name] ?? {}) };
    const seconds = change.delay?.[name];
    if (seconds !== undefined) delayStart(service, seconds, starts.get(name));
    const replicas = change.scale?.[name];
    const facts = varied.services[name];
    if (replicas !== undefined && facts !== undefined) {
      facts.replicas = replicas;
      service.scale = replicas;
      if (service.deploy !== undefined) delete service.deploy.replicas;
    }
    if (facts !== undefined) facts.builds = false;
  }
  if (change.only !== undefined) {
    const started = closeOver(varied, change.only);
    for (const [name, facts] of Object.entries(varied.services)) facts.active = started.has(name);
  }
  renameResources(varied, runModel.project, project);
  if (takesSubnets(runModel, change)) {
    const networks = varied.compose.networks ?? {};
    for (const [index, [key, network]] of Object.entries(networks).entries()) {
      networks[key] = { ...network, ipam: { config: [{ subnet: subnet(index) }] } };
    }
  }
  return varied;
}

/** Whether the copy needs subnets of its own: it is to have some, or those of the original are written down and taken. */
export function takesSubnets({ compose }: RunModel, { otherSubnets = false }: StackVariant): boolean {
  return otherSubnets || Object.values(compose.networks ?? {}).some((network) => network?.ipam?.config !== undefined);
}

type Service = RunModel["compose"]["services"][string];

/** The service's own process is started by a shell that sleeps first; `exec` leaves no shell behind. */
function delayStart(service: Service, seconds: number, start: ImageStart | undefined): void {
  const entrypoint = service.entrypoint ?? start?.entrypoint ?? [];
  // As in Docker itself, an entry point that replaces the image's own takes its CMD away.
  const command = service.command ?? (service.entrypoint == null ? (start?.cmd ?? []) : []);
  const own = service.entrypoint == null ? escapeWords(start?.entrypoint ?? []) : entrypoint;
  const words = service.command == null ? escapeWords(command) : command;
  service.entrypoint = ["sh", "-c", `sleep ${seconds}; exec "$$@"`, "--", ...own, ...words];
  service.command = [];
}

/** Compose reads `$` as the beginning of a variable. */
function escapeWords(words: string[]): string[] {
  return words.map((word) => word.replaceAll("$", "$$$$"));
}

function escapeValues(values: Record<string, string>): Record<string, string> {
  return Object.fromEntries(Object.entries(values).map(([name, value]) => [name, value.replaceAll("$", "$$$$")]));
}

/** Names that were spelled out for the original project become the copy's. */
function renameResources(model: RunModel, from: string, to: string): void {
  for (const entries of [model.compose.networks, model.compose.volumes]) {
    for (const entry of Object.values(entries ?? {})) {
      if (entry?.name?.startsWith(`${from}_`)) entry.name = `${to}_${entry.name.slice(from.length + 1)}`;
    }
  }
}

/** The services and all that they depend on. */
function closeOver(model: RunModel, services: string[]): Set<string> {
  const found = new Set<string>();
  const visit = (name: string) => {
    if (found.has(name) || model.services[name] === undefined) return;
    found.add(name);
    for (const other of Object.keys(model.compose.services[name]?.depends_on ?? {})) visit(other);
  };
  for (const name of services) visit(name);
  return found;
}
