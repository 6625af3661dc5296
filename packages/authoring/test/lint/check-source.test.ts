import { afterAll, describe, expect, it } from "vitest";
import { LINT_CODES } from "../../src/lint/index.ts";
import { lintChanged } from "./changed-lab.ts";

const PAGE_BODY = /async \(\{ stack, files, fresh \}\) => \{[\s\S]*?\n {4}\},/;
const reached = new Set<string>();

/** What lint says of a check with this body, as code and what it is about. */
async function findings(body: string, around: { before?: string; after?: string } = {}): Promise<string[]> {
  const { before = "", after = "" } = around;
  const found = await lintChanged({
    "checks.ts": (text) => `${before}${text.replace(PAGE_BODY, () => `${body},`)}${after}`,
  });
  for (const { code } of found) reached.add(code);
  return found.map(({ code, about }) => `${code} ${about}`);
}

const WEB = 'stack.service("web")';
const FAILURE = '{ code: "A", found: "b", expected: "c" }';

describe("a check that cannot fail", () => {
  it.each([
    "() => {}",
    "({ model }) => { void model; }",
    `async ({ stack }) => { await ${WEB}.logs(); }`,
    `async ({ stack }) => { const { exitCode } = await ${WEB}.exec(["true"]); void exitCode; }`,
    `async ({ stack }) => { const a = await ${WEB}.http({}); ensure(true, ${FAILURE}); void a; }`,
    `async ({ stack }) => { const a = await ${WEB}.http({}); ensure(a.status === 200 || true, ${FAILURE}); }`,
    `async ({ stack }) => { const a = await ${WEB}.http({}); ensure(a.body.length >= 0, ${FAILURE}); }`,
    `async ({ stack }) => { const a = await ${WEB}.http({}); ensure(a.status > 0, ${FAILURE}); }`,
    `async ({ stack }) => { const a = await ${WEB}.http({}); ensure(a.status < 600, ${FAILURE}); }`,
    `async ({ stack }) => { const a = await ${WEB}.http({}); ensure(a.status >= 100, ${FAILURE}); }`,
    `async ({ stack }) => { const a = await ${WEB}.http({}); ensure(a !== undefined, ${FAILURE}); }`,
    `async ({ stack }) => { const a = await ${WEB}.logs(); ensure(a != null, ${FAILURE}); }`,
    `async ({ stack }) => { const a = await ${WEB}.http({ path: "/x" }); ensure(a, ${FAILURE}); }`,
    `({ model }) => { ensure(model.services !== undefined, ${FAILURE}); }`,
  ])("%s", async (body) => expect(await findings(body)).toEqual(["checks.vacuous page-live"]));

  it.each([
    "({ service }) => void service('web')",
    `({ stack }) => ${WEB}.settled()`,
    `async ({ stack }) => { await ${WEB}.canReach("api", 9000); }`,
    `async ({ stack }) => { const a = await ${WEB}.http({}); ensure(a.body.indexOf("x") >= 0, ${FAILURE}); }`,
    `async ({ stack }) => { if ((await ${WEB}.logs()) === "") throw new Error("no"); }`,
    `async ({ stack }) => { const a = await ${WEB}.http({}); ensure(a.status < 500, ${FAILURE}); }`,
    `async ({ stack }) => { const a = await ${WEB}.read("/srv/a"); ensure(a !== undefined, ${FAILURE}); }`,
    `async ({ stack }) => { const a = (await ${WEB}.mounts()).find(() => true); ensure(a !== undefined, ${FAILURE}); }`,
    `({ model }) => { ensure(model.services.web !== undefined, ${FAILURE}); }`,
  ])("but not %s", async (body) => expect(await findings(body)).toEqual([]));

  it("nor one whose work is done by a function", async () => {
    const after = `async function look({ stack }) { ensure((await ${WEB}.logs()) !== "", ${FAILURE}); }\n`;
    expect(await findings("async (context) => { await look(context); }", { after })).toEqual([]);
    expect(await findings("look", { after })).toEqual([]);
  });
});

