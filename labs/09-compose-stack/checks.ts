import { setTimeout as sleep } from "node:timers/promises";
import {
  type CheckContext,
  CheckFailure,
  type ComposeModel,
  type ContainerFacts,
  defineChecks,
  ensure,
  fail,
  type HttpAnswer,
  type ServiceTimeline,
  type StackHandle,
} from "@compose-labs/lab";

const WORKERS = 3;

export default defineChecks(({ check }) => {
  /** When the services of the late start began and ended, by run: `late-database` looks, `migration-first` judges. */
  const lateStarts = new WeakMap<ComposeModel, Map<string, ServiceTimeline>>();

  const settled = check(
    "stack-settled",
    {
      title: "All six services start from nothing, and those that serve stay up",
      points: 5,
      at: "services",
      timeout: 150,
      hints: [
        "Which service ended first, and what did it miss? `docker compose ps -a`, `docker compose logs SERVICE`.",
        "A container that has started is not a service that is ready. What must be ready before `migrate` begins?",
        "`depends_on` with `condition: service_healthy` needs a `healthcheck` on the service that is waited for.",
      ],
    },
    async ({ stack, service }) => {
      for (const name of ["db", "redis", "migrate", "api", "worker", "proxy"]) service(name);
      await stack.settled();
    },
  );

  const answers = check(
    "proxy-answers",
    {
      title: "A request to the proxy reaches the API, and through it the database and Redis",
      points: 10,
      needs: [settled],
      at: "services.proxy",
      hints: [
        "Where does nginx send requests to? `docker compose logs proxy` names the address it tried.",
        "Inside the proxy's container, 127.0.0.1 is the proxy itself.",
        "Services find each other by their names: `proxy_pass http://api:8000;`",
      ],
    },
    async (context) => {
      const token = context.fresh.token("asked");
      const answer = await askProxy(context, context.stack, { path: `/whoami?token=${token}` });
      ensure(fieldOf(answer, "token") === token, {
        code: "PROXY_ANSWERS_ITSELF",
        found: `the proxy answered /whoami with ${answer.body.slice(0, 200)}`,
        expected: "the API's answer, which carries the request's token",
        reproduce: curl(context, "/whoami?token=x"),
      });
      await askProxy(context, context.stack, { path: "/health" });
    },
  );

  const late = check(
    "late-database",
    {
      title: "A cold start works however late the database is ready",
      points: 15,
      needs: [answers],
      timeout: 150,
      at: "services.migrate.depends_on",
      hints: [
        "Who assumes that the database is there after a certain time?",
        "On a slow disk a database takes ten times as long. Nothing in your file should have to know by how much.",
        "`condition: service_healthy` with enough `retries`, or an application that tries until it succeeds.",
      ],
    },
    async (context) => {
      const delay = context.fresh.int("late", 50, 56) / 10;
      const seconds = migrationSeconds(await slowestStart(context.stack));
      await using other = await context.stack.variant({
        title: `database ${delay} s late, migration of ${seconds} s`,
        delay: { db: delay },
        environment: { migrate: { MIGRATION_SECONDS: `${seconds}` } },
      });
      await other.settled().catch((thrown: unknown) => {
        if (!(thrown instanceof CheckFailure)) throw thrown;
        fail({
          ...thrown.failure,
          code: "LATE_DATABASE_BREAKS_START",
          found: `with a database that is ${delay} s late: ${thrown.failure.found}`,
          expected: "the same stack, only later",
        });
      });
      await askProxy(context, other, { path: "/health" });
      lateStarts.set(context.model, await other.timeline());
    },
  );

  check(
    "migration-first",
    {
      title: "The migration runs once, and ends before `api` and `worker` start",
      points: 10,
      needs: [late],
      at: "services.api.depends_on",
      hints: [
        "Compare the times: `docker inspect` shows when each container started and ended.",
        "The short form of `depends_on` waits for a start. What should be waited for here is an end.",
        "`condition: service_completed_successfully`; and only `migrate` runs migrate.py.",
      ],
    },
    async (context) => {
      const times = lateStarts.get(context.model) ?? new Map<string, ServiceTimeline>();
      const end = times.get("migrate")?.finishedAt;
      ensure(end !== undefined, {
        code: "MIGRATION_NOT_FINISHED",
        found: "`migrate` has not ended",
        expected: "it does its work and ends with 0",
        at: "services.migrate",
        reproduce: "docker compose ps -a migrate",
      });
      for (const name of ["api", "worker"]) {
        const early = end - (times.get(name)?.startedAt ?? 0);
        ensure(early <= 0, {
          code: "STARTED_BEFORE_MIGRATION",
          found: `\`${name}\` started ${(early / 1000).toFixed(1)} s before \`migrate\` had ended`,
          expected: `\`${name}\` starts after the migration`,
          at: `services.${name}.depends_on`,
          reproduce: `MIGRATION_SECONDS=3 in the environment of migrate, then docker inspect --format '{{.Name}} {{.State.StartedAt}} {{.State.FinishedAt}}' $(docker compose ps -aq migrate ${name})`,
        });
      }
      const { runs } = await aboutMigration(context, context.stack);
      ensure(runs === 1, {
        code: "MIGRATED_REPEATEDLY",
        found: `migrate.py ran ${runs} times in one start of the stack`,
        expected: "once",
        at: "services.migrate",
        reproduce: curl(context, "/about"),
      });
    },
  );

  check(
    "no-blind-wait",
    {
      title: "Nobody sleeps for a fixed time: the migration begins when the database is ready",
      points: 5,
      needs: [answers],
      at: "services.migrate",
      hints: [
        "How long does the database take on your machine, and how long on a slower one?",
        "A pause that is long enough everywhere is too long nearly everywhere. Wait for the fact, not for the clock.",
        "A `healthcheck` on `db` with `condition: service_healthy`, or migrate.py's own `DB_WAIT`.",
      ],
    },
    async (context) => {
      const times = await context.stack.timeline();
      const { started, migrated } = await aboutMigration(context, context.stack);
      const startOf = (name: string) => (times.get(name)?.startedAt ?? started * 1000) / 1000;
      // What the database itself took is added, so that a busy machine is not taken for a sleeping student.
      const slow = Math.max(0, started - startOf("db"));
      for (const [idle, limit, since] of [
        [
          migrated - Math.max(started, startOf("migrate")),
          2.5 + slow / 2,
          "`migrate` had started and the database was ready",
        ],
        [migrated - started, 5 + slow * 3, "the database was ready"],
      ] as const) {
        ensure(idle <= limit, {
          code: "BLIND_WAIT",
          found: `the migration began ${idle.toFixed(1)} s after ${since}`,
          expected: `at most ${limit.toFixed(1)} s`,
          reproduce: curl(context, "/about"),
        });
      }
    },
  );

  check(
    "failing-migration",
    {
      title: "When the migration fails, `api` and `worker` stay down",
      points: 10,
      needs: [answers],
      timeout: 120,
      at: "services.api.depends_on",
      hints: [
        "What would the API do with tables that are half changed?",
        "A program tells how it ended by its exit code. Does yours still get through to Compose?",
        "`condition: service_completed_successfully` looks at the exit code, and nothing may turn a failure into 0.",
      ],
    },
    (context) => failingMigration(context),
  );

  check(
    "requests-spread",
    {
      title: "`api` runs at least twice, and every container of it gets requests",
      points: 10,
      needs: [answers],
      at: "services.api",
      hints: [
        "Ask /whoami a few times: which instances answer?",
        "One name can stand for several containers; nginx takes turns among the addresses that it found at its start.",
        "`deploy: {replicas: 2}` for `api`, a proxy that starts after them, and no rule that ties a client to one of them.",
      ],
    },
    (context) => requestsSpread(context),
  );

  check(
    "can-be-scaled",
    {
      title: "`api` and `worker` can run several times on one machine",
      points: 5,
      at: "services.worker",
      hints: [
        "Try `docker compose up -d --scale worker=3`. What does the second one collide with?",
        "Some things exist only once on a machine: a port, a container's name.",
        "No `container_name`, and no fixed port: only the proxy is published.",
      ],
    },
    ({ service }) => {
      for (const name of ["api", "worker"]) {
        const { container_name: fixed, ports = [] } = service(name);
        ensure(fixed === undefined, {
          code: "FIXED_CONTAINER_NAME",
          found: `\`${name}\` has the fixed name \`${fixed}\`, which one container can have`,
          expected: "no `container_name`",
          at: `services.${name}.container_name`,
          reproduce: `docker compose up -d --scale ${name}=3`,
        });
        const port = ports.find(({ published = "0" }) => /^[1-9]\d*$/.test(published));
        ensure(port === undefined, {
          code: "FIXED_PORT_ON_REPLICAS",
          found: `\`${name}\` is published on port ${port?.published} of the machine, which one container can have`,
          expected: "no fixed port",
          at: `services.${name}.ports`,
          reproduce: `docker compose up -d --scale ${name}=3`,
        });
      }
    },
  );

  check(
    "second-up",
    {
      title: "A second `docker compose up` changes nothing",
      points: 10,
      needs: [answers],
      disturbs: true,
      timeout: 120,
      at: "services.migrate",
      hints: [
        "`up` starts a service that has ended once more. What does `migrate` do the second time?",
        "A deployment is repeated many times a day. Each step must be harmless when its work is done already.",
        "migrate.py finds out by itself whether there is work; it needs no option for that.",
      ],
    },
    (context) => secondUp(context),
  );

  check(
    "jobs-once",
    {
      title: "Three workers do every job exactly once",
      points: 10,
      needs: [answers],
      disturbs: true,
      timeout: 120,
      at: "services.worker",
      hints: [
        "Queue jobs with one worker and with three, and look at /jobs: how often was each run, and by whom?",
        "Read the head of worker.py: what is a group?",
        "All workers share one group, so all have the same `WORKER_GROUP`.",
      ],
    },
    (context) => jobsOnce(context),
  );

  check(
    "database-restart",
    {
      title: "A restart of the database costs no data, and everybody comes back",
      points: 10,
      needs: [answers],
      disturbs: true,
      timeout: 150,
      at: "services.worker.restart",
      hints: [
        "`docker compose restart db`, then ask /notes and /jobs. Who does not answer any more?",
        "worker.py ends when it loses its database. Who starts it again?",
        "A restart policy for what must go on, and a volume for the database.",
      ],
    },
    (context) => databaseRestart(context),
  );
});

