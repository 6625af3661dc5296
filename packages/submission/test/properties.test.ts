import { type ComposeModel, LabError } from "@compose-labs/lab";
import fc from "fast-check";
import { afterAll, describe, expect, test } from "vitest";
import { parse, stringify } from "yaml";
import { parseDockerfile } from "../src/dockerfile/parse.ts";
import { expandWord } from "../src/dockerfile/variables.ts";
import { isRefused } from "../src/finding/finding.ts";
import { makeRunModel } from "../src/index.ts";
import { startYamlParser } from "../src/yaml/parser.ts";
import { readDocument } from "../src/yaml/read-document.ts";
import { gateDepth } from "../src/yaml/text-gate.ts";
import { demoLab, prepare, type Tree } from "./demo-lab.ts";

/** A failure names its seed and path; `PROPERTY_SEED=<seed>` tries another sequence, or that one again. */
const seed = Number(process.env.PROPERTY_SEED ?? 0x5eed);
const pure = { seed, numRuns: 2_000, interruptAfterTimeLimit: 10_000 };
/** Each run asks Compose once or more. */
const whole = { seed, numRuns: 40, interruptAfterTimeLimit: 40_000, endOnFailure: true };

const parser = startYamlParser({ signal: new AbortController().signal });
afterAll(() => parser[Symbol.asyncDispose]());

const scraps = (...words: string[]) =>
  fc
    .array(fc.oneof(fc.constantFrom(...words), fc.string({ maxLength: 6 })), { maxLength: 40 })
    .map((all) => all.join(""));
const yamlText = scraps(
  ..."\n|\n  |\n    |- |: |? |{|}|[|]|,|&a |*a|<<: |!!str |!x |---\n|\"|'|>|#|services:|web:|image:".split("|"),
  "|\n",
);
const dockerfileText = scraps(
  "\n",
  " ",
  "\\\n",
  "`",
  "FROM ",
  "scratch",
  "RUN ",
  "COPY ",
  "ADD ",
  "--from=",
  "<<EOF",
  "EOF",
  "$A",
  "$" + "{A:-",
  "}",
  "# escape=`\n",
  "'",
  '"',
  "[",
  "]",
  "ONBUILD ",
);

describe("random text", () => {
  test("is read as YAML, or refused with a problem that has a place; never both, never neither", () => {
    fc.assert(
      fc.property(yamlText, (text) => {
        if (gateDepth(text) !== undefined) return;
        const { root, problems } = readDocument(text);
        expect(root === undefined).toBe(problems.length > 0);
        for (const { line, column } of problems) expect(Math.min(line, column)).toBeGreaterThanOrEqual(0);
      }),
      pure,
    );
  });

  test("is read as a Dockerfile, or refused with a problem", () => {
    fc.assert(
      fc.property(dockerfileText, (text) => {
        const read = parseDockerfile(text, { file: "Dockerfile", args: {}, target: undefined, inline: undefined });
        expect(read.dockerfile === undefined).toBe(read.problem !== undefined);
      }),
      pure,
    );
  });

  test("expands to a bounded word, or to none", () => {
    fc.assert(
      fc.property(dockerfileText, (text) => {
        expect(expandWord(text, new Map([["A", "x".repeat(4_000)]]))?.length ?? 0).toBeLessThan(10_000);
      }),
      pure,
    );
  });
});