it("names promises that nobody waits for", async () => {
  expect(await findings(`async ({ stack }) => { ${WEB}.settled(); ensure(Boolean(stack), ${FAILURE}); }`)).toEqual([
    "checks.unawaited page-live",
  ]);
  for (const promise of ["void stack.settled();", "Promise.all([stack.settled()]);"]) {
    expect(await findings(`async ({ stack }) => { ${promise} }`)).toEqual(["checks.unawaited page-live"]);
  }
  expect(await findings(`async ({ stack }) => { stack.service("web"); await stack.settled(); }`)).toEqual([]);
  expect(await findings("async ({ stack }) => { await Promise.all([stack.settled()]); }")).toEqual([]);
});

it("names a catch that keeps everything to itself, but not one around pure code", async () => {
  expect(await findings(`async ({ stack }) => { try { await ${WEB}.canReach("api", 1); } catch { return; } }`)).toEqual(
    ["checks.swallowed page-live"],
  );
  expect(await findings(`async ({ stack }) => { await ${WEB}.canReach("api", 1).catch(() => undefined); }`)).toEqual([
    "checks.swallowed page-live",
  ]);
  const answer = (handlers: string) =>
    `async ({ stack }) => { ensure(await ${WEB}.canReach("api", 1).then(${handlers}), ${FAILURE}); }`;
  expect(await findings(answer("() => false, () => true"))).toEqual(["checks.swallowed page-live"]);
  expect(await findings(answer("() => false, (error) => { throw error; }"))).toEqual([]);
  expect(await findings(answer("() => true"))).toEqual([]);
  const after = "function read(text) { try { return JSON.parse(text); } catch { return undefined; } }\nread('');\n";
  expect(await findings(`({ stack }) => ${WEB}.settled()`, { after })).toEqual([]);
});

it("names a negative demand without a control", async () => {
  expect(await findings(`async ({ stack }) => { await ${WEB}.cannotReach("api", 1); }`)).toEqual([
    "checks.no-control page-live",
  ]);
  expect(
    await findings(`async ({ stack }) => { await ${WEB}.cannotReach("api", 1, { whereas: stack.service("api") }); }`),
  ).toEqual([]);
});

it("names a probe whose failure is taken for an answer, unless it is seen to work or is not alone", async () => {
  const probe = `const { exitCode } = await ${WEB}.exec(["nc", "-z", "api", "9000"]);`;
  expect(await findings(`async ({ stack }) => { ${probe} ensure(exitCode !== 0, ${FAILURE}); }`)).toEqual([
    "checks.failing-probe page-live",
  ]);
  expect(await findings(`async ({ stack }) => { ${probe} if (exitCode === 0) fail(${FAILURE}); }`)).toEqual([
    "checks.failing-probe page-live",
  ]);
  const asked = `const { stdout } = await ${WEB}.exec(["nc", "-z", "api", "9000"]);`;
  const words = ['stdout.trim() === ""', "stdout.length === 0", '!stdout.includes("open")', "!/open/.test(stdout)"];
  for (const nothing of words) {
    expect(await findings(`async ({ stack }) => { ${asked} ensure(${nothing}, ${FAILURE}); }`)).toEqual([
      "checks.failing-probe page-live",
    ]);
  }
  const named = `const open = (await ${WEB}.exec(["nc", "-z", "api", "9000"])).exitCode === 0;`;
  expect(await findings(`async ({ stack }) => { ${named} ensure(!open, ${FAILURE}); }`)).toEqual([
    "checks.failing-probe page-live",
  ]);
  expect(await findings(`async ({ stack }) => { ${named} ensure(open, ${FAILURE}); }`)).toEqual([]);
  expect(
    await findings(
      `async ({ stack, model }) => { ${probe} ensure(model !== undefined && exitCode !== 0, ${FAILURE}); }`,
    ),
  ).toEqual([]);
  const control = `const own = await stack.service("api").exec(["nc", "-z", "api", "9000"]); ensure(own.exitCode === 0, ${FAILURE});`;
  expect(await findings(`async ({ stack }) => { ${control} ${probe} ensure(exitCode !== 0, ${FAILURE}); }`)).toEqual(
    [],
  );
});

