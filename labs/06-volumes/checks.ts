import {
  type CheckContext,
  CheckFailure,
  defineChecks,
  ensure,
  fail,
  type ImageRunResult,
  type MountFacts,
  type ServiceHandle,
} from "@compose-labs/lab";

const JOURNAL = "/var/lib/journal";
const SCRATCH = "/scratch";

/** What is said of a `restore` that works with a fast database only. */
const SLOW = {
  when: "when the database needed 3 s longer to start",
  hint: "`condition: service_healthy` waits for what the health check of `db` says: does it ask PostgreSQL, and over TCP?",
};

export default defineChecks(({ check }) => {
  const settled = check(
    "stack-settled",
    {
      title: "`db`, `counter`, `site` and `journal` start and stay up",
      points: 5,
      at: "services",
      timeout: 60,
      hints: ["Which service is not running? `docker compose ps -a` shows it, `docker compose logs` shows why."],
    },
    async ({ stack, service }) => {
      for (const name of ["db", "counter", "site", "journal"]) service(name);
      await stack.settled();
    },
  );

  check(
    "tools-on-demand",
    {
      title: "`backup` and `restore` run only when they are asked for",
      points: 5,
      needs: [settled],
      at: "services.backup.profiles",
      hints: [
        "A plain `docker compose up` starts every service, except those that are marked as optional.",
        "Look up `profiles` in the Compose file reference.",
        "`profiles: [tools]` on both; `docker compose run` starts them all the same.",
      ],
    },
    async ({ stack, service }) => {
      for (const name of ["backup", "restore"]) {
        service(name);
        const made = await stack.service(name).containers();
        ensure(made.length === 0, {
          code: "TOOL_STARTED_BY_UP",
          found: `\`${name}\` was started by a plain \`up\``,
          expected: "it stays away until `docker compose run` asks for it",
          at: `services.${name}`,
          reproduce: "docker compose up -d && docker compose ps -a",
        });
      }
    },
  );

  const counts = check(
    "counter-counts",
    {
      title: "The counter counts, with its database",
      points: 10,
      needs: [settled],
      at: "services.counter",
      hints: [
        "What does the counter say in `docker compose logs counter`?",
        "DB_HOST, DB_USER, DB_PASSWORD and DB_NAME must agree with what `db` was made with.",
      ],
    },
    async (context) => {
      const name = context.fresh.token("counted");
      const start = await countOf(context, name);
      await add(context, name);
      await add(context, name);
      const end = await countOf(context, name);
      ensure(start === 0 && end === 2, {
        code: "COUNTER_MISCOUNTS",
        found: `a new name stood at ${start}, and at ${end} after two requests`,
        expected: "0, then 2",
        reproduce: curl(context, "counter", "/count/x", "-X POST"),
      });
    },
  );

  check(
    "data-in-named-volume",
    {
      title: "PostgreSQL's files lie in a named volume of the project",
      points: 10,
      needs: [counts],
      at: "services.db.volumes",
      hints: [
        "Where does the postgres image keep its files, and what is mounted there? `docker inspect` shows the mounts.",
        "A volume belongs to the project, and can be found again, when it is listed under the top-level `volumes:`.",
        "The folder is /var/lib/postgresql/data: mount `NAME:/var/lib/postgresql/data`.",
      ],
    },
    ({ stack }) => dataInNamedVolume(stack),
  );

  check(
    "nothing-outside-mounts",
    {
      title: "No data is written into a container's own layer",
      points: 5,
      needs: [settled],
      at: "services",
      hints: [
        "`docker diff CONTAINER` lists what a container changed outside its mounts.",
        "Each path that a service keeps data in needs a mount at that very path.",
      ],
    },
    async (context) => {
      await write(context, context.fresh.token("outside"));
      for (const [name, file] of [
        ["db", "postmaster.pid"],
        ["journal", "entries.log"],
      ] as const) {
        const changes = await context.stack.service(name).changes();
        const lost = changes.find(({ kind, path }) => kind !== "deleted" && path.endsWith(`/${file}`));
        ensure(lost === undefined, {
          code: "DATA_IN_CONTAINER_LAYER",
          found: `\`${name}\` keeps ${lost?.path} in its container's own layer, which goes with the container`,
          expected: "data only below a mount",
          at: `services.${name}`,
          reproduce: `docker diff $(docker compose ps -q ${name})`,
        });
      }
    },
  );

  const live = check(
    "site-live",
    {
      title: "The site shows the folder `site/` as it is now",
      points: 10,
      needs: [settled],
      at: "services.site.volumes",
      hints: [
        "Add a page to site/ while the stack runs. Does it show?",
        "What is copied into an image, or into a volume, stays as it was. A bind mount shows the folder itself.",
        "Mount the whole folder `./site` on nginx's /usr/share/nginx/html, not a single file.",
      ],
    },
    async (context) => {
      const { stack, files, fresh } = context;
      const text = fresh.token("page");
      const shown = async () => {
        const answer = await stack.service("site").http({ path: `/${text}.txt`, port: 80 });
        return answer.status === 200 && answer.body.includes(text) ? undefined : answer.status;
      };
      await files.write(`site/${text}.txt`, `${text}\n`);
      let status = await shown();
      // What a container can write is a folder of this run's own, so the page has to be added from inside.
      for (const { target, readOnly } of status === undefined ? [] : await siteMounts(context)) {
        if (readOnly || status === undefined) continue;
        await stack.service("site").exec(["sh", "-c", `echo ${text} > ${target}/${text}.txt`], { user: "0" });
        status = await shown();
      }
      ensure(status === undefined, {
        code: "SITE_NOT_LIVE",
        found: `a page that was added to site/ while the stack runs is answered with status ${status}`,
        expected: "status 200 with the page's text",
        reproduce: `echo hello > site/new.txt && ${curl(context, "site", "/new.txt")}`,
      });
    },
  );

  check(
    "site-read-only",
    {
      title: "The site's container cannot write to `site/`",
      points: 5,
      needs: [live],
      at: "services.site.volumes",
      hints: [
        "What could somebody who breaks into nginx do to your pages?",
        "A mount can be made read-only for the container.",
        "Short syntax: a third part, `:ro`. Long syntax: `read_only: true`.",
      ],
    },
    async (context) => {
      for (const { target, readOnly } of await siteMounts(context)) {
        const file = `${target}/${context.fresh.token("written")}.txt`;
        const { exitCode } = await context.stack.service("site").exec(["touch", file], { user: "0" });
        ensure(readOnly && exitCode !== 0, {
          code: "SITE_WRITABLE",
          found: `the mount on ${target} can be written from inside the container`,
          expected: "a read-only mount",
          reproduce: `docker compose exec site touch ${target}/new.txt`,
        });
      }
    },
  );

  const journal = check(
    "journal-writes",
    {
      title: "The journal runs as an ordinary user and can write its named volume",
      points: 10,
      needs: [settled],
      at: "services.journal",
      hints: [
        "Which user does the journal run as, and who owns the folder that it writes to?",
        "A new named volume takes over content and owner of the folder that the image has at that path. Where the image has none, it belongs to root.",
        "Make /var/lib/journal in an image of your own and give it to the user that the service runs as.",
      ],
    },
    async (context) => {
      await runsAsOrdinaryUser(context.stack.service("journal"));
      const entry = context.fresh.token("entry");
      const answer = await context.stack
        .service("journal")
        .http({ path: "/entries", method: "POST", body: entry, port: 8000, from: "inside" });
      ensure(answer.status === 201, refusedEntry(answer.body, answer.status));
      for (const mount of await context.stack.service("journal").mounts()) {
        if (mount.volume === undefined) continue;
        const volume = context.stack.volume(mount.volume);
        const log = (await volume.list()).find((path) => path.endsWith("/entries.log"));
        if (log !== undefined && (await volume.read(log))?.includes(entry)) return;
      }
      fail({
        code: "JOURNAL_NOT_IN_VOLUME",
        found: "an accepted entry is in none of the named volumes of `journal`",
        expected: `a named volume mounted on ${JOURNAL}`,
        at: "services.journal.volumes",
        reproduce: "docker inspect --format '{{json .Mounts}}' $(docker compose ps -q journal)",
      });
    },
  );

  check(
    "scratch-forgets",
    {
      title: "Drafts live in memory: a new container starts with an empty /scratch",
      points: 5,
      needs: [journal],
      disturbs: true,
      timeout: 60,
      at: "services.journal",
      hints: [
        "Drafts must not reach a disk: neither a volume nor the container's own layer.",
        "There is a kind of mount that is kept in memory only.",
        "`tmpfs: [/scratch]`, or a long mount of `type: tmpfs`.",
      ],
    },
    async ({ stack, fresh }) => {
      const draft = fresh.token("draft");
      const service = stack.service("journal");
      await service.http({ path: "/entries", method: "POST", body: draft, port: 8000, from: "inside" });
      const drafted = async () => {
        const answer = await service.http({ path: `/scratch?find=${draft}`, port: 8000, from: "inside" });
        return fieldOf(answer.body, "found") === true;
      };
      ensure(await drafted(), {
        code: "DRAFT_MISSING",
        found: `the draft of an entry is not in ${SCRATCH} right after it was written`,
        expected: `the given journal keeps its drafts in ${SCRATCH}`,
      });
      const mount = (await service.mounts()).find(({ target }) => target === SCRATCH);
      await service.recreate();
      ensure(!(await drafted()), {
        code: "SCRATCH_SURVIVES",
        found: `a draft was still in ${SCRATCH} after the container was replaced`,
        expected: `an empty ${SCRATCH} in each new container`,
        reproduce: "docker compose up -d --force-recreate journal && docker compose exec journal ls /scratch",
      });
      ensure(mount?.type === "tmpfs", {
        code: "SCRATCH_ON_DISK",
        found: mount === undefined ? `nothing is mounted on ${SCRATCH}` : `a ${mount.type} is mounted on ${SCRATCH}`,
        expected: "a tmpfs there",
        reproduce: "docker compose exec journal grep scratch /proc/mounts",
      });
    },
  );

  const survives = check(
    "survives-down",
    {
      title: "Counts survive `docker compose down` and `up`",
      points: 15,
      needs: [counts],
      disturbs: true,
      timeout: 90,
      at: "services.db.volumes",
      hints: [
        "`down` removes the containers. What of `db` is left then? `docker volume ls` before and after.",
        "An anonymous volume is not found again by the next container. A named one is.",
        "The path matters: it must be the one that PostgreSQL really writes to, /var/lib/postgresql/data.",
      ],
    },
    async (context) => {
      const name = context.fresh.token("kept");
      await add(context, name);
      await context.stack.down();
      await context.stack.up();
      const count = await countOf(context, name);
      ensure(count === 1, {
        code: "DATA_LOST_BY_DOWN",
        found: `a count of 1 stood at ${count} after \`down\` and \`up\``,
        expected: "1",
        reproduce: `${curl(context, "counter", "/count/x", "-X POST")}; docker compose down; docker compose up -d; ${curl(context, "counter", "/count/x")}`,
      });
    },
  );

  const wiped = check(
    "wipe-empties",
    {
      title: "Without its volumes the project starts from nothing",
      points: 5,
      needs: [survives],
      disturbs: true,
      timeout: 90,
      at: "services.db.volumes",
      hints: [
        "`docker compose down -v` removes the project's volumes. Where else could the counts be?",
        "A bind mount is a folder of yours: no `down` ever empties it.",
      ],
    },
    async (context) => {
      const name = context.fresh.token("wiped");
      await add(context, name);
      await context.stack.down({ volumes: true });
      await context.stack.up();
      const count = await countOf(context, name);
      ensure(count === 0, {
        code: "DATA_SURVIVES_WIPE",
        found: `a count stood at ${count} after \`down -v\` and \`up\``,
        expected: "0: all data of the database lie in volumes of the project",
        reproduce: `docker compose down -v; docker compose up -d; ${curl(context, "counter", "/count/x")}`,
      });
    },
  );

  check(
    "backup-restores",
    {
      title: "After a wipe, `restore` brings back what `backup` saved",
      points: 15,
      needs: [wiped],
      disturbs: true,
      timeout: 120,
      at: "services.backup",
      hints: [
        "A backup is as good as its restore: try `run --rm backup`, `down -v`, `run --rm restore`, `up -d` yourself.",
        "Look into backups/ after `backup`: is there a file, and is your data in it?",
        "`pg_dump -h db` writes a database as SQL, `psql -h db -f` reads it back. Both must wait until `db` is ready.",
      ],
    },
    async (context) => {
      const { stack } = context;
      const name = context.fresh.token("saved");
      const saved = context.fresh.int("saved", 2, 4);
      for (let done = 0; done < saved; done += 1) await add(context, name);
      succeeded("backup", await stack.run("backup", { timeout: 20 }));
      await add(context, name);
      await stack.down({ volumes: true });
      succeeded("restore", await stack.run("restore", { timeout: 20 }));
      await stack.up();
      const count = await countOf(context, name);
      ensure(count === saved, {
        code: count === 0 ? "RESTORE_EMPTY" : "RESTORE_WRONG",
        found: `a count of ${saved} at the time of the backup stood at ${count} after wipe and restore`,
        expected: `${saved}`,
        hint: "Backups belong into the folder backups/ of the project: a volume is gone after `down -v`.",
        reproduce:
          "docker compose run --rm backup; ls -l backups; docker compose down -v; docker compose run --rm restore; docker compose up -d",
      });
      // On a slow machine a new database takes its time. It is to be started by `restore` itself, which has to wait.
      await using slow = await stack.variant({ title: "a database 3 s late", delay: { db: 3 }, only: ["db"] });
      await slow.down({ volumes: true });
      succeeded("restore", await slow.run("restore", { timeout: 20 }), SLOW);
    },
  );
});

