import { afterAll, expect, test } from "vitest";
import { startYamlParser } from "../src/yaml/parser.ts";
import { composeWith, demoLab, prepare, type Tree } from "./demo-lab.ts";

const parser = startYamlParser({ signal: new AbortController().signal });
afterAll(() => parser[Symbol.asyncDispose]());

const many = (count: number, line: (index: number) => string, between = "\n"): string =>
  Array.from({ length: count }, (_, index) => line(index)).join(between);
const yaml = (text: string): Tree => ({ "compose.yaml": `${text}\nservices:\n  web:\n    image: busybox:1.37\n` });
const doubling = (count: number): string =>
  many(count, (i) => (i === 0 ? "A0=xxxxxxxxxx" : `A${i}=$A${i - 1}$A${i - 1}`));
const aliases = (width: number, depth: number): string =>
  many(depth, (i) => `x-a${i}: &a${i} [${many(width, () => (i === 0 ? "x" : `*a${i - 1}`), ", ")}]`);
const maps = (width: number, depth: number): string =>
  many(depth, (i) => `x-a${i}: &a${i} {${many(width, (k) => `k${k}: ${i === 0 ? "x" : `*a${i - 1}`}`, ", ")}}`);
const dense = (count: number): string =>
  many(count, (i) => `  s${i}: {image: "busybox:1.37", depends_on: [${many(i, (k) => `s${k}`, ", ")}]}`);

/**
 * Files that keep Compose or a YAML parser busy for seconds, minutes or without end, or fill the memory. Each is met by
 * a bound of its own, before a tool reads it; the limits on time and memory are for what nobody thought of.
 */
const BOMBS: [title: string, code: string, tree: Tree][] = [
  ["lists of aliases, 9^4", "yaml.aliases", yaml(aliases(9, 4))],
  ["lists of aliases, 9^8", "yaml.aliases", yaml(aliases(9, 8))],
  ["maps of aliases", "yaml.aliases", yaml(maps(3, 9))],
  [
    "merge keys of merge keys",
    "yaml.aliases",
    yaml(many(30, (i) => `x-a${i}: &a${i} {${i === 0 ? "a: 1" : `<<: [*a${i - 1}, *a${i - 1}, *a${i - 1}]`}}`)),
  ],
  ["an alias in itself", "yaml.aliases", yaml("x-a: &a [*a]")],
  ["1,000 nested lists", "yaml.depth", yaml(`x-a: ${"[".repeat(1_000)}${"]".repeat(1_000)}`)],
  ["30,000 open brackets", "yaml.depth", yaml(`x-a: ${"[".repeat(30_000)}`)],
  ["5,000 nested maps", "yaml.depth", yaml(`x-a: ${"{a: ".repeat(5_000)}1${"}".repeat(5_000)}`)],
  ["hundreds of deep trees", "yaml.aliases", yaml(many(100, (i) => `x-a${i}: ${"{a: ".repeat(90)}1${"}".repeat(90)}`))],
  ["7,000 flat keys", "yaml.aliases", yaml(`x-a: {${many(7_000, (i) => `k${i}: 1`, ",")}}`)],
  ["many flat keys", "yaml.size", yaml(`x-a:\n${many(9_000, (i) => `  k${i}: 1`)}`)],
  ["a long text", "yaml.size", yaml(`x-a: ${"a".repeat(4_000_000)}`)],
  ["thousands of documents", "yaml.one-document", { "compose.yaml": many(15_000, () => "---") }],
  ["28 services, each after all before it", "services.count", { "compose.yaml": `services:\n${dense(28)}` }],
  [
    "the same in a file that is extended",
    "schema.depends",
    {
      "compose.yaml": "services:\n  web: {extends: {file: b.yaml, service: s29}}",
      "b.yaml": `services:\n${dense(30)}`,
    },
  ],
  ["5,000 variables in one value", "interp.count", composeWith(`command: "${"$A ".repeat(5_000)}"`)],
  ["variables in variables", "yaml.depth", composeWith(`command: "${"\u0024{A:-".repeat(200)}"`)],
  ["doubling variables", "interp.size", { ...composeWith("init: true"), ".env": doubling(40) }],
  ["doubling variables of a service", "interp.size", { ...composeWith("env_file: a.env"), "a.env": doubling(40) }],
  [
    "doubling variables of an included file",
    "interp.size",
    {
      ...composeWith("", "include: [{path: a.yaml, env_file: b.env}]"),
      "a.yaml": "services: {}",
      "b.env": doubling(20),
    },
  ],
  ["65,535 ports", "ports.count", composeWith("ports: ['1-65535:1-65535']")],
  [
    "900 short ranges of ports",
    "ports.count",
    composeWith(`ports: [${many(900, (i) => `"${i * 20 + 1}-${i * 20 + 20}"`, ", ")}]`),
  ],
  [
    "twenty included files",
    "yaml.size",
    {
      ...composeWith("", `include: [${many(19, (i) => `i${i}.yaml`, ", ")}]`),
      ...Object.fromEntries(
        Array.from({ length: 19 }, (_, i) => [`i${i}.yaml`, `x-a: "${"a".repeat(30_000)}"\nservices: {}`]),
      ),
    },
  ],
  ["an env file without end", "env.outside", composeWith("env_file: /dev/zero")],
  ["an include without end", "include.outside", composeWith("", "include: [/dev/zero]")],
  ["an extended file without end", "extends.outside", composeWith("extends: {file: /dev/zero, service: x}")],
  ["a link without end", "fs.symlink-outside", { "compose.yaml": "-> /dev/zero" }],
  ["a silent Git server", "include.remote", composeWith("", "include: ['http://127.0.0.1:9/x.git']")],
  [
    "arguments that double",
    "dockerfile.from",
    { "compose.yaml": "services: {web: {build: .}}", Dockerfile: `${doubling(60).replace(/^/gm, "ARG ")}\nFROM $A59` },
  ],
];

test.each(BOMBS)("%s: %s", async (_, code, tree) => {
  await using answer = await prepare(tree, demoLab(), parser);
  expect(answer.prepared.findings.map((finding) => finding.code)).toContain(code);
});