/**
 * Seconds from one service's start, health or end to the next start, the longest such pause: what Compose needs here to
 * start what it need not wait for, and more where a service has to become ready in between.
 */
async function slowestStart(stack: StackHandle): Promise<number> {
  const times = [...(await stack.timeline()).values()];
  const events = times.flatMap(({ startedAt, healthyAt, finishedAt }) =>
    [startedAt, healthyAt, finishedAt].filter((at) => at !== undefined),
  );
  const pauses = times.map(({ startedAt }) => startedAt - Math.max(...events.filter((at) => at < startedAt)));
  return Math.max(0, ...pauses.filter(Number.isFinite)) / 1000;
}

/**
 * How long the late start's migration takes: whoever does not wait for its end has started by then, on a busy machine
 * too. At most 12 s, in which no usual health check of an API without tables gives up.
 */
const migrationSeconds = (start: number) => Math.min(12, Math.max(2.5, Math.ceil(start * 8) / 2));

async function failingMigration(context: CheckContext): Promise<void> {
  const patience = Math.min(12, Math.max(1.2, 2 * (await slowestStart(context.stack))));
  await using other = await context.stack.variant({
    title: "a migration that fails",
    environment: { migrate: { BREAK_MIGRATION: "1" } },
  });
  const reproduce =
    "docker compose down -v; then BREAK_MIGRATION=1 in the environment of migrate, docker compose up -d, docker compose ps -a";
  const ended = await context.eventually(
    {
      seconds: 60,
      failure: () => ({
        code: "MIGRATION_NOT_FINISHED",
        found: "`migrate` had not ended after 60 s, with a migration that fails",
        expected: "it ends",
        at: "services.migrate",
        reproduce,
      }),
    },
    async () => (await other.service("migrate").containers()).find(hasEnded),
  );
  ensure(ended.exitCode !== 0 || ended.restartCount > 0, {
    code: "MIGRATION_FAILURE_HIDDEN",
    found: "`migrate` ended with 0 although its migration failed",
    expected: "an exit code other than 0",
    at: "services.migrate.command",
    reproduce,
  });
  // Whoever does not wait for the migration starts within a moment of it.
  const end = performance.now() + patience * 1000;
  while (performance.now() < end) {
    for (const name of ["api", "worker"]) {
      const started = (await other.service(name).containers()).find(wasStarted);
      ensure(started === undefined, {
        code: "STARTED_WITHOUT_SCHEMA",
        found: `\`${name}\` was started although the migration failed`,
        expected: `\`${name}\` stays down`,
        at: `services.${name}.depends_on`,
        reproduce,
      });
    }
    await sleep(200, undefined, { signal: context.signal });
  }
}

