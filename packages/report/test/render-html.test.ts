import { XMLParser, XMLValidator } from "fast-xml-parser";
import { expect, test } from "vitest";
import { renderHtml } from "../src/render-html.ts";
import { everyResult } from "./fixtures/every-result.ts";
import { hostileResult, sampleCheck, sampleDiagnosis, sampleResult, sampleStack } from "./fixtures/sample-results.ts";

/** The page's text without its styles and tags, blanks made one. */
function textOf(report: string): string {
  const bare = report.replace(/<style>[\s\S]*?<\/style>/g, "").replace(/<[^>]*>/g, " ");
  return bare.replaceAll("&#39;", "'").replaceAll("&quot;", '"').replace(/\s+/g, " ");
}

function idsOf(report: string): string[] {
  return [...report.matchAll(/ id="([^"]*)"/g)].map(([, id = ""]) => id);
}

function levelsOf(report: string): number[] {
  return [...report.matchAll(/<h([1-6])\b/g)].map(([, level]) => Number(level));
}

const all = Object.values(everyResult);

test.each(Object.entries(everyResult))(
  "%s: ids are unique, links lead somewhere, headings skip no level",
  (_, result) => {
    for (const report of [renderHtml([result]), renderHtml([result, ...all])]) {
      const ids = idsOf(report);
      expect(new Set(ids).size).toBe(ids.length);
      for (const [, target = ""] of report.matchAll(/ (?:href="#|aria-labelledby=")([^"]+)"/g))
        expect(ids).toContain(target);
      const levels = levelsOf(report);
      expect(levels[0]).toBe(1);
      expect(levels.filter((level) => level === 1)).toHaveLength(1);
      for (const [index, level] of levels.entries()) expect(level).toBeLessThanOrEqual((levels[index - 1] ?? 0) + 1);
    }
  },
);

test("checks of one id still have an id each", () => {
  const failed = sampleCheck("twice", { outcome: "failed" });
  const ids = idsOf(renderHtml([sampleResult({ checks: [failed, { ...failed }] })]));
  expect(ids).toEqual(expect.arrayContaining(["r1-check-1", "r1-check-2"]));
});

test("a failure tells its cause, place, advice, lines, command, output and calls", () => {
  const report = renderHtml([everyResult.failed]);
  const text = textOf(report);
  expect(text).toContain("5 of 30 points in 4.2 s");
  expect(text).toContain("1 passed, 1 failed, 1 blocked");
  expect(text).toMatch(
    /Found a connection from proxy to db \(172.20.0.3:5432\) that was accepted Expected no connection/,
  );
  expect(text).toContain("Where compose.yaml:24:5");
  expect(text).toContain("Hint 1 of 2 Which networks does db join?");
  expect(report).toContain("<details><summary>Hint 2 of 2</summary>");
  expect(report).toContain(
    '<span class="row marked"><span class="hidden">marked: </span><span class="gutter">24 </span>    <mark>networks</mark>: [front, back]',
  );
  expect(text).toContain("nc -z -w 2 db 5432");
  expect(report).toContain("<details><summary>Last output</summary>");
  expect(report).toContain("<details><summary>What was asked and what came back (3 calls)</summary>");
  expect(text).toContain("proxy.cannotReach db:5432 41 ms, ✗ not as expected connected to 172.20.0.3:5432");
  expect(text).toContain("not tried: needs db-hidden, which failed");
  expect(text).toContain("i Note ports.published What Ports are opened");
  expect(text).toContain("postgres:17 is a stand-in made from Debian packages, not the published image.");
  expect(text).toContain("Repeat it: grader check bridge-networks --seed k3j2h4g5");
});

test("more hints are shown where they are asked for", () => {
  const report = renderHtml([everyResult.failed], { hints: 2 });
  expect(textOf(report)).toContain("Hint 2 of 2 Give db only the back network.");
  expect(report).not.toContain("<summary>Hint");
});

test("a refusal shows what to change and no table of checks that were not run", () => {
  const report = renderHtml([everyResult.refused]);
  const text = textOf(report);
  expect(text).toContain("✗ Refused service.privileged Why db asks for privileged: true , which opens the host.");
  expect(text).toContain("Change Remove the line.");
  expect(report).toContain("<mark>privileged</mark>: true");
  expect(report).not.toContain("data-outcome");
});

test("a fault has no score, and what was not decided no points", () => {
  const report = renderHtml([everyResult.fault]);
  const text = textOf(report);
  expect(text).toContain("No score, and no points lost");
  expect(text).toContain("Cause the engine does not answer any more ENGINE_GONE What to do Start it, and grade again.");
  expect(text).toContain("! undecided – undecided of 15 The behaviour db-hidden holds");
  expect(text).toContain("Cause the probe did not answer within 30 s Tried 2 times");
  expect(text).not.toMatch(/\b0 of \d+/);
});

test("a part, hidden checks and a policy-only run say what they are", () => {
  expect(textOf(renderHtml([everyResult.partial]))).toContain("no mark can be derived");
  expect(textOf(renderHtml([everyResult.hidden]))).toContain("2 of 5 checks (12 points) run only on submission.");
  expect(textOf(renderHtml([everyResult.notRun]))).toContain("Nothing is refused");
});

test("several results stand under a list of them; none is said to be none", () => {
  const student = { digest: "cd34", student: "ada" };
  const report = renderHtml([everyResult.failed, sampleResult({ submission: student })]);
  expect(report).toContain('<nav class="contents shell" aria-label="Results">');
  expect(textOf(report)).toContain("Bridge networks ada ✓ 35 of 35 points in 4.2 s");
  expect(idsOf(report)).toEqual(expect.arrayContaining(["r1", "r2", "r1-checks", "r2-checks"]));
  expect(textOf(renderHtml([]))).toContain("0 results There is no result.");
});

test("logs, times, environment and digests are there", () => {
  const result = sampleResult({
    logs: [
      { service: "proxy", text: "first\nlast" },
      { service: "db", text: "" },
    ],
    retriedAfter: { code: "REGISTRY_GONE", message: "the registry did not answer" },
    environment: {
      ...sampleResult().environment,
      fingerprint: "f1f2",
      images: [{ name: "nginx:1.26", digest: "sha256:aa" }],
    },
  });
  const report = renderHtml([result]);
  const text = textOf(report);
  expect(report).toContain("<details><summary><code>proxy</code></summary>");
  expect(text).toContain("first last db wrote nothing");
  expect(text).toContain("4.2 s in all; phases overlap");
  expect(text).toMatch(/build 2\.1 s .*up 1\.2 s/);
  expect(text).toContain("the first ended with REGISTRY_GONE , the registry did not answer");
  expect(text).toContain("Fingerprint f1f2 nginx:1.26 sha256:aa");
});

test("nothing that a submission wrote is more than text", () => {
  const evil = `"><script>alert(1)</script><img src=x onerror=alert(1)>'</title></style><!--`;
  const plain = hostileResult();
  const result = JSON.parse(
    JSON.stringify({
      ...plain,
      logs: [{ service: "s", text: "t" }],
      reached: [{ from: "host", to: "s", reached: true, check: "hostile" }],
    }),
    (key, value) =>
      typeof value === "string" && !["verdict", "outcome", "severity", "schema", "startedAt"].includes(key)
        ? evil + value
        : value,
  );
  const report = renderHtml([result]);
  expect(report.match(/<(?:script|img|iframe|link|object|!--)/g)).toBeNull();
  expect(report.match(/<style>/g)).toHaveLength(2);
  // Whatever stands in quotes is an attribute's value and can not be another attribute.
  expect(report.replace(/"[^"]*"/g, '""').match(/<[a-z][^>]* on[a-z]+=/g)).toBeNull();
  expect(report).not.toMatch(/(?!\n)[\p{Cc}\p{Cf}\u2028\u2029]|##\[|^\s*::/mu);
});

test("a page is well formed", () => {
  for (const result of all) {
    const body =
      /<body>[\s\S]*<\/body>/.exec(renderHtml([{ ...result, stack: result.stack ?? sampleStack }]))?.[0] ?? "";
    expect(XMLValidator.validate(body)).toBe(true);
    expect(new XMLParser().parse(body)).toHaveProperty("body.main");
  }
});

test("a lab of 20 checks with transcripts and logs takes at most 300 KB, and says what was shortened", () => {
  const words = (count: number) => "the answer of a service, with words in it. ".repeat(count);
  const transcript = Array.from({ length: 40 }, (_, index) => ({
    call: `proxy.http GET /value?x=${index}`,
    answer: words(12),
    ms: index,
    ok: index % 10 !== 0,
    reproduce: words(4),
  }));
  const checks = Array.from({ length: 20 }, (_, index) =>
    sampleCheck(`check-${index}`, {
      outcome: "failed",
      hints: [words(2), words(3)],
      diagnosis: { ...sampleDiagnosis, transcript, log: `${words(2)}\n`.repeat(100) },
    }),
  );
  const logs = Array.from({ length: 8 }, (_, index) => ({ service: `s${index}`, text: `${words(2)}\n`.repeat(150) }));
  const report = renderHtml([sampleResult({ checks, logs, stack: sampleStack })]);
  expect(Buffer.byteLength(report)).toBeLessThanOrEqual(300_000);
  expect(textOf(report)).toContain("Transcripts and logs are shortened here");
  expect(textOf(report)).toMatch(/\d+ earlier calls left out/);
  expect(textOf(report)).toMatch(/\(\d+ earlier lines left out\)/);
  expect(textOf(renderHtml([everyResult.failed]))).not.toContain("shortened here");
});