/** Asks the counter until its database answers, for the stack may be settled before PostgreSQL is. */
async function askCounter(context: CheckContext, method: string, name: string): Promise<number> {
  const path = `/count/${name}`;
  let last = "nothing";
  const answer = await context.eventually(
    {
      seconds: 10,
      // A counter that is only just starting may break off; one that cannot be asked at all is told at once.
      tolerate: ["HTTP_BROKEN"],
      failure: (broken) => ({
        code: "COUNTER_WITHOUT_DATABASE",
        found: `the counter answers ${broken instanceof CheckFailure ? `nothing: ${broken.failure.found}` : last}`,
        expected: "a count, from the database",
        at: "services.counter.environment",
        reproduce: curl(context, "counter", path),
      }),
    },
    async () => {
      const answer = await context.stack.service("counter").http({ path, method, port: 8000 });
      if (answer.status !== 503) return answer;
      last = `${answer.status}: ${String(fieldOf(answer.body, "error") ?? answer.body.slice(0, 200))}`;
      return undefined;
    },
  );
  const count = fieldOf(answer.body, "count");
  if (answer.status === 200 && typeof count === "number" && fieldOf(answer.body, "name") === name) return count;
  return fail({
    code: "COUNTER_ANSWERS_NONSENSE",
    found: `the counter answered ${path} with status ${answer.status}: ${answer.body.slice(0, 200)}`,
    expected: "the given application on port 8000 of `counter`",
    at: "services.counter",
    reproduce: curl(context, "counter", path),
  });
}

