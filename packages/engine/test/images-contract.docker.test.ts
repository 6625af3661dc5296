import { setTimeout as sleep } from "node:timers/promises";
import Dockerode from "dockerode";
import { afterEach, expect, test } from "vitest";

/** What the labs rely on, asked of the images whether they come from a registry or are stand-ins. */
const docker = new Dockerode();
const started: Dockerode.Container[] = [];
afterEach(async () => {
  await Promise.all(started.splice(0).map((container) => container.remove({ force: true, v: true })));
});

/** What the grader leaves a container: no new privileges, and these capabilities. */
const BOUNDS = {
  CapDrop: ["ALL"],
  CapAdd: ["CHOWN", "SETUID", "SETGID", "DAC_OVERRIDE", "FOWNER", "KILL", "NET_BIND_SERVICE"],
  SecurityOpt: ["no-new-privileges"],
};

async function run(
  Image: string,
  options: Partial<Dockerode.ContainerCreateOptions> = {},
): Promise<Dockerode.Container> {
  const container = await docker.createContainer({
    Image,
    Labels: { "images-contract-test": String(process.pid) },
    HostConfig: { ...BOUNDS, ...options.HostConfig },
    ...options,
  });
  started.push(container);
  await container.start();
  return container;
}

async function exec(container: Dockerode.Container, Cmd: string[]): Promise<{ exitCode: number; output: string }> {
  const call = await container.exec({ Cmd, AttachStdout: true, AttachStderr: true, Tty: true });
  const stream = await call.start({ Tty: true });
  let output = "";
  for await (const chunk of stream) output += String(chunk);
  return { exitCode: (await call.inspect()).ExitCode ?? -1, output: output.replaceAll("\r", "").trim() };
}

/** Until the command succeeds; its output. */
async function until(container: Dockerode.Container, command: string[]): Promise<string> {
  for (;;) {
    const { exitCode, output } = await exec(container, command);
    if (exitCode === 0) return output;
    const { State } = await container.inspect();
    if (!State.Running) throw new Error(`ended with ${State.ExitCode}: ${await logs(container)}`);
    await sleep(100);
  }
}

async function logs(container: Dockerode.Container): Promise<string> {
  return (await container.logs({ stdout: true, stderr: true, follow: false })).toString("utf8");
}

async function stop(container: Dockerode.Container): Promise<number> {
  await container.stop({ t: 8 });
  return (await container.inspect()).State.ExitCode;
}

const uid = (container: Dockerode.Container) =>
  exec(container, ["sh", "-c", "awk '/^Uid/ {print $2}' /proc/1/status"]).then(({ output }) => output);
const psql = (user: string, database: string, query: string) => [
  ...["psql", "-h", "127.0.0.1", "-U", user, "-d", database, "-Atc", query],
];

test("postgres makes the database that the environment asks for, and keeps it", async () => {
  const Env = ["POSTGRES_USER=shop", "POSTGRES_PASSWORD=o'hara", "POSTGRES_DB=orders"];
  const database = await run("postgres:17", { Env });
  await until(database, ["pg_isready", "-h", "127.0.0.1"]);
  expect(await exec(database, psql("shop", "orders", "CREATE TABLE t AS SELECT 7 AS a; SELECT a FROM t"))).toEqual({
    exitCode: 0,
    output: "SELECT 1\n7",
  });
  expect(await uid(database)).toBe("999");
  const { NetworkSettings } = await database.inspect();
  const address = Object.values(NetworkSettings.Networks)[0]?.IPAddress ?? "";
  const from = (password: string) =>
    exec(database, [
      "sh",
      "-c",
      `PGPASSWORD="${password}" psql -h ${address} -U shop -d orders -Atc 'SELECT a FROM t'`,
    ]);
  expect(await from("o'hara")).toEqual({ exitCode: 0, output: "7" });
  expect((await from("wrong")).output).toContain("password authentication failed");
  expect(await stop(database)).toBe(0);
  await database.start();
  await until(database, ["pg_isready", "-h", "127.0.0.1"]);
  expect((await exec(database, psql("shop", "orders", "SELECT a FROM t"))).output).toBe("7");
});

test("postgres without a password says what it needs", async () => {
  const database = await run("postgres:17");
  expect((await database.wait()).StatusCode).toBe(1);
  expect(await logs(database)).toContain("POSTGRES_PASSWORD");
});

