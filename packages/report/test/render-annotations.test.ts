import { describe, expect, test } from "vitest";
import { renderAnnotations } from "../src/index.ts";
import { everyResult, failedCheck } from "./fixtures/every-result.ts";
import { sampleCheck, sampleResult } from "./fixtures/sample-results.ts";

const { passed, failed, refused, fault, partial, notRun, hostile } = everyResult;

describe("annotations", () => {
  test("of a result that passed", () =>
    expect(renderAnnotations([passed])).toMatchInlineSnapshot(`
    "::notice title=Bridge networks::35 of 35 points in 4.2 s (3 passed)
    "
  `));
  test("of a failure, on its line", () =>
    expect(
      `\n${renderAnnotations([failed], { folder: "submissions/ada/07-bridge-networks/" })}`,
    ).toMatchInlineSnapshot(`
      "
      ::notice title=Bridge networks::5 of 30 points in 4.2 s (1 passed, 1 failed, 1 blocked)
      ::error file=submissions/ada/07-bridge-networks/compose.yaml,line=24,col=5,title=The proxy cannot reach the database (0 of 15 points)::found: a connection from \`proxy\` to \`db\` (172.20.0.3:5432) that was accepted%0Aexpected: no connection: \`db\` shares no network with \`proxy\`%0Aat: compose.yaml:24:5%0Ahelp: \`db\` is on \`front\` and on \`back\`. \`proxy\` is on \`front\`, so it reaches \`db\` there.%0Asee it: docker run --rm --network container:cl-0123456789ab-proxy-1 busybox:1.37 sh -c 'nc -z -w 2 db 5432 && echo reached'%0Amore: docs/diagnoses/NET_NOT_ISOLATED.md
      ::notice file=submissions/ada/07-bridge-networks/compose.yaml,line=6,col=5,title=Note%3A ports.published::Ports are opened on the loopback address only while grading.%0Achange: Nothing has to be changed.
      "
    `));
  test("of a refusal", () =>
    expect(`\n${renderAnnotations([refused])}`).toMatchInlineSnapshot(`
    "
    ::notice title=Bridge networks::Refused in 130 ms, nothing was started: 1 place to change
    ::error file=compose.yaml,line=4,col=5,title=Refused%3A service.privileged::\`db\` asks for \`privileged: true\`, which opens the host.%0Achange: Remove the line.
    "
  `));
  test("of a fault: a warning, and no file", () =>
    expect(`\n${renderAnnotations([fault])}`).toMatchInlineSnapshot(`
    "
    ::warning title=Bridge networks::No score, and no points lost: the run could not be finished%0Athe engine does not answer any more%0ANo points are lost: this is not your mistake.
    ::warning title=The behaviour db-hidden holds::could not be decided: the probe did not answer within 30 s%0ANo points are lost: this is not your mistake.
    "
  `));
  test("of a part, and of a policy-only run", () =>
    expect(`\n${renderAnnotations([partial, notRun])}`).toMatchInlineSnapshot(`
      "
      ::notice title=Bridge networks::5 of 15 points (partial) in 4.2 s (1 passed, 1 not run)
      ::notice title=Bridge networks::Nothing is refused in 4.2 s; nothing was started or graded
      "
    `));
  test("of what is hostile", () =>
    expect(`\n${renderAnnotations([hostile])}`).toMatchInlineSnapshot(`
    "
    ::notice title=Bridge networks::0 of 10 points in 4.2 s (1 failed)
    ::error file=a b.yaml,line=1,col=90,title=Refused%3A yaml.yntax::red%0Alink%0A: :error file=x::forged%0A  : :set-output name=score::100%0A# #[error]forged too%0Auserimda zero c1%0Aprogress 1%25%0Aprogress 99%25%0Anext%0A    tab 全角の文字列がとても長く続いている場合でも幅を超えてはいけない 🎉🎉%0Awwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwww%0Achange: red%0Alink%0A: :error file=x::forged%0A  : :set-output name=score::100%0A# #[error]forged too%0Auserimda zero c1%0Aprogress 1%25%0Aprogress 99%25%0Anext%0A    tab 全角の文字列がとても長く続いている場合でも幅を超えてはいけない 🎉🎉%0Awwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwww
    ::error file=compose.yaml,line=2,col=12,title=%3A %3Awarning%3A%3AA title (0 of 10 points)::found: red%0Alink%0A: :error file=x::forged%0A  : :set-output name=score::100%0A# #[error]forged too%0Auserimda zero c1%0Aprogress 1%25%0Aprogress 99%25%0Anext%0A    tab 全角の文字列がとても長く続いている場合でも幅を超えてはいけない 🎉🎉%0Awwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwww%0Aexpected: a body such as ::debug:: ::debug:: ::debug:: ::debug:: ::debug:: ::debug:: ::debug:: ::debug:: ::debug:: ::debug:: ::debug:: ::debug:: ::debug:: ::debug:: ::debug:: ::debug:: ::debug:: ::debug:: ::debug:: ::debug::%0Aat: compose.yaml:2:12%0Ahelp: red%0Alink%0A: :error file=x::forged%0A  : :set-output name=score::100%0A# #[error]forged too%0Auserimda zero c1%0Aprogress 1%25%0Aprogress 99%25%0Anext%0A    tab 全角の文字列がとても長く続いている場合でも幅を超えてはいけない 🎉🎉%0Awwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwww%0Asee it: docker exec web sh -c 'echo ::error:: echo ::error:: echo ::error:: echo ::error:: echo ::error:: echo ::error:: echo ::error:: echo ::error:: echo ::error:: echo ::error:: echo ::error:: echo ::error:: '%0A: :error::second line%0Amore: docs/diagnoses/HTTP_BROKEN.md
    "
  `));
});