const countOf = (context: CheckContext, name: string) => askCounter(context, "GET", name);
const add = (context: CheckContext, name: string) => askCounter(context, "POST", name);

/** Makes each service that keeps data write some; whether it could is asked by other checks. */
async function write({ stack }: CheckContext, text: string): Promise<void> {
  await stack.service("journal").http({ path: "/entries", method: "POST", body: text, port: 8000, from: "inside" });
}

/** The mounts of `site` that are the folder `site/` of the submission. */
async function siteMounts({ stack, service }: CheckContext): Promise<MountFacts[]> {
  const targets = (service("site").volumes ?? [])
    .filter(({ type, source }) => type === "bind" && /(^|\/)site\/?$/.test(source ?? ""))
    .map(({ target }) => target.replace(/\/$/, ""));
  return (await stack.service("site").mounts()).filter(({ target }) => targets.includes(target));
}

async function dataInNamedVolume(stack: CheckContext["stack"]): Promise<void> {
  const db = stack.service("db");
  const mounts = await db.mounts();
  for (const { volume } of mounts) {
    if (volume === undefined) continue;
    const files = await stack.volume(volume).list();
    if (files.some((path) => path.endsWith("/postmaster.pid"))) return;
  }
  const { env } = await db.inspect();
  const folder = env.PGDATA ?? "/var/lib/postgresql/data";
  fail({
    ...whereItIs(mounts, folder),
    expected: `a named volume on ${folder}, listed under the top-level \`volumes:\``,
    reproduce: "docker inspect --format '{{json .Mounts}}' $(docker compose ps -q db)",
  });
}

