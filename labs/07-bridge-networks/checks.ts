import {
  type CheckContext,
  CheckFailure,
  type ComposeModel,
  defineChecks,
  ensure,
  type Failure,
  fail,
  type HttpAnswer,
  type HttpRequest,
  type StackHandle,
} from "@compose-labs/lab";

const API_PORT = 8000;
const DATABASE_PORT = 6379;
const ALIAS = "database";
const SERVICES = ["proxy", "api", "db"];

export default defineChecks(({ check }) => {
  const settled = check(
    "stack-settled",
    {
      title: "proxy, api and db start and stay up",
      points: 5,
      at: "services",
      hints: [
        "What do the last lines of `docker compose logs` of the service say?",
        "nginx asks for the address of its upstream once, when it starts: the name must be known by then.",
      ],
    },
    async (context) => {
      for (const name of SERVICES) context.service(name);
      await settle(context, context.stack);
    },
  );

  const roundTrip = check(
    "round-trip",
    {
      title: "A value travels through the proxy and the API into the database, and back",
      points: 15,
      needs: [settled],
      at: "services.api.environment",
      timeout: 30,
      hints: [
        "Follow one request: who answers it, and which hop does the answer say is broken?",
        "Inside a container `localhost` is that container. Other services are reached by their service name.",
        "The proxy asks `http://api:8000`, and the API gets `DATABASE_HOST: db`.",
      ],
    },
    (context) => travel(context, context.stack, "first"),
  );

  check(
    "names",
    {
      title: "The API finds the database by the names `db` and `database`",
      points: 10,
      needs: [settled],
      at: "services.db.networks",
      hints: [
        "Who gives a service its names on a network, and where is an additional one written?",
        "A service can have aliases on each network it joins; everyone on that network can use them.",
        "`services.db.networks.<back>.aliases: [database]`, with the name of your own network.",
      ],
    },
    checkNames,
  );

  check(
    "db-name-hidden",
    {
      title: "The proxy cannot resolve the names of the database",
      points: 10,
      needs: [settled],
      at: "services.db.networks",
      hints: [
        "Which networks do `proxy` and `db` have in common?",
        "The engine's DNS answers with the names of all networks that the asking container is on.",
        "Give `proxy` only the front network and `db` only the back network.",
      ],
    },
    async ({ stack }) => {
      const [proxy, api] = [stack.service("proxy"), stack.service("api")];
      await proxy.cannotResolve("db", { whereas: api });
      // Without the alias there is nothing to hide: that is the matter of `names`.
      if (await holds(() => api.resolves(ALIAS))) await proxy.cannotResolve(ALIAS, { whereas: api });
    },
  );

  check(
    "db-unreachable",
    {
      title: "The proxy cannot reach the database, by name or by address",
      points: 15,
      needs: [settled],
      at: "services.db.networks",
      hints: [
        "What could somebody who has taken over the proxy do next?",
        "A service is reachable from every network it joins; containers without a common network are apart.",
        "Give `db` only the back network, and keep `proxy` off it.",
      ],
    },
    async ({ stack }) => {
      await stack.service("proxy").cannotReach(stack.service("db"), DATABASE_PORT, { whereas: stack.service("api") });
    },
  );

  check(
    "db-no-way-out",
    {
      title: "The database has no way to the internet",
      points: 15,
      needs: [settled],
      at: "networks",
      hints: [
        "Where could a database send its data if it were told to?",
        "A bridge network has a way out unless it says otherwise; every network of a service counts.",
        "Set `internal: true` on the back network and give `db` no other. The front one must stay open.",
      ],
    },
    async ({ stack }) => {
      await stack.service("db").hasNoWayOut({ whereas: stack.service("proxy") });
    },
  );

  check(
    "one-door",
    {
      title: "Exactly one port is published: the proxy's, on 127.0.0.1",
      points: 10,
      needs: [settled],
      at: "services.proxy.ports",
      hints: [
        "Who can connect to each of the ports that `docker compose ps` shows?",
        "Services of one network need no published ports; one without an address is open on all interfaces.",
        'Keep `ports: ["127.0.0.1:8080:80"]` at `proxy` and remove every other `ports:`.',
      ],
    },
    checkDoors,
  );

  check(
    "api-networks",
    {
      title: "The API is on exactly two networks: the proxy's and the database's",
      points: 5,
      needs: [settled],
      at: "services.api.networks",
      hints: [
        "Which service has to talk to both sides?",
        "A service with a `networks:` list is on these only; without one it is on `default`.",
        "`api: networks: [front, back]`, and no third one.",
      ],
    },
    checkApiNetworks,
  );

  check(
    "no-fixed-addresses",
    {
      title: "Nothing depends on fixed addresses, `links` or `extra_hosts`",
      points: 5,
      at: "services",
      hints: [
        "What happens to this file on a machine on which these addresses are in use?",
        "The engine's DNS knows every service by name, always with the address of today.",
        "Use service names and aliases, and remove `ipv4_address`, `links`, `extra_hosts` and written addresses.",
      ],
    },
    ({ model }) => checkFixedAddresses(model),
  );

  check(
    "second-copy",
    {
      title: "A second copy works beside the first, on other subnets and with values of its own",
      points: 10,
      needs: [roundTrip],
      at: "services",
      timeout: 45,
      hints: [
        "What in this file can exist only once on a machine?",
        "Names of containers are unique on an engine, and subnets differ from machine to machine.",
        "Remove every `container_name`, and let the services find each other by service name.",
      ],
    },
    checkSecondCopy,
  );
});