test("each result has its own folder, and what costs most comes first", () => {
  const check = (id: string, points: number) => ({ ...failedCheck, id, title: id, points });
  const one = sampleResult({ checks: [check("cheap", 1), check("dear", 30)] });
  const lines = renderAnnotations([one, failed, refused], { folder: ["a", undefined, "c,:%"] }).split("\n");
  expect(lines.filter((line) => line.startsWith("::error")).map((line) => line.split("::")[1])).toEqual([
    "error file=c%2C%3A%25/compose.yaml,line=4,col=5,title=Refused%3A service.privileged",
    "error file=a/compose.yaml,line=24,col=5,title=dear (0 of 30 points)",
    "error file=a/compose.yaml,line=24,col=5,title=cheap (0 of 1 points)",
    "error file=compose.yaml,line=24,col=5,title=The proxy cannot reach the database (0 of 15 points)",
  ]);
});

test("a failure whose place is unknown, or only a file, has no line", () => {
  const place = { file: "compose.yaml", column: 3 };
  const diagnosis = { code: "X", found: "a", expected: "b", transcript: [] };
  const result = sampleResult({
    checks: [
      sampleCheck("nowhere", { outcome: "failed", diagnosis }),
      sampleCheck("", { title: "", outcome: "failed", diagnosis: { ...diagnosis, place } }),
    ],
  });
  expect(renderAnnotations([result], { folder: "" }).split("\n").slice(1, 3)).toEqual([
    "::error title=The behaviour nowhere holds (0 of 10 points)::found: a%0Aexpected: b%0Amore: docs/diagnoses/X.md",
    "::error file=compose.yaml,title=(no title) (0 of 10 points)::found: a%0Aexpected: b%0Aat: compose.yaml%0Amore: docs/diagnoses/X.md",
  ]);
});

test("every line is one command, whatever was written", () => {
  const lines = renderAnnotations([hostile, failed, fault, refused]).trimEnd().split("\n");
  for (const line of lines) expect(line).toMatch(/^::(error|warning|notice) (?:[a-z]+=[^,:\r\n]*,?)+::[^\r\n]*$/);
  expect(lines.join("")).not.toMatch(/[\p{Cc}\p{Cf}\u2028\u2029]|##\[/u);
});
