import { setTimeout as sleep } from "node:timers/promises";
import {
  type CheckContext,
  CheckFailure,
  type ContainerFacts,
  defineChecks,
  ensure,
  fail,
  type HttpAnswer,
  restartPolicyOf,
  type StackHandle,
} from "@compose-labs/lab";

const PORT = 8000;
const CHILDREN = 20;
/** Seconds in which a stop must be over, of which the engine itself takes a part. */
const STOP_SECONDS = 2;
/** Seconds in which a crashed service must be back. */
const BACK_SECONDS = 10;
/** Seconds in which the health must follow, and what is allowed for above that, for a busy machine. */
const NOTICE_SECONDS = 10;
const SLACK_SECONDS = 5;
/** Bytes of log that must be kept at least, and may be kept at most. */
const LEAST_LOG = 100_000;
const MOST_LOG = 100_000_000;

export default defineChecks(({ check }) => {
  const starts = check(
    "starts",
    {
      title: "`tickets` starts and stays up",
      points: 5,
      at: "services.tickets",
      timeout: 40,
      hints: [
        "What do `docker compose ps -a` and `docker compose logs tickets` say?",
        "A health check runs inside the container, with the programs of its image and no others.",
        'The image has Python: `["CMD", "python", "-c", "…"]` can ask for /health.',
      ],
    },
    async ({ stack, service }) => {
      service("tickets");
      await stack.service("tickets").settled();
    },
  );

  const answers = check(
    "answers",
    {
      title: "The office answers through the published port 8000 of `tickets`",
      points: 5,
      needs: [starts],
      at: "services.tickets.ports",
      hints: [
        "What does `docker compose ps` say about the ports of `tickets`?",
        "In a port mapping the machine's port comes first, and then the container's.",
        '`"127.0.0.1:8080:8000"`: tickets.py listens on port 8000.',
      ],
    },
    async (context) => {
      const value = context.fresh.token("asked");
      const answer = await ask(context, `/health?value=${value}`);
      ensure(answer.status === 200 && fieldOf(answer, "value") === value, {
        code: "APP_WRONG_ANSWER",
        found: `status ${answer.status} and ${answer.body.slice(0, 160)}`,
        expected: `status 200 and {"status": "ok", "value": "${value}", …}`,
        hint: "Serve the given tickets.py; something else answers on this port.",
        reproduce: curl(context, "/health?value=x"),
      });
    },
  );

  const logged = check(
    "logs-reach-engine",
    {
      title: "What `tickets` logs is seen by `docker compose logs`",
      points: 10,
      needs: [answers],
      at: "services.tickets",
      hints: [
        "Where does tickets.py write its log? Its head says so.",
        "The engine keeps what a container's main process writes to its standard output, and nothing else.",
        "`LOG_FILE=-` in the Dockerfile's ENV or in the service's `environment`, and no redirection.",
      ],
    },
    (context) => logsReachEngine(context),
  );

  check(
    "log-rotation",
    {
      title: "The log of `tickets` is rotated: kept, and at most 100 MB of it",
      points: 5,
      at: "services.tickets.logging",
      hints: [
        "How large does the log get in a year, and on whose disk?",
        "json-file, the usual driver, keeps everything unless it has a size at which it begins a new file.",
        '`logging: {driver: json-file, options: {max-size: 10m, max-file: "3"}}`, or `driver: local`.',
      ],
    },
    (context) => logRotation(context),
  );

  check(
    "no-zombies",
    {
      title: `After ${CHILDREN} printers no zombie is left`,
      points: 15,
      needs: [answers],
      at: "services.tickets",
      hints: [
        "Print 20 tickets and look at `docker compose exec tickets sh -c 'cat /proc/[0-9]*/status' | grep -c zombie`.",
        "A process whose parent has ended belongs to PID 1, which has to collect it. Which program is PID 1 here?",
        "`init: true` puts an init in front of the program that does just that.",
      ],
    },
    (context) => noZombies(context),
  );

  check(
    "exit-code-survives",
    {
      title: "`audit` runs once; when it fails, its exit code is there to be read",
      points: 10,
      timeout: 60,
      at: "services.audit",
      hints: [
        "Start it with `AUDIT_FAILS=7` in its environment. What does `docker compose ps -a audit` show?",
        "A shell ends with the code of its last command, and a pipe with that of its last program.",
        '`command: ["python", "tickets.py", "audit"]`, and no restart policy for a job that ends.',
      ],
    },
    (context) => exitCodeSurvives(context),
  );

  check(
    "stops-gracefully",
    {
      title: `\`docker compose stop\` ends the office within ${STOP_SECONDS} s, by its own hand`,
      points: 15,
      needs: [logged],
      disturbs: true,
      timeout: 45,
      at: "services.tickets",
      hints: [
        "Which process is PID 1 in the container, and does the signal of `docker stop` get from it to Python?",
        "A shell that waits for a program passes no signals on; after the grace period everything is killed.",
        'A command in exec form, `CMD ["python", …]`; a script in front of it ends in `exec "$@"`.',
      ],
    },
    (context) => stopsGracefully(context),
  );

  check(
    "stays-stopped",
    {
      title: "What was stopped stays stopped, also when the engine is started again",
      points: 5,
      needs: [starts],
      disturbs: true,
      timeout: 45,
      at: "services.tickets.restart",
      hints: [
        "Stop the service, then restart the machine or the Docker engine. Who runs?",
        "Read about the restart policies: they differ in what they make of a stop by hand.",
        "`restart: unless-stopped`.",
      ],
    },
    (context) => staysStopped(context),
  );

  check(
    "health-true",
    {
      title: `The health follows the truth within ${NOTICE_SECONDS} s: unhealthy when broken, healthy when mended`,
      points: 15,
      needs: [answers],
      disturbs: true,
      timeout: 60,
      at: "services.tickets.healthcheck",
      hints: [
        "POST to /break, then look at `docker compose ps`. What does your health check look at, and how often?",
        "An open port is no health. Ask what the service knows of itself, and fail when its status is not 200.",
        "Ask for /health every 2 s with `interval`, and let `retries` times `interval` be below 10 s.",
      ],
    },
    (context) => healthTrue(context),
  );

  // The last one: a service that did not come back could not be asked anything else.
  check(
    "comes-back",
    {
      title: `After a crash the engine starts \`tickets\` again, and it is well within ${BACK_SECONDS} s`,
      points: 15,
      needs: [answers],
      disturbs: true,
      timeout: 45,
      at: "services.tickets.restart",
      hints: [
        "POST to /crash, then look at `docker compose ps -a`.",
        "Who starts a container again is the engine, and only if it was told to, and if it can see that something failed.",
        "`restart: unless-stopped`; and a script in front of the program must not turn its exit code into 0.",
      ],
    },
    (context) => comesBack(context),
  );
});