const hasEnded = ({ finishedAt, startedAt, state, restartCount }: ContainerFacts) =>
  restartCount > 0 || state === "exited" || state === "dead" || (finishedAt !== undefined && finishedAt > startedAt);
const wasStarted = ({ state, startedAt }: ContainerFacts) => state !== "created" && startedAt > 0;

async function requestsSpread(context: CheckContext): Promise<void> {
  const containers = await context.stack.service("api").containers();
  const running = containers.filter(({ state }) => state === "running").length;
  ensure(running >= 2, {
    code: "SINGLE_REPLICA",
    found: `${running} running container of \`api\``,
    expected: "at least 2",
    reproduce: "docker compose ps api",
  });
  const seen = new Set<unknown>();
  const requests = 10 * running;
  for (let asked = 0; asked < requests && seen.size < running; asked += 1) {
    const path = `/whoami?token=${context.fresh.token(`spread ${asked}`)}`;
    seen.add(fieldOf(await askProxy(context, context.stack, { path }), "instance"));
  }
  ensure(seen.size === running, {
    code: "REPLICAS_IDLE",
    found: `${requests} requests were answered by ${seen.size} of ${running} containers`,
    expected: "each container answers some",
    at: "services.proxy",
    reproduce: `for i in 1 2 3 4 5 6; do ${curl(context, "/whoami")}; echo; done`,
  });
}

