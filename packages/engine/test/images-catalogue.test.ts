import { join } from "node:path";
import { formatPlace, LabError } from "@compose-labs/lab";
import { expect, test } from "vitest";
import { listReferences, loadCatalogue, parseCatalogue } from "../src/images/catalogue.ts";

const HEAD = "schema: compose-labs/images/v1\nimages:\n";
const NGINX = "  - reference: nginx:1.26\n    purpose: reverse proxy\n    standIn: nginx\n";

function mistake(text: string): string {
  try {
    parseCatalogue(text, "images.yaml");
  } catch (error) {
    if (error instanceof LabError && error.place) {
      return `${error.kind} ${error.code} ${formatPlace(error.place)} ${error.message}`;
    }
    throw error;
  }
  throw new Error("no error");
}

test("the course's own catalogue is valid and has what the labs and the probe need", async () => {
  const catalogue = await loadCatalogue(join(import.meta.dirname, "../../../labs/images.yaml"));
  expect(listReferences(catalogue)).toEqual(
    expect.arrayContaining([
      "busybox:1.37",
      "python:3.13-slim",
      "python:latest",
      "nginx:1.26",
      "postgres:17",
      "redis:8.0",
    ]),
  );
});

test("an image comes with its aliases, in order", () => {
  const catalogue = parseCatalogue(`${HEAD}${NGINX}    aliases: ["nginx:latest"]\n`, "images.yaml");
  expect(listReferences(catalogue)).toEqual(["nginx:1.26", "nginx:latest"]);
});

test("mistakes are named with their place", () => {
  expect(mistake(`${HEAD}  - {`)).toMatch(/^usage YAML_SYNTAX images\.yaml:3:\d+ /);
  expect(mistake(`${HEAD}${NGINX.replace("nginx:1.26", "nginx")}`)).toBe(
    'usage YAML_SCHEMA images.yaml:3:5 `images.0.reference`: found "nginx", expected a Docker Hub reference with its tag, such as nginx:1.26',
  );
  expect(mistake(`${HEAD}  - reference: nginx:1.26\n    standIn: nginx\n`)).toMatch(
    /^usage YAML_SCHEMA images\.yaml:3:5 `images\.0\.purpose`: /,
  );
  expect(mistake(`${HEAD}${NGINX}${NGINX}`)).toBe(
    "usage YAML_SCHEMA images.yaml:6:5 `images.1`: nginx:1.26 is listed twice",
  );
  expect(mistake("schema: other\n")).toMatch(/^usage YAML_SCHEMA images\.yaml:1:1 `schema`: /);
});

test("a missing catalogue is named", async () => {
  await expect(loadCatalogue("/nowhere/images.yaml")).rejects.toMatchObject({
    kind: "usage",
    code: "FILE_MISSING",
    message: "labs/images.yaml: found no readable file, expected one",
  });
});
