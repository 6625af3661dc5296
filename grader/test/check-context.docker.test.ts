import { expect, it } from "vitest";
import { changedLab, readResult, runCli, submission } from "./run-cli.ts";

const CHECKS = `
import { defineChecks, ensure, fail, faultError } from "@compose-labs/lab";

const unlike = (found: unknown) => ({ code: "UNLIKE", found: JSON.stringify(found) ?? "nothing", expected: "another" });

export default defineChecks(({ check }) => {
  const add = (id: string, body: Parameters<typeof check>[2]) => check(id, { title: id, points: 1, at: "services.web" }, body);
  add("no-dockerfile", ({ dockerfile }) => void dockerfile("web"));
  add("no-service", ({ service }) => void service("db"));
  add("reads", async ({ files }) => {
    ensure((await files.read("notes.txt"))?.startsWith("httpd"), unlike("notes"));
    ensure((await files.read("../lab.yaml")) === undefined, unlike("a file outside"));
    ensure((await files.given("site/index.html"))?.toString() === "<h1>demo</h1>\\n", unlike("given"));
    ensure((await files.given("none")) === undefined, unlike("given none"));
    ensure(files.list().join() === "Dockerfile,compose.yaml,notes.txt,site/index.html", unlike(files.list()));
  });
  add("writes", async ({ files }) => {
    await files.write("site/index.html", "new");
    ensure((await files.read("site/index.html")) === "new", unlike("the old page"));
  });
  add("writes-outside", ({ files }) => files.write("site/../../out", ""));
  add("writes-below-a-file", ({ files }) => files.write("notes.txt/out", ""));
  add("place", ({ place }) => {
    ensure(JSON.stringify(place("services.web.image")).includes('"line":3'), unlike(place("services.web.image")));
  });
  add("eventually", async ({ eventually }) => {
    let tries = 0;
    const failure = () => unlike(tries);
    const value = await eventually({ seconds: 10, every: 0.001, failure }, async () => {
      tries++;
      if (tries === 1) return undefined;
      if (tries === 2) return fail(unlike("the first failure"));
      return tries;
    });
    ensure(value === 3, unlike(value));
  });
  add("never", ({ eventually }) =>
    eventually({ seconds: 0, failure: (last) => unlike(String(last)) }, async () => fail(unlike("the last answer"))),
  );
  add("tolerated", async ({ eventually }) => {
    let calls = 0;
    const options = { seconds: 10, every: 0.001, tolerate: ["UNLIKE"], failure: unlike };
    const value = await eventually(options, async () => (++calls > 2 ? calls : fail(unlike("not yet"))));
    ensure(value === 3, unlike(value));
  });
  add("not-tolerated", ({ eventually }) =>
    eventually({ seconds: 10, tolerate: ["OTHER"], failure: () => unlike("waited") }, async () => fail(unlike("at once"))),
  );
  add("fault-while-waiting", ({ eventually }) =>
    eventually({ seconds: 10, failure: unlike }, () => Promise.reject(faultError("PROBE_BROKEN", "the probe broke"))),
  );
});
`;

it("gives checks what they ask for, and tells a failure of the student from a fault of ours", async () => {
  await using labs = await changedLab({ "checks.ts": CHECKS });
  await using folder = await submission({
    "compose.yaml": "services:\n  web:\n    image: busybox:1.37\n    command: sleep 60\n",
  });
  const { stdout, exitCode } = await runCli(["check", "01", folder.path, "--json"], { labs: labs.path });
  expect(exitCode).toBe(3);
  const told = readResult(stdout).checks.map(({ id, outcome, diagnosis, attempts }) =>
    [
      id,
      outcome,
      ...(diagnosis ? [`${diagnosis.code}: found ${diagnosis.found}`] : []),
      ...(outcome === "fault" ? [attempts.at(-1)?.error] : []),
    ].join(" | "),
  );
  expect(told).toMatchInlineSnapshot(`
    [
      "no-dockerfile | failed | BUILD_MISSING: found that \`web\` builds no image",
      "no-service | failed | SERVICE_MISSING: found the services web",
      "reads | passed",
      "writes | passed",
      "writes-outside | fault | CHECK_THREW: check "writes-outside" threw RangeError: found the path "site/../../out", expected one inside the submission such as "site/index.html"",
      "writes-below-a-file | fault | CHECK_THREW: check "writes-below-a-file" threw RangeError: "notes.txt" is not a folder of the submission",
      "place | passed",
      "eventually | passed",
      "never | failed | UNLIKE: found "CheckFailure: UNLIKE: found \\"the last answer\\"; expected another"",
      "tolerated | passed",
      "not-tolerated | failed | UNLIKE: found "at once"",
      "fault-while-waiting | fault | PROBE_BROKEN: the probe broke",
    ]
  `);
});