/** What would open the host, as a key of a service or of the top level, with a value that has an effect. */
const DANGERS: [path: "service" | "build" | "top", key: string, value: unknown][] = [
  ["service", "privileged", true],
  ["service", "cap_add", ["SYS_ADMIN"]],
  ["service", "security_opt", ["seccomp=unconfined"]],
  ["service", "devices", ["/dev/null:/dev/x"]],
  ["service", "pid", "host"],
  ["service", "ipc", "host"],
  ["service", "uts", "host"],
  ["service", "userns_mode", "host"],
  ["service", "cgroup", "host"],
  ["service", "cgroup_parent", "/x"],
  ["service", "network_mode", "host"],
  ["service", "volumes", ["/etc:/x"]],
  ["service", "volumes", [{ type: "bind", source: "../..", target: "/x" }]],
  ["service", "volumes_from", ["container:x"]],
  ["service", "extra_hosts", ["h:host-gateway"]],
  ["service", "sysctls", { "kernel.shmmax": 1 }],
  ["service", "env_file", "/proc/self/environ"],
  ["service", "use_api_socket", true],
  ["service", "provider", { type: "./x" }],
  ["service", "post_start", [{ command: "x" }]],
  ["service", "image", "other:latest"],
  ["service", "extends", { file: "../x.yaml", service: "x" }],
  ["service", "labels", { "com.docker.compose.project": "x" }],
  ["build", "context", ".."],
  ["build", "network", "host"],
  ["build", "ssh", ["default"]],
  ["build", "dockerfile", "/etc/passwd"],
  ["build", "additional_contexts", { a: "https://example.org/x.git" }],
  ["build", "args", { BUILDKIT_SYNTAX: "x" }],
  ["top", "include", ["/etc/passwd"]],
  ["top", "volumes", { v: { driver_opts: { type: "none", o: "bind", device: "/" } } }],
  ["top", "networks", { default: { driver: "macvlan" } }],
  ["top", "networks", { default: { external: true, name: "host" } }],
  ["top", "secrets", { s: { environment: "HOME" } }],
];

const escaped = (text: string): string =>
  `"${[...text].map((char) => `\\u${char.charCodeAt(0).toString(16).padStart(4, "0")}`).join("")}"`;

/** Ways to hide a key from who only reads the text. */
const HIDINGS: Record<string, (path: string, key: string, value: string) => string> = {
  plain: (_, key, value) => `${key}: ${value}`,
  escaped: (_, key, value) => `${escaped(key)}: ${value}`,
  question: (_, key, value) => `? ${key}\n: ${value}`,
  merged: (_, key, value) => `<<: {${key}: ${value}}`,
  twiceMerged: (_, key, value) => `<<: [{init: true}, {<<: {${key}: ${value}}}]`,
  alias: (_, key, value) => `${key}: *danger # ${value}`,
};

const danger = fc.record({
  danger: fc.constantFrom(...DANGERS),
  hiding: fc.constantFrom(...Object.keys(HIDINGS)),
  crlf: fc.boolean(),
});

const indent = (text: string, blanks: number): string => text.replace(/^/gm, " ".repeat(blanks));

/** What no run model may say, looked at from outside: by the rules of the engine and not by those of the policy. */
function opensTheHost(compose: ComposeModel, root: string): string[] {
  const found: string[] = [];
  for (const service of Object.values(compose.services)) {
    const { pid = "", ipc = "", network_mode = "" } = service as Record<string, string | undefined>;
    for (const space of [pid, ipc, network_mode])
      if (/host|container:|bridge/.test(space ?? "")) found.push(space ?? "");
    for (const { type, source = "", read_only } of service.volumes ?? []) {
      if (type === "bind" && (!source.startsWith(`${root}/`) || source.includes("..") || read_only !== true)) {
        found.push(source);
      }
    }
    const never =
      /^(privileged|devices|device_cgroup_rules|gpus|uts|userns_mode|cgroup|cgroup_parent|runtime|platform|provider|models|use_api_socket|post_start|pre_stop|group_add|env_file|label_file|external_links|container_name|extends|credential_spec)$/;
    found.push(...Object.keys(service).filter((key) => never.test(key)));
    const { network, context = root } = service.build ?? {};
    if (service.build && (network !== "none" || !`${context}/`.startsWith(`${root}/`))) found.push(`build ${context}`);
    if (JSON.stringify(service.security_opt) !== '["no-new-privileges:true"]') found.push("security_opt");
  }
  for (const network of Object.values(compose.networks ?? {})) {
    if (network?.driver !== "bridge" || network.external || network.name) found.push("network");
  }
  for (const volume of Object.values(compose.volumes ?? {})) {
    found.push(...Object.keys(volume ?? {}).filter((key) => key !== "labels"));
  }
  return found;
}

