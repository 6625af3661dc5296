import { join } from "node:path";
import { loadLab, loadProof } from "@compose-labs/lab";
import { expect, it } from "vitest";
import { adverseCasesOf, type Case, casesOf } from "../src/proof/cases.ts";
import { CONDITIONS } from "../src/proof/conditions.ts";
import { type Changes, changedLab } from "./run-cli.ts";

/** Names of the conditions by the case, for the demo lab with changes. */
async function conditionsOf(changes: Changes = {}): Promise<Record<string, string[]>> {
  await using folder = await changedLab(changes);
  const lab = await loadLab(join(folder.path, "01-demo"));
  const cases = await adverseCasesOf(lab, casesOf(lab, await loadProof(lab)));
  const worse = cases.filter(({ kind }) => kind !== "rewrite");
  const title = ({ kind, name }: Case) => `${kind} ${name}`.trim();
  const byCase = Object.groupBy(worse, title);
  return Object.fromEntries(
    Object.entries(byCase).map(([name, same = []]) => [name, same.map(({ condition }) => condition?.name ?? "none")]),
  );
}

const WITHOUT = ["late-dependencies", "cold-cache", "occupied-ports"];
const ALWAYS = CONDITIONS.map(({ name }) => name).filter((name) => !WITHOUT.includes(name));

it("takes only conditions that may change the run of a right solution", async () => {
  const service = (keys: string) => `services:\n  web: {image: "busybox:1.37", ${keys}}\n`;
  const { reference } = await conditionsOf();
  expect(reference).toEqual(CONDITIONS.map(({ name }) => name).filter((name) => name !== "late-dependencies"));
  const none = await conditionsOf({ "reference/compose.yaml": service("read_only: true") });
  expect(none["reference"]).toEqual(ALWAYS);
  const waiting = await conditionsOf({ "reference/compose.yaml": service('"depends_on": [db]') });
  expect(waiting["reference"]).toEqual(["late-dependencies", ...ALWAYS]);
});

it("finds the key in any of the files, and in the Compose file that the lab gives", async () => {
  const included = await conditionsOf({ "reference/site/more.yml": "services: {db: {depends_on: {web: {}}}}\n" });
  expect(included["reference"]).toContain("late-dependencies");
  const given = await conditionsOf({
    "reference/compose.yaml": undefined,
    "starter/compose.yaml": "services: {web: {build: .}}\n",
    "lab.yaml": LAB_GIVES_COMPOSE,
  });
  expect(given["reference"]).toEqual(
    CONDITIONS.map(({ name }) => name).filter((name) => ALWAYS.includes(name) || name === "cold-cache"),
  );
});

const LAB_GIVES_COMPOSE = `schema: compose-labs/lab/v1
id: demo
title: A page in an image
summary: As the demo lab, with a Compose file of its own.
concepts: [image]
minutes: 5
version: 1.0.0
compose: compose.yaml
images: [busybox:1.37]
submission: {files: [Dockerfile, notes.txt, "docker/**", "site/**"]}
given: ["*.yaml"]
`;

it("has no cold cache where builds are clean anyhow", async () => {
  const { reference } = await conditionsOf({
    "lab.yaml": LAB_GIVES_COMPOSE.replace("given:", "build: {clean: true}\ngiven:"),
  });
  expect(reference).not.toContain("cold-cache");
});

it("gives each mutant one condition, and another one where its turn would change nothing", async () => {
  const { reference: _, "alternative own-script": __, ...mutants } = await conditionsOf();
  expect(mutants).toEqual({
    "mutant no-notes": ["other-subnets"],
    "mutant page-mounted-only": ["other-subnets"],
    "mutant wrong-folder": ["occupied-ports"],
    "mutant no-restart": ["slow-processor"],
    "mutant crashes": ["cold-cache"],
  });
});
