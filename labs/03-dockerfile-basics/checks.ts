import { posix } from "node:path";
import {
  type CheckContext,
  type DockerfileStage,
  defineChecks,
  ensure,
  fail,
  type StackHandle,
} from "@compose-labs/lab";

/** The application as it must lie in the image. */
const APPLICATION = ["server.py", "greetings.json"];
/** What lies in the build context and must stay out of the image; `.git` is laid there by the grader. */
const PRIVATE = [".git/config", ".env", "tests/test_server.py"];
const REVISION_LABEL = "org.opencontainers.image.revision";

export default defineChecks(({ check }) => {
  const builds = check(
    "builds",
    {
      title: "The image builds from nothing, with only what lies in this folder",
      points: 10,
      at: "services.web.build",
      hints: [
        "Which line of the Dockerfile does the builder stop at, and what does that line need?",
        "The builder sees this folder only, and it has no way to the internet.",
        "The application needs nothing but Python: copy its two files, install nothing.",
      ],
    },
    ({ image }) => image("web").built(),
  );

  const starts = check(
    "starts",
    {
      title: "A container of the image starts and stays up",
      points: 5,
      needs: [builds],
      at: "services.web",
      hints: [
        "What does `docker compose logs web` say about the end of the process?",
        "Which command line do ENTRYPOINT and CMD make together, and may USER read the files it names?",
      ],
    },
    (context) => settle(context, context.stack),
  );

  const health = check(
    "health",
    {
      title: "`/health` answers through the published port 8080",
      points: 15,
      needs: [starts],
      at: "services.web.ports",
      hints: [
        "On which address of the container does the application listen? Its log says so.",
        "127.0.0.1 inside a container is that container's own loopback: nothing from outside arrives there.",
        'Start the application with `--host 0.0.0.0`, for example in CMD: `["serve", "--host", "0.0.0.0"]`.',
      ],
    },
    async (context) => {
      const value = context.fresh.token("health");
      const answer = await context.stack.service("web").http({ path: `/health?value=${value}` });
      const document = readJson(answer.body);
      ensure(answer.status === 200 && document?.status === "ok" && document.value === value, {
        code: "APP_WRONG_ANSWER",
        found: `status ${answer.status} and ${shorten(answer.body)}`,
        expected: `status 200 and {"status": "ok", "value": "${value}"}`,
        hint: "Serve the given server.py; something else answers on this port.",
        reproduce: `curl -i 'http://127.0.0.1:8080/health?value=${value}'`,
      });
    },
  );

  check(
    "arguments",
    {
      title: "Arguments of `docker run` replace CMD, and the application of ENTRYPOINT stays",
      points: 10,
      needs: [starts],
      hints: [
        "Which part of the command line do the words after the image name replace?",
        "ENTRYPOINT in exec form (a JSON list) gets the arguments; in shell form it never sees them.",
        'Put the program into ENTRYPOINT (`["python", "/app/server.py"]`) and what it does by default into CMD.',
      ],
    },
    checkArguments,
  );

  check(
    "environment-default",
    {
      title: "Without any setting the greeting is `Hello`",
      points: 10,
      needs: [health],
      hints: [
        "Each RUN step is a process of its own. What is left of its variables when it has ended?",
        "A variable for the running container is set by ENV; ARG and `export` end with the build.",
        "Add `ENV GREETING=Hello`.",
      ],
    },
    async (context) => {
      const name = context.fresh.token("guest");
      const greeting = await readGreeting(context.stack, name);
      ensure(greeting === `Hello, ${name}!`, {
        code: "ENV_DEFAULT_MISSING",
        found: `the greeting "${greeting}"`,
        expected: `"Hello, ${name}!", from GREETING=Hello in the image's environment`,
        place: lastInstruction(context, "ENV"),
        reproduce: "docker compose exec web env | grep GREETING",
      });
    },
  );

  check(
    "environment-override",
    {
      title: "A GREETING given at run time wins over the image's own",
      points: 10,
      needs: [health],
      timeout: 30,
      hints: [
        "Who has the last word on GREETING when the container is started with `-e GREETING=…`?",
        "ENV is a default: a value given at run time replaces it, unless something in the image sets it again.",
        "Take the assignment out of the start script or the command and use ENV.",
      ],
    },
    async (context) => {
      const word = context.fresh.token("greeting");
      const name = context.fresh.token("guest");
      await using other = await context.stack.variant({
        title: `the same image started with GREETING=${word}`,
        environment: { web: { GREETING: word } },
      });
      await settle(context, other);
      const greeting = await readGreeting(other, name);
      ensure(greeting === `${word}, ${name}!`, {
        code: "ENV_OVERRIDE_IGNORED",
        found: `the greeting "${greeting}" although the container was started with GREETING=${word}`,
        expected: `"${word}, ${name}!"`,
        place: lastInstruction(context, "ENTRYPOINT"),
        reproduce: `docker compose run --rm -e GREETING=${word} web greet ${name}`,
      });
    },
  );

  check(
    "not-root",
    {
      title: "The application does not run as root",
      points: 10,
      needs: [starts],
      hints: [
        "As which user does the process run when no one says anything? See `docker compose exec web id`.",
        "The last USER before the end of the Dockerfile decides; it needs no password and no home.",
        "Write `USER 10001` (or a user you made with useradd) after the last RUN that needs root.",
      ],
    },
    async (context) => {
      const main = await context.stack.service("web").mainProcess();
      ensure(main.uid !== 0, {
        code: "RUNS_AS_ROOT",
        found: `the process "${main.command.join(" ")}" running with user id 0 (root)`,
        expected: "a user id other than 0",
        place: lastInstruction(context, "USER"),
        reproduce: "docker compose exec web grep Uid /proc/1/status",
      });
    },
  );

  check(
    "base-pinned",
    {
      title: "Every base image is pinned to a version",
      points: 5,
      hints: [
        "Which Python will this build use in a year?",
        "A tag such as `latest`, or none at all, names another image after each release.",
        "Name the version, here `python:3.13-slim`; where an ARG holds the tag, its value counts.",
      ],
    },
    ({ dockerfile }) => {
      for (const stage of dockerfile("web").stages) checkPinned(stage);
    },
  );

  check(
    "exposed-port",
    {
      title: "EXPOSE names exactly the port on which the application listens",
      points: 5,
      needs: [starts],
      hints: [
        "EXPOSE opens nothing and chooses nothing. For whom is it there?",
        "It tells people and tools which port the application uses: compare it with the log.",
      ],
    },
    async (context) => {
      const declared = (await context.image("web").facts()).config.exposedPorts;
      const listening = (await context.stack.service("web").listeners()).map(({ port }) => port);
      ensure(listening.length > 0, {
        code: "NOTHING_LISTENS",
        found: "a container in which no process listens on a TCP port",
        expected: "the application listening on port 8080",
        reproduce: "docker compose logs web",
      });
      const expected = [...new Set(listening)].sort().map((port) => `${port}/tcp`);
      ensure([...declared].sort().join() === expected.join(), {
        code: "EXPOSE_MISMATCH",
        found: `${declared.length === 0 ? "no EXPOSE" : `EXPOSE ${declared.join(" ")}`} in the image`,
        expected: `EXPOSE ${listening.join(" ")}, where the process in the container listens`,
        place: lastInstruction(context, "EXPOSE"),
        reproduce: "docker image inspect --format '{{.Config.ExposedPorts}}' $(docker compose images -q web)",
      });
    },
  );

  check(
    "nothing-else",
    {
      title: "Nothing private is in the image: no `.git`, no `.env`, no tests",
      points: 10,
      needs: [builds],
      hints: [
        "What else lies in this folder on the machine that builds? `ls -a` shows it.",
        "The builder is sent the whole folder but for what .dockerignore names; its patterns start at this folder.",
        "Let .dockerignore be an allow-list (`*`, then `!server.py`, `!greetings.json`), or COPY only named files.",
      ],
    },
    checkNothingPrivate,
  );

  check(
    "revision-label",
    {
      title: "The image carries the revision it was built from as a label",
      points: 5,
      needs: [builds],
      at: "services.web.build.args",
      hints: [
        "How does the value of `--build-arg REVISION=…` get into the Dockerfile, and how far does it reach?",
        "An ARG above FROM is not seen below it: declare it again in the stage that uses it.",
        `After FROM: \`ARG REVISION\` and \`LABEL ${REVISION_LABEL}=$REVISION\`.`,
      ],
    },
    async (context) => {
      const revision = context.fresh.token("REVISION");
      const label = (await context.image("web").facts()).config.labels[REVISION_LABEL];
      ensure(label === revision, {
        code: "LABEL_NOT_FROM_ARGUMENT",
        found: label === undefined ? `no label ${REVISION_LABEL}` : `${REVISION_LABEL}="${label}"`,
        expected: `${REVISION_LABEL}="${revision}", the value of the build argument REVISION`,
        place: lastInstruction(context, "LABEL"),
        reproduce: "docker image inspect --format '{{json .Config.Labels}}' $(docker compose images -q web)",
      });
    },
  );

  check(
    "application-unchanged",
    {
      title: "The given application lies in /app as it was given",
      points: 5,
      needs: [builds],
      hints: [
        "What did the build do to the files after it had copied them?",
        "Configure the application by its arguments and environment, not by editing it.",
      ],
    },
    async (context) => {
      for (const file of APPLICATION) {
        const [given, found] = await Promise.all([context.files.given(file), readApplication(context, file)]);
        ensure(given !== undefined && found.equals(given), {
          code: "APP_CHANGED",
          found: `/app/${file} with other content than the given ${file}`,
          expected: "the file as it was given, byte for byte",
          place: lastInstruction(context, "COPY"),
          reproduce: `docker compose run --rm --no-deps --entrypoint cat web /app/${file} | diff - ${file}`,
        });
      }
    },
  );
});