/** What holds PostgreSQL's folder, when no named volume does. */
function whereItIs(mounts: MountFacts[], folder: string): { code: string; found: string } {
  const holder = mounts
    .filter(({ target }) => folder === target || folder.startsWith(`${target}/`))
    .sort((a, b) => b.target.length - a.target.length)[0];
  if (holder === undefined) return { code: "VOL_NONE", found: `nothing is mounted on PostgreSQL's folder ${folder}` };
  if (holder.type === "bind")
    return { code: "VOL_BIND", found: `a folder of your machine is mounted on ${holder.target}` };
  if (holder.type === "tmpfs") return { code: "VOL_TMPFS", found: `PostgreSQL's folder ${folder} is kept in memory` };
  const other = mounts.find(({ volume }) => volume !== undefined);
  if (other !== undefined) {
    return {
      code: "VOL_WRONG_PATH",
      found: `the volume \`${other.volume}\` is mounted on ${other.target}, but PostgreSQL writes to ${folder}, where the image has an anonymous volume`,
    };
  }
  return { code: "VOL_ANONYMOUS", found: `PostgreSQL's folder ${folder} lies in an anonymous volume` };
}

async function runsAsOrdinaryUser(service: ServiceHandle): Promise<void> {
  const processes = await service.processes();
  const serving = processes.filter(({ command }) => command.some((word) => word.endsWith("journal.py")));
  // A shell or an init that starts the journal names it too; what counts is the journal itself, which starts nobody.
  const leaves = serving.filter(({ pid }) => !serving.some(({ parent }) => parent === pid));
  const root = (leaves.length > 0 ? leaves : [await service.mainProcess()]).find(({ uid }) => uid === 0);
  ensure(root === undefined, {
    code: "JOURNAL_RUNS_AS_ROOT",
    found: `the journal (process ${root?.pid}, \`${root?.command.join(" ")}\`) runs as root`,
    expected: "any other user",
    hint: "`USER` in a Dockerfile, or `user:` of the service, by number.",
    reproduce: "docker compose exec journal grep Uid /proc/1/status",
  });
}