/**
 * Both ways, so that neither a database that nobody asks nor an answer that nobody stored passes:
 * what is put through the proxy must be found in `db`, and what is put into `db` must be read through the proxy.
 */
async function travel(context: CheckContext, stack: StackHandle, name: string): Promise<void> {
  const db = stack.service("db");
  const into = { key: context.fresh.token(`${name}-key`), value: context.fresh.token(`${name}-value`) };
  const back = { key: context.fresh.token(`${name}-other-key`), value: context.fresh.token(`${name}-other-value`) };

  const stored = await ask(context, stack, { method: "PUT", path: `/values/${into.key}`, body: into.value });
  ensure(readValue(stored) === into.value, wrongAnswer(context, stored, `PUT /values/${into.key}`, into.value));
  const [inDatabase, answer] = await Promise.all([
    db.exec(["redis-cli", "GET", into.key]),
    db
      .exec(["redis-cli", "SET", back.key, back.value])
      .then(() => ask(context, stack, { path: `/values/${back.key}` })),
  ]);
  ensure(inDatabase.stdout.trim() === into.value, {
    code: "DB_OTHER_DATABASE",
    found: `no such value in \`db\` after it was stored through the proxy (${inDatabase.stdout.trim() || "nothing"})`,
    expected: `the value ${into.value} in the Redis of the service \`db\``,
    at: "services.api.environment.DATABASE_HOST",
    hint: "The API keeps its values somewhere else: look at its DATABASE_HOST.",
    reproduce: `docker compose exec db redis-cli GET ${into.key}`,
  });
  ensure(readValue(answer) === back.value, wrongAnswer(context, answer, `GET /values/${back.key}`, back.value));
}

/**
 * A service without a health check counts as settled before its program has done anything. Until all listen, or have
 * had the time to, the stack is looked at again: a crash that comes late is a crash.
 */
async function settle(context: CheckContext, stack: StackHandle): Promise<void> {
  const patience = performance.now() + 6000;
  const silent = { code: "NOTHING_LISTENS", found: "services that do not listen", expected: "services that listen" };
  await context.eventually({ seconds: 15, tolerate: [], failure: () => silent }, async () => {
    await stack.settled();
    const listening = await Promise.all(
      SERVICES.map(async (name) => {
        const ports = (await stack.service(name).listeners()).map(({ port }) => port);
        return name === "proxy" ? ports.length > 0 : ports.includes(name === "api" ? API_PORT : DATABASE_PORT);
      }),
    );
    return listening.every(Boolean) || performance.now() > patience ? true : undefined;
  });
}

/**
 * One request through the published port of the proxy. A proxy may look its upstream up only once a second: an answer
 * that blames the next hop is asked for again for two seconds.
 */
async function ask(context: CheckContext, stack: StackHandle, request: HttpRequest): Promise<HttpAnswer> {
  const port = context.model.services.proxy?.ports?.find(({ protocol }) => protocol !== "udp")?.target;
  const proxy = stack.service("proxy");
  const patience = performance.now() + 2000;
  return context.eventually({ seconds: 15, tolerate: [], failure: () => noUpstream(504) }, async () => {
    const answer = await proxy.http(port === undefined ? request : { ...request, port });
    return blamesNextHop(answer) && performance.now() < patience ? undefined : answer;
  });
}

function blamesNextHop({ status }: HttpAnswer): boolean {
  return status === 502 || status === 503 || status === 504;
}

function noUpstream(status: number): Failure {
  return {
    code: "PROXY_NO_UPSTREAM",
    found: `status ${status} from the proxy: it does not reach the API`,
    expected: "the API's own answer, handed on by the proxy",
    at: "services.proxy",
    hint: `The API listens on port ${API_PORT} and is known as \`api\` on every network that it shares with the proxy.`,
  };
}

function readValue(answer: HttpAnswer): unknown {
  return answer.status === 200 ? readJson(answer.body)?.value : undefined;
}