/**
 * A service without a health check counts as settled before its program has done anything. Until it listens, or has
 * had the time to, it is looked at again: a crash that comes late is a crash.
 */
async function settle(context: CheckContext, stack: StackHandle): Promise<void> {
  const patience = performance.now() + 6000;
  const silent = { code: "NOTHING_LISTENS", found: "a process that does not listen", expected: "a server" };
  await context.eventually({ seconds: 15, tolerate: [], failure: () => silent }, async () => {
    await stack.settled();
    const listens = (await stack.service("web").listeners()).length > 0;
    return listens || performance.now() > patience ? true : undefined;
  });
}

async function checkArguments(context: CheckContext): Promise<void> {
  const name = context.fresh.token("argument");
  const place = lastInstruction(context, "ENTRYPOINT");
  const reproduce = `docker compose run --rm web greet ${name}`;
  const expected = `a greeting for ${name} and exit code 0 from the arguments \`greet ${name}\``;
  const result = await context.image("web").run({ arguments: ["greet", name], timeout: 5 });
  const output = result.output.trim();
  if (result.timedOut) {
    fail({
      code: "ARGUMENTS_IGNORED",
      found: "a container that went on running: it started the server and not what the arguments asked for",
      expected,
      hint: "An ENTRYPOINT in shell form runs `/bin/sh -c '…'` and never sees arguments.",
      log: output,
      place,
      reproduce,
    });
  }
  const greets = result.exitCode === 0 && new RegExp(`^.+, ${name}!$`, "m").test(output);
  ensure(greets, {
    code: "ARGUMENTS_NOT_FOR_APP",
    found: `exit code ${result.exitCode} and ${shorten(output)}`,
    expected,
    hint:
      result.exitCode === 127 || /executable file not found/.test(output)
        ? "There was no program of that name: without ENTRYPOINT the first argument is the program."
        : "The application got other words than these: what stands in ENTRYPOINT stays, what stands in CMD goes.",
    log: output,
    place,
    reproduce,
  });
}