describe("a valid file that was changed", () => {
  test("is refused when a danger is in it, however it is written", async () => {
    await fc.assert(
      fc.asyncProperty(danger, async ({ danger: [path, key, value], hiding, crlf }) => {
        const json = JSON.stringify(value);
        const line = (HIDINGS[hiding] as (typeof HIDINGS)[string])(path, key, json);
        const image = key === "image" || path === "build" ? "" : "    image: busybox:1.37\n";
        const inService = path === "service" ? `${indent(line, 4)}\n` : "";
        const build = path === "build" ? `    build:\n${indent(line, 6)}\n` : "";
        // A merge key at the top level is no key of a Compose file.
        const top = path === "top" ? `${hiding.endsWith("erged") ? `${key}: ${json}` : line}\n` : "";
        const text = `x-danger: &danger ${json}\nservices:\n  web:\n${image}${inService}${build}    command: ["true"]\n${top}`;
        const uses =
          path === "top" && key === "volumes"
            ? text.replace("    command", "    volumes: ['v:/v']\n    command")
            : text;
        const tree = { "compose.yaml": crlf ? uses.replaceAll("\n", "\r\n") : uses, Dockerfile: "FROM busybox:1.37\n" };
        await using answer = await prepare(tree, demoLab(), parser);
        expect({ text: tree["compose.yaml"], refused: isRefused(answer.prepared.findings) }).toMatchObject({
          refused: true,
        });
        for (const { place } of answer.prepared.findings)
          expect(place.line ?? 1).toBeLessThanOrEqual(uses.split("\n").length);
      }),
      { ...whole, numRuns: 60 },
    );
  });

  const VALID = [
    "x-base: &base",
    "  init: true",
    "  environment: {A: '1', B: }",
    "services:",
    "  web:",
    "    <<: *base",
    "    image: busybox:1.37",
    "    ports: ['8080:80']",
    "    volumes: ['./conf:/conf:ro', 'data:/data']",
    "    networks: [back]",
    "    depends_on: {db: {condition: service_started}}",
    "  db:",
    "    build: {context: ., args: [A=1]}",
    "    deploy: {resources: {limits: {memory: 64m}}}",
    "    healthcheck: {test: [CMD, 'true'], interval: 1s}",
    "    networks: [back]",
    "networks: {back: {internal: true}}",
    "volumes: {data: }",
  ];
  /** Pieces that mean something in the places where a cut may fall. */
  const piece = fc.constantFrom(
    ..."host|/etc:/x|../..|true|yes|container:x|privileged: true|network_mode: host|pid: host|&base|*base|<<: *base|$|{|}|[|]|-|:|'|\"|external: true|driver: host|file: /etc/passwd|\t|\n|\u0000|..|/|~|ports|web|db".split(
      "|",
    ),
  );
  const mutation = fc.record({
    at: fc.nat(VALID.join("\n").length),
    cut: fc.nat(12),
    put: fc.oneof(piece, fc.string({ maxLength: 8 })),
  });

  /** Sets a key of one of the file's mappings, the `map`th, to a value that may have no place there. */
  const change = fc.record({
    map: fc.nat(20),
    key: fc.constantFrom(
      ..."image build volumes networks ports environment labels pid ipc network_mode cap_add context dockerfile name driver external source type target read_only user restart scale extends command depends_on file".split(
        " ",
      ),
    ),
    value: fc.oneof(
      fc.constantFrom<unknown>(
        ...[
          null,
          true,
          0,
          "",
          "host",
          ".",
          "..",
          "/etc",
          "busybox:1.37",
          "service:db",
          "none",
          "data",
          "$$HOME",
          "$" + "{A:-..}",
        ],
        ...[
          ["/etc:/x"],
          ["./conf:/x"],
          ["CHOWN"],
          ["data:/etc"],
          { type: "bind", source: ".", target: "/x" },
          { context: "." },
        ],
      ),
      fc.jsonValue({ maxDepth: 2 }),
    ),
  });

  /** The mappings of a document, outermost first. */
  function mapsOf(value: unknown): Record<string, unknown>[] {
    if (typeof value !== "object" || value === null) return [];
    const inner = Object.values(value).flatMap(mapsOf);
    return Array.isArray(value) ? inner : [value as Record<string, unknown>, ...inner];
  }

  const harmless = async (text: string): Promise<void> => {
    const tree = { "compose.yaml": text, Dockerfile: "FROM busybox:1.37\n", "conf/a": "" };
    await using answer = await prepare(tree, demoLab(), parser).catch((error: unknown) => {
      throw error instanceof LabError ? new Error(`${error.code}: ${error.message}\n${text}`) : error;
    });
    const { prepared } = answer;
    if (prepared.model === undefined || isRefused(prepared.findings)) return;
    const { compose } = makeRunModel({ prepared, lab: demoLab(), runId: "0123456789ab", labels: {} }).runModel;
    expect({ text, opens: opensTheHost(compose, prepared.root) }).toMatchObject({ opens: [] });
  };

  test("in its text is refused, or its run model opens nothing; it is never a fault", async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(mutation, { minLength: 1, maxLength: 3 }), async (mutations) => {
        let text = VALID.join("\n");
        for (const { at, cut, put } of mutations) text = text.slice(0, at) + put + text.slice(at + cut);
        await harmless(text);
      }),
      whole,
    );
  });

  test("in its values is refused, or its run model opens nothing; it is never a fault", async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(change, { minLength: 1, maxLength: 2 }), async (changes) => {
        const document: unknown = parse(VALID.join("\n"), { merge: true });
        for (const { map, key, value } of changes) {
          const maps = mapsOf(document);
          Object.assign(maps[map % maps.length] ?? {}, { [key]: value });
        }
        await harmless(stringify(document));
      }),
      { ...whole, numRuns: 80 },
    );
  });
});