async function logsReachEngine(context: CheckContext): Promise<void> {
  const name = context.fresh.token("logged");
  await ask(context, `/tickets?name=${name}`, "POST");
  await context.eventually(
    {
      seconds: 5,
      every: 0.3,
      failure: () => ({
        code: "LOG_NOT_AT_ENGINE",
        found: `no line about ${name} in the log that the engine keeps, although a ticket was sold to ${name}`,
        expected: `"tickets: sold 1 to ${name}"`,
        reproduce: `${curl(context, "/tickets?name=Ada", "-X POST")}; docker compose logs tickets`,
      }),
    },
    async () => ((await context.stack.service("tickets").logs()).includes(`sold 1 to ${name}`) ? true : undefined),
  );
}

function logRotation({ service }: CheckContext): void {
  const { driver = "json-file", options = {} } = (service("tickets").logging ?? {}) as {
    driver?: string;
    options?: Record<string, string | number | null>;
  };
  const expected = "a log that is kept, in files of a bounded size, at most 100 MB together";
  const failLog = (found: string) => fail({ code: "LOG_UNBOUNDED", found, expected, reproduce: SHOW_LOGGING });
  if (driver !== "json-file" && driver !== "local") failLog(`the driver \`${driver}\`, which keeps no files here`);
  const size = bytesOf(options["max-size"] ?? (driver === "local" ? "20m" : -1));
  const files = Number(options["max-file"] ?? (driver === "local" ? 5 : 1));
  if (size === undefined || !(files >= 1)) failLog(`sizes that Docker cannot read: ${JSON.stringify(options)}`);
  else if (size <= 0) failLog(`no \`max-size\`, without which \`${driver}\` never begins a new file`);
  else if (size * files > MOST_LOG) failLog(`up to ${Math.round((size * files) / 1e6)} MB of log`);
  else if (size * files < LEAST_LOG) failLog(`at most ${size * files} bytes of log, which is next to nothing`);
}

