import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { changedLab, DEMO_LAB, runCli, temporaryFolder } from "../run-cli.ts";

const FREE = "port.other-host:services.web.ports[0]";

async function withEquivalents(entries: string) {
  const yaml = await readFile(join(DEMO_LAB, "mutants.yaml"), "utf8");
  return changedLab({ "mutants.yaml": `${yaml}equivalent:\n${entries}` });
}

describe("what mutate would grade", () => {
  it("is listed, with those that are no mistakes at the end", async () => {
    await using labs = await withEquivalents(`  ${FREE}: Any port of the machine is as good.\n`);
    const { stdout, exitCode } = await runCli(["mutate", "01", "--list"], { labs: labs.path });
    expect(exitCode).toBe(0);
    expect(stdout).toMatchInlineSnapshot(`
      "01-demo  service.drop:services.web
      01-demo  service.rename:services.web
      01-demo  container-name.add:services.web.container_name
      01-demo  profile.add:services.web.profiles
      01-demo  network.host:services.web.network_mode
      01-demo  port.unpublish:services.web.ports[0]
      01-demo  port.all-interfaces:services.web.ports[0]
      01-demo  port.other-container:services.web.ports[0]
      01-demo  port.any-host:services.web.ports[0]
      01-demo  port.udp:services.web.ports[0]
      01-demo  user.root:services.web.user
      01-demo  privileged.add:services.web.privileged
      01-demo  restart.no:services.web.restart
      01-demo  restart.other:services.web.restart=on-failure
      01-demo  restart.other:services.web.restart=always
      01-demo  key.drop:services.web.build
      01-demo  key.drop:services.web.restart
      01-demo  dockerfile.form:Dockerfile:3
      01-demo  dockerfile.drop-word:Dockerfile:3=0
      01-demo  dockerfile.drop-word:Dockerfile:3=1
      01-demo  dockerfile.drop-word:Dockerfile:3=2
      01-demo  dockerfile.drop-word:Dockerfile:3=3
      01-demo  dockerfile.drop-word:Dockerfile:3=4
      01-demo  dockerfile.drop-word:Dockerfile:3=5
      01-demo  dockerfile.argument:Dockerfile:3
      01-demo  dockerfile.shell-start:Dockerfile:3
      01-demo  dockerfile.drop:Dockerfile:2
      01-demo  dockerfile.drop:Dockerfile:3
      01-demo  dockerfile.base:Dockerfile:1=busybox:latest
      01-demo  dockerfile.base:Dockerfile:1=busybox
      01-demo  dockerfile.destination:Dockerfile:2=/srv/
      01-demo  dockerfile.destination:Dockerfile:2=./copied/
      01-demo  dockerfile.copy-mode:Dockerfile:2
      01-demo  port.other-host:services.web.ports[0]  (equivalent)
      "
    `);
    const json = await runCli(["mutate", "01", "--list", "--json", "--only", "port.*"], { labs: labs.path });
    expect(JSON.parse(json.stdout)).toHaveLength(6);
    expect(JSON.parse(json.stdout)).toContainEqual({
      lab: "01-demo",
      id: FREE,
      title: "publish at another port of the machine",
      meaning: "The port that the task names is not needed.",
      equivalent: "Any port of the machine is as good.",
      difference: expect.stringContaining('+    ports: ["127.0.0.1:9080:8080"]\n'),
    });
  });

  it("is a sample, the same for the same seed", async () => {
    const list = async (...args: string[]) =>
      (await runCli(["mutate", "01", "--list", "--sample", "8", ...args])).stdout;
    const first = await list("--seed", "5eed");
    expect(first.trim().split("\n")).toHaveLength(8);
    expect(await list("--seed", "5eed")).toBe(first);
    expect(await list("--seed", "0")).not.toBe(first);
  });

  it("is shown as a difference, and written as a submission", async () => {
    await using folder = await temporaryFolder();
    const args = ["mutate", "01", "--show", FREE, "--into", "mutant"];
    const { stdout, stderr, exitCode } = await runCli(args, { cwd: folder.path });
    expect(exitCode).toBe(0);
    expect(stdout).toMatchInlineSnapshot(`
      "01-demo  port.other-host:services.web.ports[0]
      The port that the task names is not needed.

      --- reference/compose.yaml
      +++ mutant/compose.yaml
      @@ -2,4 +2,4 @@
         web:
           build: .
           restart: unless-stopped
      -    ports: ["127.0.0.1:8080:8080"]
      +    ports: ["127.0.0.1:9080:8080"]
      "
    `);
    expect(stderr).toBe("Grade it with `grader check 01-demo mutant`.\n");
    expect(await readFile(join(folder.path, "mutant/compose.yaml"), "utf8")).toContain("127.0.0.1:9080:8080");
    expect(await readFile(join(folder.path, "mutant/notes.txt"), "utf8")).not.toBe("");
    const again = await runCli(args, { cwd: folder.path });
    expect(again.exitCode).toBe(2);
    expect(again.stderr).toMatchInlineSnapshot(`
      "grader: <cwd>/mutant: cannot be made (EEXIST), expected a folder that does not exist yet [INTO_UNUSABLE]
        Name a new folder with --into, in a folder that exists.
      "
    `);
  });
});

describe("mutate refuses", () => {
  const refusal = async (args: string[], labs?: string) => {
    const { stdout, stderr, exitCode } = await runCli(["mutate", ...args], labs === undefined ? {} : { labs });
    expect({ stdout, exitCode }).toEqual({ stdout: "", exitCode: 2 });
    return stderr;
  };

  it("a name that means no mutant, or to show several as one", async () => {
    expect(await refusal(["01", "--only", "port.publsh"])).toMatchInlineSnapshot(`
      "grader: found no mutant "port.publsh", expected the id of a mutant or of an operator [MUTANT_UNKNOWN]
        Did you mean \`port.unpublish\`?
      "
    `);
    expect(await refusal(["01", "--show", "port.udp:services.web.port[0]"])).toMatchInlineSnapshot(`
      "grader: found no mutant "port.udp:services.web.port[0]", expected the id of a mutant or of an operator [MUTANT_UNKNOWN]
        Did you mean \`port.udp:services.web.ports[0]\`?
      "
    `);
    expect(await refusal(["01", "--show", "port.udp"])).toMatchInlineSnapshot(`
      "grader: found that "port.udp" means several mutants, expected the id of one [MUTANT_UNKNOWN]
        List them with \`grader mutate <lab> --list\`.
      "
    `);
  });

  it("an entry of `equivalent` that means no mutant, with its place", async () => {
    await using labs = await withEquivalents("  port.other-hosts: Any port of the machine is as good.\n");
    expect(await refusal(["01"], labs.path)).toMatchInlineSnapshot(`
      "grader: labs/01-demo/mutants.yaml:23:3: found \`port.other-hosts\` in \`equivalent\`, expected the id of a mutant that is made of the reference [EQUIVALENT_UNKNOWN]
        Did you mean \`port.other-host\`? \`grader mutate <lab> --list\` shows them all.
      "
    `);
  });

  it("a threshold that is no percentage", async () => {
    expect(await refusal(["01", "--threshold", "101"])).toMatchInlineSnapshot(`
      "error: option '--threshold <percent>' argument '101' is invalid. expected a number from 0 to 100.
      Run \`grader --help\` to see every command.
      "
    `);
  });
});