/** What broke the journey, as far as the answer tells: the API names its database, a proxy names its upstream. */
function wrongAnswer(context: CheckContext, answer: HttpAnswer, asked: string, value: string): Failure {
  const said = readJson(answer.body)?.error;
  const [method = "GET", path = "/"] = asked.split(" ");
  const common = {
    expected: `status 200 and the value ${value} from ${asked}`,
    reproduce:
      method === "PUT"
        ? `curl -i -X PUT -d hello http://127.0.0.1:8080${path}`
        : `curl -i http://127.0.0.1:8080${path}`,
  };
  if (typeof said === "string" && said.startsWith("cannot use the database")) {
    return { ...common, ...databaseTrouble(context.model, said) };
  }
  if (blamesNextHop(answer)) return { ...noUpstream(answer.status), ...common };
  return {
    ...common,
    code: "PROXY_WRONG_ANSWER",
    found: `status ${answer.status} and ${shorten(answer.body)}`,
    at: "services.proxy",
    hint: "The proxy must hand on every path as it is.",
  };
}

function databaseTrouble(model: ComposeModel, said: string): Pick<Failure, "code" | "found" | "at" | "hint"> {
  const host = /at (.*):\d+:/.exec(said)?.[1] ?? "";
  const found = `the API's answer "${said}"`;
  const at = "services.api.environment.DATABASE_HOST";
  if (/^(localhost|127\.|0\.0\.0\.0|::1)/.test(host)) {
    const hint = `\`${host}\` in a container is the container itself: the API has no database inside.`;
    return { code: "NET_LOCALHOST_IS_SELF", found, at, hint };
  }
  if (Object.values(model.services).some((service) => service.container_name === host)) {
    const hint = `\`${host}\` is the name of a container: it belongs to one copy only. Use the name of the service.`;
    return { code: "NET_CONTAINER_NAME", found, at, hint };
  }
  if (isAddress(host)) {
    const hint = `The engine chooses addresses anew on each machine: ${host} is not the database's here.`;
    return { code: "NET_FIXED_ADDRESS", found, at, hint };
  }
  const hint = "Is there a network that `api` and `db` share, and is the name one of `db` on it?";
  return { code: "DB_UNREACHABLE", found, at, hint };
}

async function checkNames({ stack }: CheckContext): Promise<void> {
  const api = stack.service("api");
  const [own, ...answers] = await Promise.all([
    stack.service("db").networks(),
    ...["db", ALIAS].map(async (name) => ({ name, addresses: await api.resolves(name) })),
  ]);
  const addresses = own.map((network) => network.address);
  for (const { name, addresses: given } of answers) {
    ensure(
      given.every((address) => addresses.includes(address)),
      {
        code: "NAME_OF_ANOTHER",
        found: `${given.join(", ")} for the name \`${name}\`, which is not an address of \`db\``,
        expected: `an address of \`db\` (${addresses.join(", ")})`,
        hint: `Another service answers to \`${name}\`: the alias is written at the service that it names.`,
        reproduce: `docker compose exec api getent hosts ${name}`,
      },
    );
  }
}

async function checkDoors({ model, stack }: CheckContext): Promise<void> {
  const doors = Object.entries(model.services)
    .filter(([, service]) => (service.profiles ?? []).length === 0)
    .flatMap(([name, service]) => (service.ports ?? []).map((port) => ({ name, port })));
  const shown = doors.map(
    ({ name, port }) => `${name} ${port.host_ip ?? "0.0.0.0"}:${port.published ?? ""}→${port.target}`,
  );
  const expected = "one published port, of `proxy`, on 127.0.0.1";
  const reproduce = "docker compose ps --format '{{.Service}} {{.Ports}}'";
  for (const { name, port } of doors) {
    const at = `services.${name}.ports`;
    ensure(name === "proxy", {
      code: "PORT_NOT_NEEDED",
      found: `port ${port.target} of \`${name}\` published`,
      expected,
      at,
      hint: "Other services reach it over their common network, without a published port.",
      reproduce,
    });
    ensure(port.host_ip === "127.0.0.1", {
      code: "PORT_ON_ALL_INTERFACES",
      found: `port ${port.target} published on ${port.host_ip ?? "all addresses (none is given)"}`,
      expected,
      at,
      hint:
        port.host_ip === undefined || /^(0\.0\.0\.0|::)$/.test(port.host_ip)
          ? "Whoever reaches this machine reaches this port, firewalls notwithstanding: the engine opens them."
          : "The task names the address 127.0.0.1.",
      reproduce,
    });
  }
  ensure(doors.length === 1, {
    code: "PORT_COUNT",
    found: doors.length === 0 ? "no published port" : `${doors.length} published ports: ${shown.join(", ")}`,
    expected,
    at: "services.proxy.ports",
    reproduce,
  });
  const [published] = await stack.service("proxy").ports();
  ensure(published?.actual !== undefined, {
    code: "PORT_NOT_PUBLISHED",
    found: "a port that the file publishes and the engine does not",
    expected,
    at: "services.proxy.networks",
    hint: "A service that is on internal networks only has no published ports: the engine drops them in silence.",
    reproduce,
  });
}