interface Stack {
  environment: Record<string, string>;
  port: number;
  readOnly: boolean;
  memory: number;
  seconds: number;
  extra: Record<string, unknown>;
}

const stack: fc.Arbitrary<Stack> = fc.record({
  environment: fc.dictionary(fc.stringMatching(/^[A-Z]{1,4}$/), fc.stringMatching(/^[a-z0-9 ]{0,6}$/), { maxKeys: 3 }),
  port: fc.integer({ min: 1, max: 65_535 }),
  readOnly: fc.boolean(),
  memory: fc.integer({ min: 8, max: 512 }),
  seconds: fc.integer({ min: 1, max: 90 }),
  extra: fc.constantFrom<Record<string, unknown>>(
    {},
    { container_name: "x" },
    { restart: "always" },
    { privileged: true },
    { pid: "host" },
    { cap_add: ["SYS_ADMIN"] },
    { dns: ["10.0.0.1"] },
    { sysctls: { "kernel.shmmax": "1" } },
  ),
});

type Service = Record<string, unknown>;

/** The two services of a stack in long forms, and in short ones. */
function servicesOf(
  { environment, port, readOnly, memory, seconds, extra }: Stack,
  short: boolean,
): Record<"web" | "db", Service> {
  const web: Service = {
    image: "busybox:1.37",
    ...(short
      ? {
          environment: Object.entries(environment).map(([name, value]) => `${name}=${value}`),
          ports: [`127.0.0.1:8080:${port}`],
          volumes: [`./conf:/conf${readOnly ? ":ro" : ""}`, "data:/data"],
          networks: ["back"],
          depends_on: ["db"],
          command: "httpd -f",
        }
      : {
          environment,
          ports: [{ target: port, published: "8080", host_ip: "127.0.0.1", protocol: "tcp" }],
          volumes: [
            { type: "bind", source: "./conf", target: "/conf", ...(readOnly ? { read_only: true } : {}) },
            { type: "volume", source: "data", target: "/data" },
          ],
          networks: { back: null },
          depends_on: { db: { condition: "service_started" } },
          command: ["httpd", "-f"],
        }),
    ...extra,
  };
  const db: Service = {
    image: "busybox:1.37",
    networks: short ? ["back"] : { back: {} },
    mem_limit: short ? `${memory}m` : memory * 1024 * 1024,
    healthcheck: {
      test: short ? "true" : ["CMD-SHELL", "true"],
      interval: short ? `${Math.floor(seconds / 60)}m${seconds % 60}s` : `${seconds}s`,
    },
  };
  return { web, db };
}