const SHOW_LOGGING = "docker inspect --format '{{json .HostConfig.LogConfig}}' $(docker compose ps -q tickets)";

/** `10m`, `5000k`, `1g`, with an optional b; Docker counts in thousands here. Undefined for what it cannot read. */
function bytesOf(size: string | number): number | undefined {
  const [, digits, unit = ""] = /^(-?\d+(?:\.\d+)?)\s*([kmgt]?)i?b?$/i.exec(String(size).trim()) ?? [];
  return digits === undefined ? undefined : Number(digits) * 1000 ** " kmgt".indexOf(unit.toLowerCase() || " ");
}

async function noZombies(context: CheckContext): Promise<void> {
  const name = context.fresh.token("printed");
  const answer = await ask(context, `/tickets?name=${name}&count=${CHILDREN}`, "POST");
  const printers = fieldOf(answer, "printers");
  ensure(Array.isArray(printers) && new Set(printers).size === CHILDREN, {
    code: "APP_WRONG_ANSWER",
    found: `status ${answer.status} and ${answer.body.slice(0, 160)}`,
    expected: `status 200 and the process ids of ${CHILDREN} printers, which tickets.py started`,
    reproduce: curl(context, `/tickets?count=${CHILDREN}`, "-X POST"),
  });
  let left = 0;
  let first = "";
  await context.eventually(
    {
      seconds: 5,
      failure: () => ({
        code: "ZOMBIES_LEFT",
        found: `${left} of ${CHILDREN} processes that ended are zombies; PID 1 is \`${first}\`, and does not collect them`,
        expected: "none: PID 1 collects every orphan that ends",
        reproduce: `${curl(context, `/tickets?count=${CHILDREN}`, "-X POST")}; docker compose exec tickets sh -c 'cat /proc/[0-9]*/status' | grep -c zombie`,
      }),
    },
    async () => {
      const processes = await context.stack.service("tickets").processes();
      // By their ids: other processes, the health check's among them, come and go.
      left = processes.filter(({ pid }) => printers.includes(pid)).length;
      first = processes.find(({ pid }) => pid === 1)?.command.join(" ") ?? "unknown";
      return left === 0 ? true : undefined;
    },
  );
}

async function exitCodeSurvives(context: CheckContext): Promise<void> {
  context.service("audit");
  await context.stack.service("audit").settled();
  await endOfAudit(context, context.stack, "docker compose up -d; docker compose ps -a audit");
  const code = context.fresh.int("failure", 3, 99);
  await using other = await context.stack.variant({
    title: `an audit that fails with ${code}`,
    only: ["audit"],
    environment: { audit: { AUDIT_FAILS: String(code) } },
  });
  const reproduce = `AUDIT_FAILS=${code} in the environment of audit; docker compose up -d; docker compose ps -a audit`;
  const { exitCode } = await endOfAudit(context, other, reproduce);
  ensure(exitCode === code, {
    code: "EXIT_CODE_LOST",
    found: `\`audit\` ended with ${exitCode}, although its program ended with ${code}`,
    expected: `exit code ${code}`,
    at: "services.audit.command",
    reproduce,
  });
}

