import { resolve } from "node:path";
import { describe, expect, it } from "vitest";
import { locateProject } from "../src/project.ts";

const root = resolve(import.meta.dirname, "../..");

describe("locateProject", () => {
  it("finds the course from where its own code lies, wherever the user is", () => {
    const project = locateProject({}, "/somewhere");
    expect(project).toMatchObject({ root, labs: `${root}/labs`, catalogue: `${root}/labs/images.yaml` });
    expect(project.workingDirectory).toBe("/somewhere");
  });

  it("takes the user's own folder from npm, but only for the script that starts the grader", () => {
    const environment = { INIT_CWD: "/home/student", npm_lifecycle_event: "grader" };
    expect(locateProject(environment, root).workingDirectory).toBe("/home/student");
    expect(locateProject({ ...environment, npm_lifecycle_event: "test" }, root).workingDirectory).toBe(root);
  });

  it("takes the labs from the environment where it names some", () => {
    expect(locateProject({ COMPOSE_LABS_DIR: "/labs" }, root).labs).toBe("/labs");
  });

  it("keeps what mutants came to beside the leases, in the folder of this user alone", () => {
    const { leasesDirectory, mutationDirectory } = locateProject({}, root);
    expect(mutationDirectory).toBe(resolve(leasesDirectory, "../mutation"));
  });
});