function refusedEntry(body: string, status: number) {
  const path = String(fieldOf(body, "path") ?? "");
  const scratch = path.startsWith(SCRATCH);
  return {
    code: scratch ? "SCRATCH_NOT_WRITABLE" : "VOLUME_NOT_WRITABLE",
    found: `the journal refused an entry with status ${status}: ${String(fieldOf(body, "error") ?? body.slice(0, 200))}`,
    expected: `the journal's user can write ${scratch ? SCRATCH : JOURNAL}`,
    reproduce: `docker compose exec journal ls -ldn ${scratch ? SCRATCH : JOURNAL}`,
  };
}

function succeeded(tool: string, result: ImageRunResult, slow?: typeof SLOW): void {
  const found = result.timedOut ? `\`${tool}\` did not end within 20 s` : `\`${tool}\` ended with ${result.exitCode}`;
  ensure(result.exitCode === 0 && !result.timedOut, {
    code: tool === "backup" ? "BACKUP_FAILED" : "RESTORE_FAILED",
    found: slow === undefined ? found : `${found} ${slow.when}`,
    expected: "it ends with 0 once its work is done",
    ...(slow === undefined ? {} : { hint: slow.hint }),
    at: `services.${tool}`,
    reproduce: `docker compose run --rm ${tool}`,
    log: result.output.split("\n").slice(-12).join("\n"),
  });
}

/** One field of a JSON object, or undefined when the text is none. */
function fieldOf(text: string, field: string): unknown {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === "object" && value !== null ? Reflect.get(value, field) : undefined;
  } catch {
    return undefined;
  }
}

/** The line that asks the same of the student's own stack, with the port that they publish. */
function curl(context: CheckContext, service: string, path: string, flags = ""): string {
  const port = context.model.services[service]?.ports?.[0];
  const host = port?.host_ip && port.host_ip !== "0.0.0.0" ? port.host_ip : "127.0.0.1";
  return `curl -s ${flags === "" ? "" : `${flags} `}http://${host}:${port?.published ?? port?.target ?? 80}${path}`;
}