/** The container of `audit` once it has ended; fails when it does not, or is started again. */
async function endOfAudit(context: CheckContext, stack: StackHandle, reproduce: string): Promise<ContainerFacts> {
  let made = false;
  const audit = await context.eventually(
    {
      seconds: 12,
      failure: () => ({
        code: "ONE_SHOT_NEVER_ENDS",
        found: made ? "`audit` still runs 12 s after its start" : "`audit` was not started within 12 s",
        expected: "it checks the books once and ends",
        at: "services.audit.command",
        reproduce,
      }),
    },
    async () => {
      const all = await stack.service("audit").containers();
      made = all.length > 0;
      return all.find((facts) => hasEnded(facts) || isRestarted(facts));
    },
  );
  ensure(!isRestarted(audit), {
    code: "ONE_SHOT_RESTARTED",
    found: "`audit` was started again after it had ended",
    expected: "it runs once, and stays as it ended",
    at: "services.audit.restart",
    reproduce,
  });
  return audit;
}

const hasEnded = ({ state }: ContainerFacts) => state === "exited" || state === "dead";
const isRestarted = ({ state, restartCount }: ContainerFacts) => state === "restarting" || restartCount > 0;

async function stopsGracefully(context: CheckContext): Promise<void> {
  const tickets = context.stack.service("tickets");
  const name = context.fresh.token("last");
  await ask(context, `/tickets?name=${name}`, "POST");
  const { exitCode, ms } = await tickets.stop();
  const log = await tickets.logs({ tail: 10 });
  const limit = STOP_SECONDS * 1000 + (await slownessOf(() => tickets.start()));
  const seconds = (ms / 1000).toFixed(1);
  const reproduce = "time docker compose stop tickets; docker compose ps -a tickets; docker compose logs -n 5 tickets";
  ensure(exitCode !== 137, {
    code: "PID1_IGNORES_TERM",
    found: `exit code 137 (SIGKILL) after ${seconds} s`,
    expected: "0 or 143: it is asked to end by SIGTERM, and ends",
    hint: "A short grace period makes the kill come sooner; it does not make it a stop.",
    reproduce,
    log,
  });
  ensure(exitCode === 0 || exitCode === 143, {
    code: "STOP_EXIT_CODE",
    found: `exit code ${exitCode} after ${seconds} s`,
    expected: "0 or 143",
    hint: "Is it SIGTERM that tickets.py gets? `stop_signal` and STOPSIGNAL choose another one.",
    reproduce,
    log,
  });
  ensure(log.includes(`sold, the last to ${name}`), {
    code: "SHUTDOWN_LINE_MISSING",
    found: `a container that ended after ${seconds} s without the office's last line`,
    expected: `"tickets: office closed, … the last to ${name}" as the last thing that it logs`,
    hint: "The container has ended, and its program was killed with it: the signal went to another process.",
    reproduce,
    log,
  });
  if (ms <= limit) return;
  // A busy machine is slow once, and a slow program each time.
  const again = await tickets.stop();
  await tickets.start();
  ensure(again.ms <= limit, {
    code: "STOP_TOO_SLOW",
    found: `the stop took ${seconds} s, and ${(again.ms / 1000).toFixed(1)} s when it was tried once more`,
    expected: `at most ${STOP_SECONDS} s; tickets.py itself closes in a moment`,
    reproduce,
    log,
  });
}

/** Milliseconds that a slow machine gets more to stop in: what a start takes above 2 s, at most 3 s. */
async function slownessOf(start: () => Promise<void>): Promise<number> {
  const from = performance.now();
  await start();
  return Math.min(3000, Math.max(0, performance.now() - from - 2000));
}