async function checkApiNetworks({ stack }: CheckContext): Promise<void> {
  const [proxy, api, db] = await Promise.all(
    SERVICES.map(async (name) => (await stack.service(name).networks()).map(({ network }) => network)),
  );
  const front = (api ?? []).filter((network) => proxy?.includes(network));
  const back = (api ?? []).filter((network) => db?.includes(network));
  const apart = new Set([...front, ...back]).size === 2 && front.length > 0 && back.length > 0;
  ensure(api?.length === 2 && apart, {
    code: "NET_MEMBERSHIP",
    found: `api on ${list(api)}, proxy on ${list(proxy)}, db on ${list(db)}`,
    expected: "api on exactly two networks, one shared with `proxy` and one shared with `db`",
    reproduce: "docker inspect --format '{{json .NetworkSettings.Networks}}' $(docker compose ps -q api)",
  });
}

function checkFixedAddresses(model: ComposeModel): void {
  const expected = "services that find each other by service name and alias";
  for (const [name, service] of Object.entries(model.services)) {
    for (const key of ["links", "external_links", "extra_hosts"]) {
      const value = service[key];
      if (value === undefined || value === null || Object.keys(value).length === 0) continue;
      fail({
        code: "NET_LINKS",
        found: `\`${key}\` at \`${name}\``,
        expected,
        at: `services.${name}.${key}`,
        hint: "On a network of your own every service is known by name already.",
      });
    }
    for (const [network, settings] of Object.entries(service.networks ?? {})) {
      const address = settings?.ipv4_address ?? settings?.ipv6_address;
      if (address === undefined) continue;
      fail({
        code: "NET_FIXED_ADDRESS",
        found: `the address ${address} fixed for \`${name}\` on \`${network}\``,
        expected,
        at: `services.${name}.networks.${network}`,
      });
    }
    for (const [variable, value] of Object.entries(service.environment ?? {})) {
      if (value === null || !isAddress(value)) continue;
      fail({
        code: "NET_FIXED_ADDRESS",
        found: `the address ${value} in ${variable} of \`${name}\``,
        expected,
        at: `services.${name}.environment.${variable}`,
      });
    }
  }
}

async function checkSecondCopy(context: CheckContext): Promise<void> {
  for (const [name, service] of Object.entries(context.model.services)) {
    ensure(service.container_name === undefined, {
      code: "NET_CONTAINER_NAME",
      found: `\`container_name: ${service.container_name}\` at \`${name}\``,
      expected: "names that the engine can give to each copy anew",
      at: `services.${name}.container_name`,
      hint: "The second copy cannot start: the name is in use. Compose names containers by project and service.",
      reproduce: "docker compose -p second up -d",
    });
  }
  await using copy = await context.stack.variant({ title: "a second copy on other subnets", otherSubnets: true });
  await settle(context, copy);
  await travel(context, copy, "second");
  const key = context.fresh.token("second-key");
  const seen = await ask(context, context.stack, { path: `/values/${key}` });
  ensure(seen.status === 404, {
    code: "COPIES_SHARE_DATA",
    found: `a value of the second copy in the first one (status ${seen.status}, ${shorten(seen.body)})`,
    expected: "copies that share nothing",
  });
}

/** A private IPv4 address, alone or with a port or a scheme; loopback and wildcard are no addresses of other services. */
function isAddress(text: string): boolean {
  return /^(\w+:\/\/)?(10\.\d+|172\.(1[6-9]|2\d|3[01])|192\.168)\.\d+\.\d+(:\d+)?(\/(?!\d+$).*)?$/.test(text);
}

/** Whether a condition of a handle holds; anything but a failed condition goes on as it is. */
async function holds(condition: () => Promise<unknown>): Promise<boolean> {
  try {
    await condition();
    return true;
  } catch (error) {
    if (error instanceof CheckFailure) return false;
    throw error;
  }
}

function readJson(text: string): Record<string, unknown> | undefined {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === "object" && value !== null ? (value as Record<string, unknown>) : undefined;
  } catch {
    return undefined;
  }
}

function list(networks: string[] | undefined): string {
  return networks === undefined || networks.length === 0 ? "no network" : networks.join(" and ");
}

function shorten(text: string): string {
  if (text === "") return "an empty answer";
  return text.length > 160 ? `"${text.slice(0, 160)}…"` : `"${text}"`;
}