/** The base of a stage, when it is no earlier stage, has a digest or a tag that starts with major.minor. */
function checkPinned(stage: DockerfileStage): void {
  const { reference, stage: earlier } = stage.base;
  if (earlier !== undefined || reference === "scratch") return;
  const expected = "a tag that names a version, such as python:3.13-slim, or a digest";
  if (reference === undefined) {
    fail({ code: "BASE_NOT_PINNED", found: "a FROM whose variable has no value", expected, place: stage.place });
  }
  if (/@sha256:[0-9a-f]{64}$/.test(reference)) return;
  const tag = /:([^/:]+)$/.exec(reference)?.[1];
  ensure(tag !== undefined && /^v?\d+\.\d+/.test(tag), {
    code: "BASE_NOT_PINNED",
    found: tag === undefined ? `${reference} without a tag, which means latest` : `${reference}, a tag that moves`,
    expected,
    place: stage.place,
  });
}

async function checkNothingPrivate(context: CheckContext): Promise<void> {
  // The control: a listing in which the application is not seen proves nothing about what else is not seen.
  await Promise.all(APPLICATION.map((file) => readApplication(context, file)));
  const entries = await listCopied(context);
  ensure(
    entries.some((entry) => entry.path === "/app/server.py"),
    missingApplication(context, "server.py"),
  );
  for (const file of PRIVATE) {
    const named = entries.find((entry) => entry.path.endsWith(`/${file}`));
    const copy = named ?? (await findCopy(context, file, entries));
    if (copy === undefined) continue;
    fail({
      code: "PRIVATE_FILE_IN_IMAGE",
      found: `${copy.path} in the image, which is ${file} of the build context`,
      expected: `only the application (${APPLICATION.join(", ")}) and your own scripts`,
      place: lastInstruction(context, "COPY"),
      reproduce: `docker compose run --rm --no-deps --entrypoint ls web -l ${copy.path}`,
    });
  }
}