async function staysStopped(context: CheckContext): Promise<void> {
  const restart = restartPolicyOf(context.service("tickets"));
  const expected = "it stays stopped until somebody starts it";
  ensure(restart !== "always", {
    code: "RESTARTS_AFTER_STOP",
    found:
      "the restart policy `always`, with which the engine starts a stopped service as soon as it is started itself",
    expected,
    reproduce: "docker compose stop tickets, then restart the Docker engine, then docker compose ps -a",
  });
  const tickets = context.stack.service("tickets");
  await tickets.stop();
  // Whoever is started again is so within a moment of its end.
  for (let look = 0; look < 5; look += 1) {
    const { state } = await tickets.inspect();
    ensure(state === "exited", {
      code: "RESTARTS_AFTER_STOP",
      found: `\`tickets\` is ${state} after it was stopped`,
      expected,
      reproduce: "docker compose stop tickets; sleep 2; docker compose ps -a",
    });
    await sleep(200, undefined, { signal: context.signal });
  }
  await tickets.start();
}

async function healthTrue(context: CheckContext): Promise<void> {
  const { stack } = context;
  const before = await stack.service("tickets").inspect();
  ensure(before.health !== "none", {
    code: "HEALTH_MISSING",
    found: "no health check",
    expected: "one that asks for /health",
    at: "services.tickets",
    reproduce: "docker compose ps tickets",
  });
  const { interval, retries } = paceOf(before);
  ensure(interval * retries <= NOTICE_SECONDS, {
    code: "HEALTH_TOO_SLOW",
    found: `a look every ${interval} s, of which ${retries} in a row must fail: up to ${interval * retries} s until anybody knows`,
    expected: `unhealthy within ${NOTICE_SECONDS} s`,
    reproduce: "docker inspect --format '{{json .Config.Healthcheck}}' $(docker compose ps -q tickets)",
  });
  const staysAsItIs = (now: ContainerFacts) =>
    // The engine calls a container that has just ended unhealthy for a moment.
    ensure(now.state === "running" && now.startedAt === before.startedAt, {
      code: "HEALTH_RESTARTS",
      found: "`tickets` ended when it was broken, and nobody had stopped it",
      expected: "it stays as it is, and is called unhealthy",
      reproduce: `${curl(context, "/break", "-X POST")}; docker compose events tickets`,
    });
  await ask(context, "/break", "POST");
  const broken = await stack.service("tickets").inspect();
  const known = new Set(probesOf(broken).map(({ start }) => start));
  await healthBecomes(context, "unhealthy", "/break", (now) => {
    staysAsItIs(now);
    // The first that ends after this look may have begun before the office was broken.
    const content = probesOf(now)
      .filter(({ start }) => !known.has(start))
      .slice(1);
    ensure(!content.some(({ exitCode }) => exitCode === 0), {
      code: "HEALTH_LIES",
      found: "the health check succeeded while the office was broken and /health answered 503",
      expected: "it fails, since it asks for /health and looks at the status",
      reproduce: `${curl(context, "/break", "-X POST")}; sleep ${NOTICE_SECONDS}; docker compose ps tickets`,
    });
  });
  await ask(context, "/mend", "POST");
  await healthBecomes(context, "healthy", "/mend", staysAsItIs);
}

/** Waits until the engine says so; `look` is shown each container on the way, and may fail. */
async function healthBecomes(
  context: CheckContext,
  health: "healthy" | "unhealthy",
  request: string,
  look: (now: ContainerFacts) => void,
): Promise<void> {
  const seconds = NOTICE_SECONDS + SLACK_SECONDS;
  let seen = "";
  await context.eventually(
    {
      seconds,
      every: 0.3,
      tolerate: [],
      failure: () => ({
        code: health === "unhealthy" ? "HEALTH_TOO_SLOW" : "HEALTH_NOT_BACK",
        found: `\`tickets\` was still ${seen} ${seconds} s after ${request}`,
        expected: `${health} within ${NOTICE_SECONDS} s`,
        reproduce: `${curl(context, request, "-X POST")}; sleep ${NOTICE_SECONDS}; docker compose ps tickets`,
      }),
    },
    async () => {
      const now = await context.stack.service("tickets").inspect();
      look(now);
      seen = now.health;
      return now.health === health ? true : undefined;
    },
  );
}

