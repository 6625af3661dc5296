import { expect, it } from "vitest";
import { failureOf, healthy, publish, serve, sketchRun, startRun } from "./stack-fixture.ts";

it("asks through the published port, from inside and from a peer", async () => {
  await using test = await startRun(
    sketchRun({
      web: { command: serve(8000, "fresh-1"), ports: [publish(8000)] },
      peer: { command: ["sleep", "1000"], init: true },
    }),
  );
  const web = test.stack.service("web");
  const answers = await Promise.all([
    web.http({ path: "/" }),
    web.http({ path: "/", from: "inside" }),
    web.http({ path: "/", from: test.stack.service("peer") }),
    web.http({ path: "/nothing-here", from: "inside" }),
  ]);
  expect(answers.map(({ status, body, truncated }) => [status, body.includes("fresh-1"), truncated])).toEqual([
    [200, true, false],
    [200, true, false],
    [200, true, false],
    [404, false, false],
  ]);
  expect(test.calls.find(({ call }) => call === "web.http GET /")?.reproduce).toBe("curl -i http://localhost:8080/");
});

it("reads no more than 64 KiB of a body, from either side", async () => {
  const big = "mkdir /www; head -c 200000 /dev/zero | tr '\\\\0' x >/www/index.html; exec httpd -f -p 8000 -h /www";
  await using test = await startRun(sketchRun({ web: { command: ["sh", "-c", big], ports: [publish(8000)] } }));
  const web = test.stack.service("web");
  for (const from of ["host", "inside"] as const) {
    const { body, truncated } = await web.http({ path: "/", from });
    expect([body.length, truncated]).toEqual([65_536, true]);
  }
});

it("tells a loopback bind from a port that nobody listens on", async () => {
  await using test = await startRun(
    sketchRun({
      loop: { command: serve("127.0.0.1:8000" as unknown as number), ports: [publish(8000)] },
      other: { command: serve(9000), ports: [publish(8000)] },
      mute: { command: ["sleep", "1000"], init: true, ports: [publish(8000)] },
      peer: { command: ["sleep", "1000"], init: true },
    }),
  );
  const { stack } = test;
  const [loop, other, mute, fromPeer] = await Promise.all([
    failureOf(stack.service("loop").http({ path: "/" })),
    failureOf(stack.service("other").http({ path: "/" })),
    failureOf(stack.service("mute").http({ path: "/" })),
    failureOf(stack.service("loop").http({ path: "/", from: stack.service("peer") })),
  ]);
  expect(loop).toMatchObject({ code: "NET_LOOPBACK_BIND", at: "services.loop" });
  expect(loop.found).toContain("127.0.0.1:8000");
  expect(fromPeer.code).toBe("NET_LOOPBACK_BIND");
  expect(other).toMatchObject({ code: "NOTHING_LISTENS", at: "services.other.ports" });
  expect(other.found).toContain(":::9000");
  expect(mute.found).toContain("no TCP port at all");
  expect(await stack.service("loop").http({ path: "/", from: "inside" })).toMatchObject({ status: 200 });
});

it("waits a moment for a server that opens its port late", async () => {
  const late = "mkdir /www; echo late >/www/index.html; sleep 1; exec httpd -f -p 8000 -h /www";
  await using test = await startRun(sketchRun({ web: { command: ["sh", "-c", late], ports: [publish(8000)] } }));
  expect((await test.stack.service("web").http({ path: "/" })).body).toBe("late\n");
});

