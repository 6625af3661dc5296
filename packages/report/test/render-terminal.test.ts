import { describe, expect, test } from "vitest";
import { renderTerminal } from "../src/index.ts";
import { hostileResult, sampleCheck, sampleDiagnosis, sampleResult, sampleStack } from "./fixtures/sample-results.ts";

const plain = { width: 80, colour: false, unicode: true };

const failed = sampleCheck("db-hidden", {
  title: "The proxy cannot reach the database",
  points: 15,
  outcome: "failed",
  hints: [
    "Which networks does `db` join?",
    "A service is reachable from every network it joins.",
    "Give `db` only the `back` network.",
  ],
  diagnosis: sampleDiagnosis,
});

describe("the report of a graded run", () => {
  test("in which everything passed", () => {
    expect(`\n${renderTerminal(sampleResult({ stack: sampleStack }), plain)}`).toMatchInlineSnapshot(`
      "
      Bridge networks (bridge-networks 1.0.0)

        front ───────────────┐
        back (internal) ──┐  │
                          │  │
        proxy             │  ●   nginx:1.26 · running
                          │  │   port 127.0.0.1:8080->80/tcp
                          │  │   bind ./nginx.conf at /etc/nginx/nginx.conf,
                          │  │   read-only
                          │  │   waits until api has started
        api               ●  ●   built from ./api · running (healthy)
                          │      waits until db is healthy
        db                ●      postgres:17 · running (healthy)
                                 volume db-data at /var/lib/postgresql/data

        volume cache: no service mounts it

        passed     5/5  Every service starts and stays up
        passed   15/15  A value travels through the proxy to the database and back
        passed   15/15  The proxy cannot reach the database

      ────────────────────────────────────────────────────────────────────────────────
      35 of 35 points in 4.2 s
        checks    3 passed
        time      model 78 ms, build 2.1 s, up 1.2 s, checks 610 ms
        repeat    grader check bridge-networks --seed k3j2h4g5
      "
    `);
  });

  test("with a failure that has a place, a log, a transcript, a hint and a command", () => {
    const result = sampleResult({ checks: [sampleCheck("stack-settled", { points: 5 }), failed] });
    expect(`\n${renderTerminal(result, plain)}`).toMatchInlineSnapshot(`
      "
      Bridge networks (bridge-networks 1.0.0)

        passed    5/5  The behaviour stack-settled holds
        FAILED   0/15  The proxy cannot reach the database

      ── FAILED  db-hidden ──────────────────────────────────────────── 0 of 15 points
      The proxy cannot reach the database

        found     a connection from \`proxy\` to \`db\` (172.20.0.3:5432) that was
                  accepted
        expected  no connection: \`db\` shares no network with \`proxy\`

        at        compose.yaml:24:5
                    22 │     image: postgres:17
                    23 │     restart: unless-stopped
                  > 24 │     networks: [front, back]
                       │     ^^^^^^^^
                    25 │     volumes:
                    26 │       - db-data:/var/lib/postgresql/data

        output    │ 2025-01-01 10:00:00.000 UTC [1] LOG:  listening on IPv4 address
                  │ "0.0.0.0", port 5432
                  │ 2025-01-01 10:00:00.120 UTC [1] LOG:  database system is ready to
                  │ accept connections
        asked     proxy.resolve db                                                2 ms
                    → 172.20.0.3
                  api.canReach db:5432                                            3 ms
                    → connected to 172.20.0.3:5432
                  proxy.cannotReach db:5432                                      41 ms
                    → connected to 172.20.0.3:5432

        help      \`db\` is on \`front\` and on \`back\`. \`proxy\` is on \`front\`, so it
                  reaches \`db\` there.
        hint 1/3  Which networks does \`db\` join?
        see it    docker run --rm --network container:cl-0123456789ab-proxy-1 \\
                    busybox:1.37 sh -c 'nc -z -w 2 db 5432 && echo reached'
        more      docs/diagnoses/NET_NOT_ISOLATED.md

      ────────────────────────────────────────────────────────────────────────────────
      5 of 20 points in 4.2 s
        checks    1 passed, 1 failed
        time      model 78 ms, build 2.1 s, up 1.2 s, checks 610 ms
        repeat    grader check bridge-networks --seed k3j2h4g5
      "
    `);
  });

  test("in plain ASCII, with every hint", () => {
    const result = sampleResult({ stack: sampleStack, checks: [failed] });
    expect(`\n${renderTerminal(result, { ...plain, unicode: false, hints: 3 })}`).toMatchInlineSnapshot(`
      "
      Bridge networks (bridge-networks 1.0.0)

        front ---------------+
        back (internal) --+  |
                          |  |
        proxy             |  o   nginx:1.26 - running
                          |  |   port 127.0.0.1:8080->80/tcp
                          |  |   bind ./nginx.conf at /etc/nginx/nginx.conf,
                          |  |   read-only
                          |  |   waits until api has started
        api               o  o   built from ./api - running (healthy)
                          |      waits until db is healthy
        db                o      postgres:17 - running (healthy)
                                 volume db-data at /var/lib/postgresql/data

        volume cache: no service mounts it

        FAILED   0/15  The proxy cannot reach the database

      -- FAILED  db-hidden -------------------------------------------- 0 of 15 points
      The proxy cannot reach the database

        found     a connection from \`proxy\` to \`db\` (172.20.0.3:5432) that was
                  accepted
        expected  no connection: \`db\` shares no network with \`proxy\`

        at        compose.yaml:24:5
                    22 |     image: postgres:17
                    23 |     restart: unless-stopped
                  > 24 |     networks: [front, back]
                       |     ^^^^^^^^
                    25 |     volumes:
                    26 |       - db-data:/var/lib/postgresql/data

        output    | 2025-01-01 10:00:00.000 UTC [1] LOG:  listening on IPv4 address
                  | "0.0.0.0", port 5432
                  | 2025-01-01 10:00:00.120 UTC [1] LOG:  database system is ready to
                  | accept connections
        asked     proxy.resolve db                                                2 ms
                    -> 172.20.0.3
                  api.canReach db:5432                                            3 ms
                    -> connected to 172.20.0.3:5432
                  proxy.cannotReach db:5432                                      41 ms
                    -> connected to 172.20.0.3:5432

        help      \`db\` is on \`front\` and on \`back\`. \`proxy\` is on \`front\`, so it
                  reaches \`db\` there.
        hint 1/3  Which networks does \`db\` join?
        hint 2/3  A service is reachable from every network it joins.
        hint 3/3  Give \`db\` only the \`back\` network.
        see it    docker run --rm --network container:cl-0123456789ab-proxy-1 \\
                    busybox:1.37 sh -c 'nc -z -w 2 db 5432 && echo reached'
        more      docs/diagnoses/NET_NOT_ISOLATED.md

      --------------------------------------------------------------------------------
      0 of 15 points in 4.2 s
        checks    1 failed
        time      model 78 ms, build 2.1 s, up 1.2 s, checks 610 ms
        repeat    grader check bridge-networks --seed k3j2h4g5
      "
    `);
  });

  test("with checks that are blocked, one by way of another", () => {
    const checks = [
      sampleCheck("stack-settled", { outcome: "failed", points: 5 }),
      sampleCheck("round-trip", { outcome: "blocked", blockedBy: "stack-settled" }),
      sampleCheck("value-kept", { outcome: "blocked", blockedBy: "round-trip" }),
      sampleCheck("lost", { outcome: "blocked" }),
    ];
    expect(`\n${renderTerminal(sampleResult({ checks }), plain)}`).toMatchInlineSnapshot(`
      "
      Bridge networks (bridge-networks 1.0.0)

        FAILED    0/5  The behaviour stack-settled holds
        blocked  0/10  The behaviour round-trip holds
                       not tried: needs stack-settled, which failed
        blocked  0/10  The behaviour value-kept holds
                       not tried: needs stack-settled, which failed (by way of
                       round-trip)
        blocked  0/10  The behaviour lost holds
                       not tried: a check that it needs did not pass

      ── FAILED  stack-settled ───────────────────────────────────────── 0 of 5 points
      The behaviour stack-settled holds

        found     the check failed and gave no reason

      ────────────────────────────────────────────────────────────────────────────────
      0 of 35 points in 4.2 s
        checks    1 failed, 3 blocked
        time      model 78 ms, build 2.1 s, up 1.2 s, checks 610 ms
        repeat    grader check bridge-networks --seed k3j2h4g5
      "
    `);
  });

  test("of which only a part was asked for, on stand-in images", () => {
    const result = sampleResult({
      partial: true,
      checks: [sampleCheck("stack-settled"), sampleCheck("db-hidden", { outcome: "not-run" })],
      environment: { grader: "0.1.0", node: "24.21.0", standIns: ["nginx:1.26", "postgres:17"] },
    });
    expect(`\n${renderTerminal(result, plain)}`).toMatchInlineSnapshot(`
      "
      Bridge networks (bridge-networks 1.0.0)

        passed   10/10  The behaviour stack-settled holds
        not run   0/10  The behaviour db-hidden holds

      ────────────────────────────────────────────────────────────────────────────────
      10 of 20 points (partial) in 4.2 s
      Only a part was checked, or the run was interrupted: no mark can be derived
      from it.
        checks    1 passed, 1 not run
        time      model 78 ms, build 2.1 s, up 1.2 s, checks 610 ms
        images    nginx:1.26, postgres:17 are stand-ins made from Debian packages, not
                  the published images
        repeat    grader check bridge-networks --seed k3j2h4g5
      "
    `);
  });

  test("with notes of the policy", () => {
    const result = sampleResult({
      checks: [sampleCheck("stack-settled")],
      findings: [
        {
          code: "service.container_name",
          args: { service: "db" },
          place: { file: "compose.yaml", line: 4 },
          severity: "note",
          message: "`container_name` is left out, because two copies of a stack cannot have the same name.",
          remedy: "Delete the key: services reach each other by service name.",
        },
      ],
    });
    expect(`\n${renderTerminal(result, plain)}`).toMatchInlineSnapshot(`
      "
      Bridge networks (bridge-networks 1.0.0)

        passed   10/10  The behaviour stack-settled holds

      ── NOTE  service.container_name ────────────────────────────────────────────────
        what      \`container_name\` is left out, because two copies of a stack cannot
                  have the same name.
        at        compose.yaml:4
        change    Delete the key: services reach each other by service name.

      ────────────────────────────────────────────────────────────────────────────────
      10 of 10 points in 4.2 s
        checks    1 passed
        time      model 78 ms, build 2.1 s, up 1.2 s, checks 610 ms
        repeat    grader check bridge-networks --seed k3j2h4g5
      "
    `);
  });

  test("with long titles and a long transcript", () => {
    const transcript = Array.from({ length: 9 }, (_, index) => ({
      call: `proxy.http GET /value?x=${index}&padding=${"p".repeat(80)}`,
      answer: index === 1 ? "connection reset" : `200 ${"body ".repeat(30)}`,
      ms: 1200 * index,
      ok: index !== 1,
      reproduce: `curl -s http://127.0.0.1:8080/value?x=${index}`,
    }));
    const { reproduce: _, log: __, place: ___, source: ____, ...rest } = sampleDiagnosis;
    const result = sampleResult({
      checks: [
        sampleCheck(`a-very-long-id-${"of-many-words-".repeat(5)}end`, {
          title: `Every value ${"that is stored by one of the many services ".repeat(3)}can be read again`,
          outcome: "failed",
          diagnosis: { ...rest, transcript },
        }),
      ],
    });
    expect(`\n${renderTerminal(result, plain)}`).toMatchInlineSnapshot(`
      "
      Bridge networks (bridge-networks 1.0.0)

        FAILED   0/10  Every value that is stored by one of the many services that is
                       stored by one of the many services that is stored by one of the
                       many services can be read again

      ── FAILED  a-very-long-id-of-many-words-of-many-words-of-many… ── 0 of 10 points
      Every value that is stored by one of the many services that is stored by one of
      the many services that is stored by one of the many services can be read again

        found     a connection from \`proxy\` to \`db\` (172.20.0.3:5432) that was
                  accepted
        expected  no connection: \`db\` shares no network with \`proxy\`

        asked     (3 earlier calls left out)
                  proxy.http GET /value?x=1&padding=pppppppppppppppppppppppppp…  1.2 s
                    → connection reset
                  proxy.http GET /value?x=4&padding=pppppppppppppppppppppppppp…  4.8 s
                    → 200 body body body body body body body body body body body body…
                  proxy.http GET /value?x=5&padding=pppppppppppppppppppppppppp…  6.0 s
                    → 200 body body body body body body body body body body body body…
                  proxy.http GET /value?x=6&padding=pppppppppppppppppppppppppp…  7.2 s
                    → 200 body body body body body body body body body body body body…
                  proxy.http GET /value?x=7&padding=pppppppppppppppppppppppppp…  8.4 s
                    → 200 body body body body body body body body body body body body…
                  proxy.http GET /value?x=8&padding=pppppppppppppppppppppppppp…  9.6 s
                    → 200 body body body body body body body body body body body body…

        help      \`db\` is on \`front\` and on \`back\`. \`proxy\` is on \`front\`, so it
                  reaches \`db\` there.
        see it    curl -s http://127.0.0.1:8080/value?x=1
        more      docs/diagnoses/NET_NOT_ISOLATED.md

      ────────────────────────────────────────────────────────────────────────────────
      0 of 10 points in 4.2 s
        checks    1 failed
        time      model 78 ms, build 2.1 s, up 1.2 s, checks 610 ms
        repeat    grader check bridge-networks --seed k3j2h4g5
      "
    `);
  });

  test("in colour says the same", () => {
    const result = sampleResult({ stack: sampleStack, checks: [failed] });
    const coloured = renderTerminal(result, { ...plain, colour: true });
    // biome-ignore lint/suspicious/noControlCharactersInRegex: the colours are what is taken out
    expect(coloured.replace(/\u001b\[\d+m/g, "")).toBe(renderTerminal(result, plain));
    expect(coloured.split("\n").filter((line) => line.includes("FAILED"))).toMatchInlineSnapshot(`
      [
        "  [1m[31mFAILED [39m[22m  0/15  The proxy cannot reach the database",
        "[2m──[22m [1m[31mFAILED[39m[22m  [1mdb-hidden[22m [2m────────────────────────────────────────────[22m 0 of 15 points",
      ]
    `);
  });

  test("quietly: a line for each thing to mend, and the verdict", () => {
    const checks = [
      sampleCheck("stack-settled"),
      failed,
      sampleCheck("value-kept", { outcome: "blocked", blockedBy: "db-hidden" }),
    ];
    expect(`\n${renderTerminal(sampleResult({ checks }), { ...plain, quiet: true })}`).toMatchInlineSnapshot(`
      "
      FAILED   db-hidden at compose.yaml:24:5: a connection from \`proxy\` to \`db\`
               (172.20.0.3:5432) that was accepted
      blocked  value-kept: needs db-hidden
      ────────────────────────────────────────────────────────────────────────────────
      10 of 35 points in 4.2 s
      "
    `);
  });
});

describe("the report of a run without a score", () => {
  const refused = sampleResult({
    verdict: "refused",
    score: null,
    checks: [sampleCheck("stack-settled", { outcome: "not-run" })],
    timings: { copy: 8, gate: 21, total: 61 },
    findings: [
      {
        code: "service.privileged",
        args: { service: "web" },
        place: { file: "compose.yaml", line: 5, column: 5 },
        severity: "refuse",
        message: "`privileged` gives `web` every right on the machine that grades it.",
        remedy: "Delete the line: nothing in this lab needs it.",
        source: { firstLine: 3, lines: ["  web:", "    image: nginx:1.26", "    privileged: true", "    ports:"] },
      },
      {
        code: "fs.symlink-outside",
        args: {},
        place: { file: "site/index.html" },
        severity: "refuse",
        message: "`site/index.html` is a link that leads out of the submission.",
        remedy: "Put the file itself there.",
      },
    ],
  });
  const fault = sampleResult({
    verdict: "fault",
    score: null,
    checks: [
      sampleCheck("stack-settled"),
      sampleCheck("round-trip", {
        outcome: "fault",
        attempts: [
          { outcome: "fault", ms: 31, error: "the engine did not answer" },
          { outcome: "fault", ms: 30, error: "connect ECONNREFUSED /var/run/docker.sock" },
        ],
        ms: 61,
      }),
      sampleCheck("db-hidden", { outcome: "not-run" }),
    ],
    fault: {
      code: "ENGINE_GONE",
      message: "the container engine stopped answering while the checks ran",
      hint: "Start it again, then repeat the command. `grader doctor` shows what is wrong with it.",
    },
  });

  test("refused: the findings, with nothing said of checks", () => {
    expect(`\n${renderTerminal(refused, plain)}`).toMatchInlineSnapshot(`
      "
      Bridge networks (bridge-networks 1.0.0)

      ── REFUSED  service.privileged ─────────────────────────────────────────────────
        why       \`privileged\` gives \`web\` every right on the machine that grades it.

        at        compose.yaml:5:5
                    3 │   web:
                    4 │     image: nginx:1.26
                  > 5 │     privileged: true
                      │     ^^^^^^^^^^
                    6 │     ports:

        change    Delete the line: nothing in this lab needs it.

      ── REFUSED  fs.symlink-outside ─────────────────────────────────────────────────
        why       \`site/index.html\` is a link that leads out of the submission.
        at        site/index.html
        change    Put the file itself there.

      ────────────────────────────────────────────────────────────────────────────────
      Refused in 61 ms, nothing was started: 2 places to change
      "
    `);
  });

  test("fault: the cause, what to do, and that it costs nothing", () => {
    expect(`\n${renderTerminal(fault, plain)}`).toMatchInlineSnapshot(`
      "
      Bridge networks (bridge-networks 1.0.0)

        passed   10/10  The behaviour stack-settled holds
        FAULT     0/10  The behaviour round-trip holds
        not run   0/10  The behaviour db-hidden holds

      ── FAULT  round-trip ───────────────────────────────────────────────────── 61 ms
      The behaviour round-trip holds

        cause     connect ECONNREFUSED /var/run/docker.sock
        tried     2 times

      ── FAULT  ENGINE_GONE ──────────────────────────────────────────────────────────
        cause     the container engine stopped answering while the checks ran
        do        Start it again, then repeat the command. \`grader doctor\` shows what
                  is wrong with it.
        points    No points are lost: this is not your mistake.

      ────────────────────────────────────────────────────────────────────────────────
      No score, and no points lost: the run could not be finished
        checks    1 passed, 1 undecided, 1 not run
        time      model 78 ms, build 2.1 s, up 1.2 s, checks 610 ms
        repeat    grader check bridge-networks --seed k3j2h4g5
      "
    `);
  });

  test("quietly", () => {
    const quiet = { ...plain, quiet: true };
    expect(`\n${renderTerminal(refused, quiet)}\n${renderTerminal(fault, quiet)}`).toMatchInlineSnapshot(`
      "
      REFUSED  compose.yaml:5:5: \`privileged\` gives \`web\` every right on the machine
               that grades it. (service.privileged)
      REFUSED  site/index.html: \`site/index.html\` is a link that leads out of the
               submission. (fs.symlink-outside)
      ────────────────────────────────────────────────────────────────────────────────
      Refused in 61 ms, nothing was started: 2 places to change

      FAULT    the container engine stopped answering while the checks ran
               (ENGINE_GONE)
      FAULT    round-trip: connect ECONNREFUSED /var/run/docker.sock
      ────────────────────────────────────────────────────────────────────────────────
      No score, and no points lost: the run could not be finished
      "
    `);
  });
});

describe("hostile text", () => {
  test("is shown as harmless text", () => {
    expect(`\n${renderTerminal(hostileResult(), plain)}`).toMatchInlineSnapshot(`
      "
      Bridge networks (bridge-networks 1.0.0)

        : :error::net (internal) ───────────────────────────────┐
                                                                │
        svvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvv…   ●   red link : :error
                                                                    file=x::forged :
                                                                    :set-output
                                                                    port red link :
                                                                    :error
                                                                    file=x::forged :
                                                                    volume red link :
                                                                    :error
                                                                    file=x::forged :
                                                                    waits until red
                                                                    link : :error
                                                                    file=x::forged :

        FAILED   0/10  : :warning::A title

      ── REFUSED  yaml.yntax ─────────────────────────────────────────────────────────
        why       red
                  link
                  : :error file=x::forged
                  : :set-output name=score::100
                  # #[error]forged too
                  userimda zero c1
                  progress 1%
                  progress 99%
                  next
                  tab 全角の文字列がとても長く続いている場合でも幅を超えてはいけない
                  🎉🎉
                  wwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwww
                  wwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwww
                  wwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwww
                  wwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwww
                  wwwwwwwwwwwwwwwwwwwwwwwwwwww

        at        a b.yaml:1:90
                  > 1 │ - - - - - - - - - - - - - - - - - - - - - - - - - - - - - - -
                      │                                                              ^

        change    red
                  link
                  : :error file=x::forged
                  : :set-output name=score::100
                  # #[error]forged too
                  userimda zero c1
                  progress 1%
                  progress 99%
                  next
                  tab 全角の文字列がとても長く続いている場合でも幅を超えてはいけない
                  🎉🎉
                  wwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwww
                  wwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwww
                  wwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwww
                  wwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwww
                  wwwwwwwwwwwwwwwwwwwwwwwwwwww

      ── FAILED  hostile ────────────────────────────────────────────── 0 of 10 points
      : :warning::A title

        found     red
                  link
                  : :error file=x::forged
                  : :set-output name=score::100
                  # #[error]forged too
                  userimda zero c1
                  progress 1%
                  progress 99%
                  next
                  tab 全角の文字列がとても長く続いている場合でも幅を超えてはいけない
                  🎉🎉
                  wwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwww
                  wwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwww
                  wwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwww
                  wwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwww
                  wwwwwwwwwwwwwwwwwwwwwwwwwwww
        expected  a body such as ::debug:: ::debug:: ::debug:: ::debug:: ::debug::
                 : :debug:: ::debug:: ::debug:: ::debug:: ::debug:: ::debug::
                 : :debug:: ::debug:: ::debug:: ::debug:: ::debug:: ::debug::
                 : :debug:: ::debug:: ::debug::

        at        compose.yaml:2:12
                    1 │ services:
                  > 2 │     web: { x: "yyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyy
                      │              ^
                    3 │ : :error::x

        output    │ # #[error]forged too
                  │ userimda zero c1
                  │ progress 1%
                  │ progress 99%
                  │ next
                  │     tab 全角の文字列がとても長く続いている場合でも幅を超えてはいけ
                  │ ない 🎉🎉
                  │ wwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwww
                  │ wwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwww
                  │ wwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwww
                  │ wwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwww
                  │ wwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwww
        asked     red link : :error file=x::forged : :set-output name=score::10…  1 ms
                    → red link : :error file=x::forged : :set-output name=score::100 …

        help      red
                  link
                  : :error file=x::forged
                  : :set-output name=score::100
                  # #[error]forged too
                  userimda zero c1
                  progress 1%
                  progress 99%
                  next
                  tab 全角の文字列がとても長く続いている場合でも幅を超えてはいけない
                  🎉🎉
                  wwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwww
                  wwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwww
                  wwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwww
                  wwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwww
                  wwwwwwwwwwwwwwwwwwwwwwwwwwww
        hint 1/1  red
                  link
                  : :error file=x::forged
                  : :set-output name=score::100
                  # #[error]forged too
                  userimda zero c1
                  progress 1%
                  progress 99%
                  next
                  tab 全角の文字列がとても長く続いている場合でも幅を超えてはいけない
                  🎉🎉
                  wwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwww
                  wwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwww
                  wwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwww
                  wwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwww
                  wwwwwwwwwwwwwwwwwwwwwwwwwwww
        see it    docker exec web sh -c \\
                  'echo ::error:: echo ::error:: echo ::error:: echo ::error:: echo
                 : :error:: echo ::error:: echo ::error:: echo ::error:: echo
                 : :error:: echo ::error:: echo ::error:: echo ::error:: '
                  : :error::second line
        more      docs/diagnoses/HTTP_BROKEN.md

      ────────────────────────────────────────────────────────────────────────────────
      0 of 10 points in 4.2 s
        checks    1 failed
        time      model 78 ms, build 2.1 s, up 1.2 s, checks 610 ms
        repeat    grader check bridge-networks --seed k3j2h4g5
      "
    `);
  });

  test.each([true, false])(
    "leaves no control characters, no commands and no line over the width (unicode: %s)",
    (unicode) => {
      for (const result of [hostileResult(), sampleResult({ stack: sampleStack, checks: [failed] })]) {
        for (const width of [40, 60, 61, 80, 97, 120]) {
          for (const quiet of [false, true]) {
            const lines = renderTerminal(result, { width, unicode, colour: false, quiet, hints: 9 }).split("\n");
            for (const line of lines) {
              // Every character outside ASCII counts twice, which no terminal exceeds.
              const columns = [...line].reduce((sum, c) => sum + (/[ -~─│┐●→…·]/.test(c) ? 1 : 2), 0);
              expect(columns, line).toBeLessThanOrEqual(/[^ -~─│┐●→…·]/.test(line) ? width * 2 : width);
              expect(line).toMatch(unicode ? /^[^\p{Cc}\p{Cf}]*$/u : /^[ -~]*$/);
              expect(line).not.toMatch(/^\s*::|##\[/);
            }
          }
        }
      }
    },
  );
});