test("postgres reads a secret from a file, runs initdb.d, and runs as its own user", async () => {
  const database = await docker.createContainer({
    Image: "postgres:17",
    User: "postgres",
    Labels: { "images-contract-test": String(process.pid) },
    Env: ["POSTGRES_PASSWORD_FILE=/etc/hostname", "POSTGRES_INITDB_ARGS=--data-checksums"],
    Cmd: ["postgres", "-c", "max_connections=33"],
    HostConfig: BOUNDS,
  });
  started.push(database);
  const { packTar } = await import("modern-tar");
  const file = (name: string, body: string) => ({ header: { name, size: body.length, mode: 0o644 }, body });
  const archive = await packTar([
    file("1-table.sql", "CREATE TABLE made (by_sql int);"),
    file("2-more.sh", 'psql -U "$POSTGRES_USER" -d "$POSTGRES_DB" -c "CREATE TABLE also (by_sh int)"'),
  ]);
  await database.putArchive(Buffer.from(archive), { path: "/docker-entrypoint-initdb.d" });
  await database.start();
  await until(database, ["pg_isready", "-h", "127.0.0.1"]);
  const tables = "SELECT string_agg(tablename, ',' ORDER BY tablename) FROM pg_tables WHERE schemaname = 'public'";
  expect((await exec(database, psql("postgres", "postgres", tables))).output).toBe("also,made");
  expect((await exec(database, psql("postgres", "postgres", "SHOW max_connections"))).output).toBe("33");
  expect((await exec(database, psql("postgres", "postgres", "SHOW data_checksums"))).output).toBe("on");
  expect(await logs(database)).toContain("PostgreSQL init process complete; ready for start up.");
});

test("redis serves others, keeps its data in /data and is not root", async () => {
  const redis = await run("redis:8.0", { Cmd: ["redis-server", "--appendonly", "yes"] });
  expect(await until(redis, ["redis-cli", "ping"])).toBe("PONG");
  const { NetworkSettings, Config } = await redis.inspect();
  const address = Object.values(NetworkSettings.Networks)[0]?.IPAddress ?? "";
  expect((await exec(redis, ["redis-cli", "-h", address, "set", "a", "1"])).output).toBe("OK");
  expect(Object.keys(Config.Volumes ?? {})).toEqual(["/data"]);
  expect(await uid(redis)).toBe("999");
  expect(await stop(redis)).toBe(0);
});

test("nginx serves its folder, logs to the engine, fills in templates and stops gracefully", async () => {
  const nginx = await run("nginx:1.26");
  await until(nginx, ["sh", "-c", "curl -sf http://127.0.0.1/ | grep -q 'Welcome to nginx'"]);
  expect(await logs(nginx)).toContain('"GET / HTTP/1.1" 200');
  expect(await stop(nginx)).toBe(0);
  const other = await run("nginx:1.26", {
    Env: ["PORT=8081", "WORD=fresh"],
    Cmd: ["sh", "-c", "sleep 60"],
  });
  const script = `mkdir -p /etc/nginx/templates && printf 'server { listen \${PORT}; location / { return 200 "\${WORD} $uri"; } }' > /etc/nginx/templates/default.conf.template && /docker-entrypoint.sh nginx && curl -s http://127.0.0.1:8081/x`;
  expect((await exec(other, ["sh", "-c", script])).output).toMatch(/fresh \/x/);
});

test("haproxy runs what it is configured for, not as root", async () => {
  const config =
    "defaults\n  mode http\n  timeout client 1s\nfrontend f\n  bind :8080\n  http-request return status 200 content-type text/plain string served\n";
  const haproxy = await docker.createContainer({
    Image: "haproxy:3.0",
    Labels: { "images-contract-test": String(process.pid) },
    HostConfig: BOUNDS,
  });
  started.push(haproxy);
  const { packTar } = await import("modern-tar");
  const archive = await packTar([{ header: { name: "haproxy.cfg", size: config.length, mode: 0o644 }, body: config }]);
  await haproxy.putArchive(Buffer.from(archive), { path: "/usr/local/etc/haproxy" });
  await haproxy.start();
  const ask = "exec 3<>/dev/tcp/127.0.0.1/8080 && printf 'GET / HTTP/1.0\\r\\n\\r\\n' >&3 && cat <&3";
  expect(await until(haproxy, ["bash", "-c", ask])).toMatch(/served$/);
  expect(await uid(haproxy)).toBe("99");
});

test("python is on PATH under its names, with the libraries the applications use", async () => {
  const python = await run("python:3.13-slim", { Cmd: ["python3", "-c", "import time; time.sleep(60)"] });
  for (const name of ["python", "python3", "/usr/local/bin/python3.13"]) {
    const { output } = await exec(python, [
      name,
      "-c",
      "import http.server, sqlite3, ssl, sys; print(sys.version_info[:2])",
    ]);
    expect(output).toBe("(3, 13)");
  }
  expect((await exec(python, ["sh", "-c", "useradd --create-home app && id -un app"])).output).toBe("app");
});

test("busybox has the tools of the probe and a system's usual places", async () => {
  const busybox = await run("busybox:1.37", { Cmd: ["sh", "-c", "sleep 60"] });
  const tools = ["nc", "wget", "nslookup", "timeout", "head", "awk", "ip", "netstat", "httpd"];
  const { output } = await exec(busybox, [
    "sh",
    "-c",
    `for t in ${tools.join(" ")}; do command -v $t >/dev/null || echo $t; done; ls -1d /tmp /root /etc/passwd`,
  ]);
  expect(output.split("\n").toSorted()).toEqual(["/etc/passwd", "/root", "/tmp"]);
  expect((await exec(busybox, ["id", "-u", "nobody"])).output).toBe("65534");
});
