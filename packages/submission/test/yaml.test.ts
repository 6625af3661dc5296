import { describe, expect, test } from "vitest";
import { toValue } from "../src/yaml/node.ts";
import { startYamlParser } from "../src/yaml/parser.ts";
import { readDocument } from "../src/yaml/read-document.ts";
import { decodeText, gateDepth } from "../src/yaml/text-gate.ts";

const read = (text: string): unknown => {
  const { root, problems } = readDocument(text);
  return root === undefined ? problems.map(({ code, line, column }) => `${code} ${line}:${column}`) : toValue(root);
};

describe("readDocument", () => {
  test("resolves aliases and merge keys as Compose does: own keys win, then the first source", () => {
    const text = "a: &a {x: 1, y: 1}\nb: &b {y: 2, z: 2}\nc:\n  <<: [*a, *b]\n  x: 3\nd: *a\n";
    expect(read(text)).toEqual({ a: { x: 1, y: 1 }, b: { y: 2, z: 2 }, c: { x: 3, y: 1, z: 2 }, d: { x: 1, y: 1 } });
  });

  test("keys that JavaScript treats specially are only keys", () => {
    const value = read("__proto__: {a: 1}\nconstructor: 2\n") as object;
    expect(Object.keys(value)).toEqual(["__proto__", "constructor"]);
  });

  test("the positions are the keys'", () => {
    const { root } = readDocument("a:\n  b: 1\n  c:\n    - d\n");
    expect(JSON.stringify(root)).toContain('"key":"b"');
    expect(root).toMatchObject({
      entries: [{ line: 1, column: 1, value: { entries: [{ line: 2, column: 3 }, { line: 3 }] } }],
    });
  });

  test.each([
    ["", ["schema.empty 0:0"]],
    ["a: 1\n---\nb: 2\n", ["yaml.one-document 2:1"]],
    ["---\na: 1\n...\n---\nb: 2\n", ["yaml.one-document 4:1"]],
    ["a: [1, 2\n", ["yaml.syntax 2:1"]],
    ["a: !override [1]\n", ["yaml.tags 1:4"]],
    ["a: !!binary eA==\n", ["yaml.tags 1:4"]],
    ["a: 1\na: 2\n", ["yaml.duplicate 2:1"]],
    ["a: &a [*a]\n", ["yaml.aliases 1:8"]],
    ["a: *b\n", ["yaml.syntax 1:4"]],
  ])("%j gives %j", (text, problems) => expect(read(text)).toEqual(problems));
});

describe("the parser's process", () => {
  test("answers in the order it was asked, and ends with its owner", async () => {
    await using parser = startYamlParser({ signal: AbortSignal.timeout(10_000) });
    const answers = await Promise.all([parser.parse("a: 1"), parser.parse("b: 2")]);
    expect(answers.map((answer) => answer?.root && toValue(answer.root))).toEqual([{ a: 1 }, { b: 2 }]);
  });

  test("a text that ends the parser costs its process only, and gives no answer", async () => {
    await using parser = startYamlParser({ signal: AbortSignal.timeout(60_000) });
    // Far beyond what the gates let through: it does not fit into the parser's memory.
    expect(await parser.parse("- x\n".repeat(4_000_000))).toBeUndefined();
    expect(await parser.parse("a: 1")).toBeUndefined();
  }, 60_000);

  test("a parser that does not answer in its time is ended", async () => {
    // Less than any process takes to start.
    await using parser = startYamlParser({ signal: AbortSignal.timeout(20_000), seconds: 0.001 });
    expect(await parser.parse("a: 1")).toBeUndefined();
    expect(await parser.parse("a: 1")).toBeUndefined();
  });
});

test("decodeText takes UTF-8 with or without BOM, and CRLF", () => {
  expect(decodeText(Buffer.from("\ufeffa: ä\r\n"))).toEqual({ text: "\ufeffa: ä\r\n" });
});

test("gateDepth lets ordinary nesting pass", () => {
  expect(gateDepth(`${"a: [b, {c: d}]\n- e\n".repeat(500)}`)).toBeUndefined();
  expect(
    gateDepth(Array.from({ length: 200 }, (_, index) => `${" ".repeat((index % 9) * 2)}a:`).join("\n")),
  ).toBeUndefined();
});
