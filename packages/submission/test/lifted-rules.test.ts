import { type ComposeModel, LIFTABLE_RULES } from "@compose-labs/lab";
import { afterAll, expect, test } from "vitest";
import { makeRunModel } from "../src/index.ts";
import { startYamlParser } from "../src/yaml/parser.ts";
import { allow, composeWith, demoLab, prepare, type Tree } from "./demo-lab.ts";

/** A rule that a lab lifts, a submission that it governs, what is said without lifting it, and what runs then. */
interface Lifted {
  rule: (typeof LIFTABLE_RULES)[number];
  tree: Tree;
  /** Codes where the lab does not lift the rule; in brackets a note. */
  without: string[];
  /** The part of the run model that shows the effect, where it is lifted and where it is not. */
  shows: (compose: ComposeModel) => unknown;
  effect: { lifted: unknown; plain?: unknown };
}

const stack = (other: string): Tree => ({
  "compose.yaml": `services:\n  db: {image: "busybox:1.37"}\n  web:\n    image: busybox:1.37\n    ${other}\n`,
});

const RULES: Lifted[] = [
  {
    rule: "ports.publish",
    tree: composeWith("ports: ['8080:80']"),
    without: ["(ports.publish compose.yaml:4)"],
    shows: ({ services, networks }) => [services.web?.ports, networks?.default?.internal],
    effect: {
      lifted: [[{ mode: "ingress", host_ip: "127.0.0.1", target: 80, published: "0", protocol: "tcp" }], false],
      plain: [undefined, true],
    },
  },
  {
    rule: "service.restart",
    tree: composeWith("restart: on-failure:3"),
    without: ["(service.restart compose.yaml:4)"],
    shows: ({ services }) => services.web?.restart,
    effect: { lifted: "on-failure:3", plain: "no" },
  },
  {
    rule: "service.restart",
    tree: composeWith("restart: always\ndeploy: {restart_policy: {condition: on-failure, max_attempts: 3}}"),
    without: ["(service.restart compose.yaml:5)"],
    shows: ({ services }) => services.web?.restart,
    effect: { lifted: "on-failure:3", plain: "no" },
  },
  {
    rule: "service.network_mode",
    tree: composeWith("network_mode: none"),
    without: [],
    shows: ({ services }) => [services.web?.network_mode, services.web?.networks],
    effect: { lifted: ["none", undefined], plain: ["none", undefined] },
  },
  {
    rule: "service.network_mode",
    tree: stack("network_mode: service:db"),
    without: [],
    shows: ({ services }) => [services.web?.network_mode, services.web?.networks, services.web?.dns_opt],
    effect: { lifted: ["service:db", undefined, undefined], plain: ["service:db", undefined, undefined] },
  },
  {
    rule: "networks.aliases",
    tree: stack("networks: {default: {aliases: [db, db.example]}}"),
    without: ["networks.aliases compose.yaml:5", "networks.aliases compose.yaml:5"],
    shows: ({ services }) => services.web?.networks,
    effect: { lifted: { default: { aliases: ["db", "db.example"] } } },
  },
  {
    rule: "networks.ipam",
    tree: composeWith(
      "networks: {back: {ipv4_address: 10.9.0.9}}",
      "networks: {back: {ipam: {config: [{subnet: 10.9.0.0/24}]}}}",
    ),
    without: ["networks.ipam compose.yaml:5", "networks.ipam compose.yaml:4"],
    shows: ({ services, networks }) => [services.web?.networks, networks?.back?.ipam],
    effect: { lifted: [{ back: { ipv4_address: "10.9.0.9" } }, { config: [{ subnet: "10.9.0.0/24" }] }] },
  },
  {
    rule: "mount.writable",
    tree: { ...composeWith("volumes: ['./data:/data']"), "data/a": "" },
    without: ["(mount.writable compose.yaml:4)"],
    shows: ({ services }) =>
      services.web?.volumes?.map(({ source, read_only }) => [
        /\/(submission|writable)\//.exec(source ?? "")?.[1],
        read_only,
      ]),
    effect: { lifted: [["writable", false]], plain: [["submission", true]] },
  },
  {
    rule: "service.scale",
    tree: composeWith("scale: 5"),
    without: ["service.scale compose.yaml:4"],
    shows: ({ services }) => services.web?.scale,
    effect: { lifted: 5 },
  },
  {
    rule: "volumes.name",
    tree: composeWith("volumes: ['data:/data']", "volumes: {data: {name: mine}}"),
    without: ["volumes.name compose.yaml:5"],
    shows: ({ volumes }) => volumes,
    // A volume of the run's own, whatever name it was given.
    effect: { lifted: { data: { labels: {} } } },
  },
];

const parser = startYamlParser({ signal: new AbortController().signal });
afterAll(() => parser[Symbol.asyncDispose]());

test.each(RULES)("$rule has its effect in the run model where a lab lifts it", async (row) => {
  for (const lab of [demoLab(allow(row.rule)), demoLab()]) {
    const isLifted = lab.manifest.allow.length > 0;
    await using answer = await prepare(row.tree, lab, parser);
    const { prepared } = answer;
    expect(answer.codes).toEqual(isLifted ? [] : row.without);
    if (prepared.findings.some(({ severity }) => severity === "refuse")) continue;
    const { compose } = makeRunModel({ prepared, lab, runId: "0123456789ab", labels: {} }).runModel;
    expect(row.shows(compose)).toEqual(isLifted ? row.effect.lifted : row.effect.plain);
  }
});

test("each rule that can be lifted is among them", () => {
  expect(new Set(RULES.map(({ rule }) => rule))).toEqual(new Set(LIFTABLE_RULES));
});

test("no rule that is lifted opens the host", async () => {
  const lab = demoLab(allow(...LIFTABLE_RULES));
  const tree = composeWith(
    "network_mode: host\nscale: 11\nvolumes: ['/etc:/x', '../y:/y']",
    "volumes: {v: {name: a, external: true}}",
  );
  await using answer = await prepare(tree, lab, parser);
  expect(answer.codes).toEqual(["volumes.external compose.yaml:7"]);
  await using rest = await prepare(
    composeWith("network_mode: host\nscale: 11\nvolumes: ['/etc:/x', '../y:/y']"),
    lab,
    parser,
  );
  expect(rest.codes).toEqual([
    "service.network_mode compose.yaml:4",
    "service.scale compose.yaml:5",
    "mount.host compose.yaml:6",
    "mount.outside compose.yaml:6",
  ]);
});