/** Files of the image, wherever something of the build context can have got to. */
async function listCopied(context: CheckContext): Promise<{ path: string; size: number }[]> {
  const image = context.image("web");
  const listed = await Promise.all(
    copyTargets(context).map(async (target) => {
      const content = target === "/" ? undefined : await image.read(target);
      if (content !== undefined) return [{ path: target, size: content.length }];
      return (await image.list(target)).filter((entry) => entry.type === "file");
    }),
  );
  return listed.flat();
}

/** Where COPY and ADD of the final stage and its forebears put files; everywhere, once a RUN step can have moved them. */
function copyTargets({ dockerfile }: CheckContext): string[] {
  const { stages, final } = dockerfile("web");
  const line: DockerfileStage[] = [final];
  for (let { stage } = final.base; stage !== undefined; stage = stages[stage]?.base.stage) {
    const earlier = stages[stage];
    if (earlier !== undefined) line.unshift(earlier);
  }
  const targets = new Set<string>();
  let directory = "/";
  for (const { keyword, arguments: text } of line.flatMap((stage) => stage.instructions)) {
    if (!["RUN", "WORKDIR", "COPY", "ADD"].includes(keyword)) continue;
    const last = text.trim().split(/\s+/).at(-1) ?? "";
    if (keyword === "RUN" || /[$"'<\\]/.test(text)) return ["/"];
    if (keyword === "WORKDIR") directory = posix.resolve(directory, text.trim());
    else targets.add(posix.resolve(directory, last));
  }
  return [...targets];
}

/** A file of other name with the same bytes: renaming hides nothing from those who pull the image. */
async function findCopy(
  { files, image }: CheckContext,
  file: string,
  entries: { path: string; size: number }[],
): Promise<{ path: string } | undefined> {
  const text = await files.read(file);
  if (text === undefined) return undefined;
  const content = Buffer.from(text);
  for (const entry of entries.filter((entry) => entry.size === content.length).slice(0, 200)) {
    if ((await image("web").read(entry.path))?.equals(content)) return entry;
  }
  return undefined;
}

async function readApplication(context: CheckContext, file: string): Promise<Buffer> {
  const content = await context.image("web").read(`/app/${file}`);
  return content ?? fail(missingApplication(context, file));
}

function missingApplication(context: CheckContext, file: string) {
  return {
    code: "APP_NOT_IN_IMAGE",
    found: `no file /app/${file} in the image`,
    expected: `the given ${APPLICATION.join(" and ")} in /app`,
    place: lastInstruction(context, "COPY"),
    reproduce: "docker compose run --rm --no-deps --entrypoint ls web -la /app",
  };
}

/** The place of the last such instruction of the final stage, or of its FROM. */
function lastInstruction({ dockerfile }: CheckContext, keyword: string) {
  const stage = dockerfile("web").final;
  return stage.instructions.findLast((instruction) => instruction.keyword === keyword)?.place ?? stage.place;
}

async function readGreeting(stack: StackHandle, name: string): Promise<string> {
  const answer = await stack.service("web").http({ path: `/greet?name=${name}` });
  const greeting = readJson(answer.body)?.greeting;
  if (typeof greeting === "string") return greeting;
  return fail({
    code: "APP_WRONG_ANSWER",
    found: `status ${answer.status} and ${shorten(answer.body)}`,
    expected: `{"greeting": "…, ${name}!"} from /greet?name=${name}`,
    reproduce: `curl -i 'http://127.0.0.1:8080/greet?name=${name}'`,
  });
}

function readJson(text: string): Record<string, unknown> | undefined {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === "object" && value !== null ? (value as Record<string, unknown>) : undefined;
  } catch {
    return undefined;
  }
}

function shorten(text: string): string {
  if (text === "") return "an empty answer";
  return text.length > 160 ? `"${text.slice(0, 160)}…"` : `"${text}"`;
}