it("tells a port that is not declared from one that the engine does not publish", async () => {
  await using test = await startRun(
    sketchRun(
      {
        plain: { command: serve(8000) },
        wrong: { command: serve(8000), ports: [publish(80)] },
        inner: { command: serve(8000), ports: [publish(8000)], networks: { inner: null } },
      },
      { networks: { inner: { internal: true } } },
    ),
  );
  const { stack } = test;
  const [plain, wrong, inner] = await Promise.all([
    failureOf(stack.service("plain").http({ path: "/" })),
    failureOf(stack.service("wrong").http({ path: "/", port: 8000 })),
    failureOf(stack.service("inner").http({ path: "/" })),
  ]);
  expect(plain).toMatchObject({ code: "PORT_NOT_PUBLISHED", found: "`plain` publishes no port" });
  expect(wrong.found).toBe("`wrong` publishes container port 80, not 8000");
  expect(inner.found).toContain("the engine publishes nothing");
  expect(inner.hint).toContain("internal: true");
  expect(await stack.service("inner").ports()).toEqual([
    { target: 8000, protocol: "tcp", declared: { hostIp: "", published: "8080" }, actual: undefined },
  ]);
});

it("bounds a server that never answers, and names one that speaks no HTTP", async () => {
  const silent = ["nc", "-ll", "-p", "8000", "-e", "sleep", "1000"];
  const rude = ["nc", "-ll", "-p", "8000", "-e", "echo", "go away"];
  await using test = await startRun(
    sketchRun({
      silent: { command: silent, ports: [publish(8000)], init: true },
      rude: { command: rude, ports: [publish(8000)], init: true },
    }),
  );
  const { stack } = test;
  for (const from of ["host", "inside"] as const) {
    const failures = await Promise.all([
      failureOf(stack.service("silent").http({ path: "/", from, timeout: 1 })),
      failureOf(stack.service("rude").http({ path: "/", from })),
    ]);
    expect(failures.map(({ code }) => code)).toEqual(["HTTP_TIMEOUT", "HTTP_BROKEN"]);
  }
});

it("answers with the crash when the service has ended since", async () => {
  const model = sketchRun({ web: { command: ["sh", "-c", "sleep 1; exit 9"], ports: [publish(8000)] } });
  await using test = await startRun(model);
  const failure = await failureOf(test.stack.service("web").http({ path: "/" }));
  expect(failure).toMatchObject({ code: "SERVICE_CRASHED" });
  expect(failure.found).toContain("exit code 9");
});

it("tells a lab's author that a port must be named", async () => {
  await using test = await startRun(sketchRun({ web: { command: serve(80) } }));
  await expect(test.stack.service("web").http({ path: "/", from: "inside" })).rejects.toMatchObject({
    kind: "usage",
    code: "HTTP_PORT_UNCLEAR",
  });
});

/** The run model is a Compose file, in which a dollar is written twice. */
const script = (text: string) => ["sh", "-c", text.replaceAll("$", "$$$$")];

it("waits for a server at work on its start although its health check agrees already", async () => {
  const late = `mkdir /www; echo late >/www/index.html
end=$(($(date +%s) + 4)); while [ $(date +%s) -lt $end ]; do :; done
exec httpd -f -p 8000 -h /www`;
  await using test = await startRun(
    sketchRun({
      web: { command: script(late), ports: [publish(8000)], healthcheck: healthy(["CMD", "true"]) },
    }),
  );
  expect((await test.stack.service("web").http({ path: "/" })).body).toBe("late\n");
});

it("asks once more when the port was opened between the request and the look at the listeners", async () => {
  // The kernel counts the refusal, and the port is opened upon it; long after the time that a start is given.
  const shy = `mkdir /www; echo open >/www/index.html; sleep 2; touch /ready
refused() { awk '/^Tcp/ { count = $15 } END { print count }' /proc/net/snmp; }
before=$(refused); while [ "$(refused)" = "$before" ]; do sleep 0.1; done
httpd -f -p 8000 -h /www`;
  await using test = await startRun(
    sketchRun({
      web: {
        command: script(shy),
        ports: [publish(8000)],
        healthcheck: healthy(["CMD", "test", "-f", "/ready"]),
      },
    }),
  );
  expect((await test.stack.service("web").http({ path: "/" })).body).toBe("open\n");
});