/** Seconds between two looks, and failures in a row that count; with the engine's defaults. */
function paceOf({ raw }: ContainerFacts): { interval: number; retries: number } {
  const { Healthcheck } = raw.Config as { Healthcheck?: { Interval?: number; Retries?: number } | null };
  return { interval: (Healthcheck?.Interval || 30e9) / 1e9, retries: Healthcheck?.Retries || 3 };
}

/** The last runs of the health check, as the engine keeps them, oldest first. */
function probesOf({ raw }: ContainerFacts): { start: string; exitCode: number }[] {
  const { Health } = raw.State as { Health?: { Log?: { Start: string; ExitCode: number }[] | null } };
  return (Health?.Log ?? []).map(({ Start, ExitCode }) => ({ start: Start, exitCode: ExitCode }));
}

async function comesBack(context: CheckContext): Promise<void> {
  const tickets = context.stack.service("tickets");
  const seconds = BACK_SECONDS + SLACK_SECONDS;
  const reproduce = `${curl(context, "/crash", "-X POST")}; sleep ${BACK_SECONDS}; docker compose ps -a tickets`;
  // A health check that restarts what is broken may still be at it.
  const answer = await context.eventually(
    {
      seconds,
      failure: () => ({
        code: "CRASH_NOT_RESTARTED",
        found: `\`tickets\` did not answer within ${seconds} s, even before it was to crash`,
        expected: "it answers, crashes, and answers again",
        reproduce,
      }),
    },
    () => ask(context, "/crash", "POST"),
  );
  const crashed = fieldOf(answer, "instance");
  let seen = "";
  let ended = 0;
  await context.eventually(
    {
      seconds,
      tolerate: [],
      failure: () => ({
        code: "CRASH_NOT_RESTARTED",
        found: `\`tickets\` was not well again ${seconds} s after a crash: ${seen}`,
        expected: `it is started again, healthy and answering within ${BACK_SECONDS} s`,
        reproduce,
      }),
    },
    async () => {
      const now = await tickets.inspect();
      seen = now.state === "running" ? `running, ${now.health}` : now.state;
      ended = hasEnded(now) ? ended + 1 : 0;
      // Between an end and a restart it may be seen as ended for a moment.
      ensure(ended < 10, {
        code: "CRASH_NOT_RESTARTED",
        found: `\`tickets\` has ended with exit code ${now.exitCode}, and nobody starts it again`,
        expected: "the engine starts it again",
        reproduce,
      });
      if (now.state !== "running" || now.health === "starting" || now.health === "unhealthy") return undefined;
      const instance = await instanceOf(context);
      return instance !== undefined && instance !== crashed ? true : undefined;
    },
  );
}

/** Which process answers, if one does and is well. */
async function instanceOf(context: CheckContext): Promise<unknown> {
  try {
    const answer = await ask(context, `/health?value=${context.fresh.token("back")}`);
    return answer.status === 200 ? fieldOf(answer, "instance") : undefined;
  } catch (error) {
    if (error instanceof CheckFailure) return undefined;
    throw error;
  }
}

const ask = ({ stack }: CheckContext, path: string, method = "GET"): Promise<HttpAnswer> =>
  stack.service("tickets").http({ path, method, port: PORT, timeout: 10 });

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
function curl({ model }: CheckContext, path: string, flags = ""): string {
  const port = model.services.tickets?.ports?.find(({ target }) => target === PORT);
  return `curl -s ${flags === "" ? "" : `${flags} `}'http://127.0.0.1:${port?.published ?? PORT}${path}'`;
}