async function secondUp(context: CheckContext): Promise<void> {
  const { stack } = context;
  const name = context.fresh.token("noted");
  await askProxy(context, stack, { path: `/notes/${name}`, method: "POST", body: name });
  const before = await aboutMigration(context, stack);
  const { created, recreated } = await stack.up();
  const changed = [...created, ...recreated];
  ensure(changed.length === 0, {
    code: "SECOND_UP_RECREATES",
    found: `the second \`up\` made new containers for ${changed.join(", ")}`,
    expected: "the same containers as before",
    at: `services.${changed[0]}`,
    reproduce: "docker compose up -d; docker compose up -d",
  });
  const note = fieldOf(await askProxy(context, stack, { path: `/notes/${name}` }), "text");
  const after = await aboutMigration(context, stack);
  ensure(note === name && before.migrated === after.migrated, {
    code: "SECOND_UP_LOSES_DATA",
    found: note === name ? "the second `up` made the tables anew" : "a note was gone after the second `up`",
    expected: "data and tables stay as they are",
    at: "services.migrate.command",
    reproduce: `${curl(context, "/notes/x", "-d hello")}; docker compose up -d; ${curl(context, "/notes/x")}`,
  });
}

async function jobsOnce(context: CheckContext): Promise<void> {
  const { stack, fresh } = context;
  // Queued before there are three: a worker that keeps a group of its own repeats these before it gets to the next.
  const batches = [await doJobs(context, fresh.token("alone"), 4)];
  await stack.service("worker").scale(WORKERS);
  const workers = new Set<string>();
  for (let round = 0; workers.size < WORKERS && round < 20; round += 1) {
    const batch = await doJobs(context, fresh.token(`together ${round}`), 12);
    batches.push(batch);
    for (const worker of batch.workers) workers.add(worker);
  }
  for (const { batch } of batches) {
    const { runs } = await readJobs(context, batch);
    const repeated = Object.values(runs).filter((times) => times > 1).length;
    ensure(repeated === 0, {
      code: "JOBS_REPEATED",
      found: `${repeated} of ${Object.keys(runs).length} jobs were done more than once by ${WORKERS} workers`,
      expected: "each job once",
      at: "services.worker.environment",
      reproduce: `docker compose up -d --scale worker=3; ${curl(context, "/jobs?batch=x&count=12", "-X POST")}; ${curl(context, "/jobs?batch=x")}`,
    });
  }
  ensure(workers.size >= WORKERS, {
    code: "WORKERS_IDLE",
    found: `${workers.size} of ${WORKERS} workers did all the jobs`,
    expected: "each worker does some",
    reproduce: "docker compose up -d --scale worker=3; docker compose logs worker",
  });
}

async function databaseRestart(context: CheckContext): Promise<void> {
  const { stack, fresh } = context;
  const name = fresh.token("kept");
  await askProxy(context, stack, { path: `/notes/${name}`, method: "POST", body: name });
  await stack.service("db").restart();
  const note = fieldOf(await askProxy(context, stack, { path: `/notes/${name}` }), "text");
  ensure(note === name, {
    code: "DATABASE_RESTART_LOSES_DATA",
    found: "a note was gone after a restart of the database",
    expected: "it is still there",
    at: "services.db.volumes",
    reproduce: `${curl(context, "/notes/x", "-d hello")}; docker compose restart db; ${curl(context, "/notes/x")}`,
  });
  await doJobs(context, fresh.token("afterwards"), 3, "DOWN_AFTER_DATABASE_RESTART");
}