it("names a look at text where behaviour or the model could be asked", async () => {
  const demand = (text: string) =>
    `async ({ stack, files, model }) => { ensure(${text}, ${FAILURE}); void files; void model; void stack; }`;
  expect(await findings(demand('(await files.read("compose.yaml"))?.includes("site")'))).toEqual([
    "checks.reads-text page-live",
  ]);
  const before = 'const FILE = "compose.yaml";\n';
  expect(await findings(demand("/site/.test((await files.read(FILE)) ?? '')"), { before })).toEqual([
    "checks.reads-text page-live",
  ]);
  expect(await findings(demand('JSON.stringify(model).includes("site")'))).toEqual(["checks.reads-text page-live"]);
  for (const search of ['JSON.stringify(own).includes("USER")', "/USER/.test(JSON.stringify(own))"]) {
    const body = `async ({ dockerfile }) => { const own = dockerfile("web"); ensure(${search}, ${FAILURE}); }`;
    expect(await findings(body)).toEqual(["checks.reads-text page-live"]);
  }
  const told = `{ code: "A", found: JSON.stringify(own), expected: "c" }`;
  expect(
    await findings(
      `async ({ dockerfile }) => { const own = dockerfile("web"); ensure(own.stages.length > 1, ${told}); }`,
    ),
  ).toEqual([]);
  const everything = (more: string) =>
    `async ({ files, stack }) => { for (const path of await files.list()) { const text = await files.read(path); ensure(text.includes("a"), ${FAILURE}); } ${more} }`;
  expect(await findings(everything("void stack;"))).toEqual(["checks.reads-text page-live"]);
  expect(await findings(everything("await stack.settled();"))).toEqual([]);
  expect(await findings(demand(`(await ${WEB}.read("/etc/nginx/nginx.conf")) !== undefined`))).toEqual([
    "checks.reads-text page-live",
  ]);
  expect(await findings(demand(`(await ${WEB}.exec(["grep", "a", "/etc/hosts"])).exitCode === 0`))).toEqual([
    "checks.reads-text page-live",
  ]);
  for (const look of ['["sh", "-c", "cat /x; grep -q a /etc/nginx/nginx.conf"]', '["cat", "/etc/nginx/nginx.conf"]']) {
    expect(await findings(demand(`(await ${WEB}.exec(${look})).stdout !== ""`))).toEqual([
      "checks.reads-text page-live",
    ]);
  }
  expect(await findings(demand('(await files.read("site/index.html")) !== undefined'))).toEqual([]);
});

it("names waits of a fixed time", async () => {
  const timers = 'import { setTimeout as pause } from "node:timers/promises";\n';
  const settled = `await ${WEB}.settled();`;
  expect(await findings(`async ({ stack }) => { await pause(500); ${settled} }`, { before: timers })).toEqual([
    "checks.fixed-wait page-live",
  ]);
  for (const wait of [
    "await new Promise((done) => setTimeout(done, 500));",
    "Atomics.wait(new Int32Array(1), 0, 0, 1);",
    `await ${WEB}.exec(["sleep", "5"]);`,
    `await ${WEB}.exec(["sh", "-c", "cd /; sleep 2"]);`,
    "const start = Date.now(); while (Date.now() - start < 5000);",
    "const end = performance.now() + 5000; while (performance.now() < end) {}",
  ]) {
    expect(await findings(`async ({ stack }) => { ${wait} ${settled} }`)).toEqual(["checks.fixed-wait page-live"]);
  }
  const hint =
    "ensure(true === Boolean(1), { code: 'A', found: 'a sleep 5', expected: '', reproduce: 'sleep 5; ls' });";
  expect(await findings(`async ({ stack }) => { ${settled} ${hint} }`)).toEqual([]);
});

it("names a deadline that is too short for a slow machine", async () => {
  const wait = (seconds: string) =>
    `async ({ stack, eventually }) => { await eventually({ seconds: ${seconds}, failure: () => (${FAILURE}) }, () => stack.settled()); }`;
  expect(await findings(wait("1"))).toEqual(["checks.short-wait page-live"]);
  expect(await findings(wait("0.5"))).toEqual(["checks.short-wait page-live"]);
  expect(await findings(wait("10"))).toEqual([]);
  expect(await findings(wait("stack.patience"))).toEqual([]);
});