const reversed = (record: Record<string, unknown>): Record<string, unknown> =>
  Object.fromEntries(Object.entries(record).toReversed());
const REST = { networks: { back: { internal: true } }, volumes: { data: {} } };

/** The same stack, written in other ways. */
const WRITINGS: Record<string, (stack: Stack) => Tree> = {
  long: (of) => ({ "compose.yaml": stringify({ services: servicesOf(of, false), ...REST }) }),
  short: (of) => ({ "compose.yaml": stringify({ services: servicesOf(of, true), ...REST }) }),
  json: (of) => ({ "compose.yaml": JSON.stringify({ services: servicesOf(of, false), ...REST }) }),
  "other order, with comments": (of) => {
    const { web, db } = servicesOf(of, false);
    const text = stringify(reversed({ services: { db: reversed(db), web: reversed(web) }, ...REST }));
    return { "compose.yaml": `# first\n${text.replaceAll("\n", "\n# between\n")}` };
  },
  anchors: (of) => {
    const { web, db } = servicesOf(of, true);
    const shared = stringify({ "x-web": web, "x-db": db })
      .replace("x-web:", "x-web: &web")
      .replace("x-db:", "x-db: &db");
    return { "compose.yaml": `${shared}services:\n  web: {<<: *web}\n  db: *db\n${stringify(REST)}` };
  },
  extends: (of) => {
    const { web, db } = servicesOf(of, false);
    const { depends_on, volumes, networks, ...base } = web;
    const own = { extends: { file: "base.yaml", service: "base" }, depends_on, volumes, networks };
    return {
      "compose.yaml": stringify({ services: { web: own, db }, ...REST }),
      "base.yaml": stringify({ services: { base } }),
    };
  },
  include: (of) => {
    const { web, db } = servicesOf(of, false);
    return {
      "compose.yaml": stringify({ include: ["db.yaml"], services: { web }, ...REST }),
      "db.yaml": stringify({ services: { db }, networks: REST.networks }),
    };
  },
};

test("a stack that is written in another way gets the same findings and the same run model", async () => {
  const meaning = async (tree: Tree) => {
    await using answer = await prepare({ ...tree, "conf/a": "" }, demoLab(), parser);
    const { prepared } = answer;
    const codes = prepared.findings.map(({ code }) => code);
    if (prepared.model === undefined || isRefused(prepared.findings))
      return { codes: codes.toSorted(), runModel: undefined };
    const { runModel, notes } = makeRunModel({ prepared, lab: demoLab(), runId: "0123456789ab", labels: {} });
    codes.push(...notes.map(({ code }) => code));
    return {
      codes: codes.toSorted(),
      runModel: JSON.parse(JSON.stringify(runModel).replaceAll(prepared.root, "<copy>")),
    };
  };
  await fc.assert(
    fc.asyncProperty(stack, fc.constantFrom(...Object.keys(WRITINGS).slice(1)), async (of, name) => {
      const write = (key: string): Tree => (WRITINGS[key] as (stack: Stack) => Tree)(of);
      expect({ name, ...(await meaning(write(name))) }).toEqual({ name, ...(await meaning(write("long"))) });
    }),
    { ...whole, numRuns: 20 },
  );
}, 60_000);