interface Batch {
  batch: string;
  /** How often each job was run. */
  runs: Record<string, number>;
  workers: string[];
}

/** Queues jobs and waits until each was run at least once. */
async function doJobs(context: CheckContext, batch: string, count: number, code = "JOBS_LOST"): Promise<Batch> {
  await askProxy(context, context.stack, { path: `/jobs?batch=${batch}&count=${count}`, method: "POST" });
  let done = 0;
  const outcome = await context.eventually(
    {
      seconds: 15,
      failure: () => ({
        code,
        found: `${done} of ${count} jobs were done within 15 s`,
        expected: "all of them",
        at: "services.worker",
        reproduce: "docker compose logs worker",
      }),
    },
    async () => {
      const read = await readJobs(context, batch);
      done = Object.keys(read.runs).length;
      if (done === count) return read;
      const workers = await context.stack.service("worker").containers();
      return workers.every(({ state }) => state === "exited" || state === "dead") ? workers : undefined;
    },
  );
  if (!Array.isArray(outcome)) return outcome;
  return fail({
    code,
    found: `every \`worker\` has ended (exit code ${outcome[0]?.exitCode}), with ${done} of ${count} jobs done`,
    expected: "a worker that is started again",
    at: "services.worker",
    reproduce: "docker compose ps -a worker; docker compose logs worker",
    log: await context.stack.service("worker").logs({ tail: 5 }),
  });
}

async function readJobs(context: CheckContext, batch: string): Promise<Batch> {
  const answer = await askProxy(context, context.stack, { path: `/jobs?batch=${batch}` });
  const { runs = {}, workers = [] }: Partial<Batch> = JSON.parse(answer.body);
  return { batch, runs, workers };
}

/** What the database knows of the migration; times in seconds since the epoch, by the database's clock. */
async function aboutMigration(context: CheckContext, stack: StackHandle) {
  const answer = await askProxy(context, stack, { path: "/about" });
  return {
    started: Number(fieldOf(answer, "database_started")),
    migrated: Number(fieldOf(answer, "migrated")),
    runs: Number(fieldOf(answer, "migration_runs")),
  };
}

/** Asks through the proxy until the API behind it is ready: at most 6 s, for settled services need not be ready. */
async function askProxy(
  context: CheckContext,
  stack: StackHandle,
  request: { path: string; method?: string; body?: string },
): Promise<HttpAnswer> {
  let last = "";
  const answer = await context.eventually(
    {
      seconds: 6,
      // A proxy that is only just starting may break off; one that cannot be asked at all is told at once.
      tolerate: ["HTTP_BROKEN"],
      failure: (broken) => ({
        code: last.startsWith("502") || last.startsWith("504") ? "PROXY_FINDS_NO_API" : "API_NOT_READY",
        found: `the proxy answers ${request.path.split("?")[0]} with ${broken instanceof CheckFailure ? `nothing: ${broken.failure.found}` : last}`,
        expected: "200, from the API",
        at: "services.proxy",
        reproduce: curl(context, request.path),
        hint: "`docker compose logs proxy api` shows what went wrong between the two.",
      }),
    },
    async () => {
      const answer = await stack.service("proxy").http({ ...request, port: 80 });
      if (answer.status < 500) return answer;
      last = `${answer.status}: ${String(fieldOf(answer, "error") ?? answer.body.replace(/<[^>]*>|\s+/g, " ").trim()).slice(0, 160)}`;
      return undefined;
    },
  );
  ensure(answer.status === 200, {
    code: "PROXY_WRONG_PATH",
    found: `the proxy answers ${request.path} with ${answer.status}`,
    expected: "200: every path goes to the API as it is",
    at: "services.proxy",
    reproduce: curl(context, request.path),
  });
  return answer;
}

/** One field of a JSON answer, or undefined when it is none. */
function fieldOf({ body }: HttpAnswer, field: string): unknown {
  try {
    const value: unknown = JSON.parse(body);
    return typeof value === "object" && value !== null ? Reflect.get(value, field) : undefined;
  } catch {
    return undefined;
  }
}

/** The line that asks the same of the student's own stack, with the port that they publish. */
function curl(context: CheckContext, path: string, flags = ""): string {
  const port = context.model.services.proxy?.ports?.[0];
  const host = port?.host_ip && port.host_ip !== "0.0.0.0" ? port.host_ip : "127.0.0.1";
  return `curl -s ${flags === "" ? "" : `${flags} `}'http://${host}:${port?.published ?? port?.target ?? 80}${path}'`;
}