it("names tries that are counted and not waited between", async () => {
  const loop = (header: string, body: string) =>
    `async ({ stack, eventually }) => { for (${header}) { ${body} } fail(${FAILURE}); void eventually; }`;
  const tries = `const a = await ${WEB}.http({ path: "/" }); if (a.status === 200) return;`;
  expect(await findings(loop("let i = 0; i < 10; i++", tries))).toEqual(["checks.counted-tries page-live"]);
  // So many requests are what is asked for, or a wait stands between them.
  expect(await findings(loop("let i = 0; i < 10; i++", `await ${WEB}.http({ path: "/" });`))).toEqual([]);
  expect(await findings(loop("const path of await stack.list()", tries))).toEqual([]);
  expect(
    await findings(loop("let i = 0; i < 2; i++", `await eventually({ seconds: 9 }, async () => {}); ${tries}`)),
  ).toEqual([]);
});

it("names limits on a clock of the check's own that a slow machine does not keep", async () => {
  const timed = (condition: string) =>
    `async ({ stack }) => { const before = performance.now(); await stack.settled(); const took = performance.now() - before; ensure(${condition}, ${FAILURE}); }`;
  expect(await findings(timed("performance.now() - before < 500"))).toEqual(["checks.short-limit page-live"]);
  expect(await findings(timed("took <= 1_000"))).toEqual(["checks.short-limit page-live"]);
  expect(await findings(timed("took < 10_000"))).toEqual([]);
  expect(await findings(timed("took > 500"))).toEqual([]);
  // A container's own time is the engine's.
  const stopped = `async ({ stack }) => { const { ms } = await ${WEB}.stop(); ensure(ms < 2000, ${FAILURE}); }`;
  expect(await findings(stopped)).toEqual([]);
});

it("names addresses and ports of one machine, but not in what people read", async () => {
  const ask = (text: string) => `async ({ stack, model }) => { ${text}; await stack.settled(); void model; }`;
  expect(await findings(ask(`await ${WEB}.canReach("172.18.0.3", 9000)`))).toEqual(["checks.fixed-address page-live"]);
  expect(await findings(ask('const a = "172.18.0.3".startsWith("172.18."); void a'))).toEqual([
    "checks.fixed-address page-live",
    "checks.fixed-address page-live",
  ]);
  expect(await findings(ask('const url = "http://localhost:8080/"; void url'))).toEqual([
    "checks.fixed-port page-live",
  ]);
  expect(await findings(ask('const a = model.services.web?.ports?.[0]?.published === "8080"; void a'))).toEqual([
    "checks.fixed-port page-live",
  ]);
  expect(await findings(ask('const a = "8080" !== model.services.web?.ports?.[0]?.published; void a'))).toEqual([
    "checks.fixed-port page-live",
  ]);
  for (const fine of [
    `await ${WEB}.exec(["wget", "http://127.0.0.1:8080/"])`,
    'const a = model.services.web?.ports?.[0]?.host_ip === "127.0.0.1"; void a',
    'const a = { hint: "Ask 10.0.0.7.", reproduce: `http://127.0.0.1:8080/`, log: "1.2.3.4" }; void a',
    "const a = /10\\.0\\.0\\.1/; void a",
  ]) {
    expect(await findings(ask(fine))).toEqual([]);
  }
});

it("names clients that go past the handles", async () => {
  const fetched = "async ({ stack }) => { await stack.settled(); await fetch('http://web/'); }";
  expect(await findings(fetched)).toEqual(["checks.past-handles page-live"]);
  const before =
    'import { readFileSync } from "node:fs";\nimport { posix } from "node:path";\nvoid [readFileSync, posix];\n';
  expect(await findings("async ({ stack }) => { await stack.settled(); }", { before })).toEqual([
    "checks.past-handles node:fs",
  ]);
});

afterAll(() => {
  expect(LINT_CODES.filter((code) => code.startsWith("checks.") && !reached.has(code))).toEqual([]);
});
