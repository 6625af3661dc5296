import type { MutationReport } from "@compose-labs/report";
import { expect, it } from "vitest";
import { runCli } from "../run-cli.ts";

it("grades mutants, names what survives, and knows it all the next time", async () => {
  const only = ["--only", "network.host", "port.unpublish", "port.other-host"];
  const first = await runCli(["mutate", "01", "--fresh", "--jobs", "3", ...only]);
  expect(first.exitCode).toBe(1);
  expect(first.stdout.replace(/\d+(\.\d+)? m?s$/gm, "<time>")).toMatchInlineSnapshot(`
    "A page in an image (01-demo)

                         made refused   lived  a  b  c  d  e
      network.host          1       1       .  .  .  .  .  .
      port.unpublish        1       .       .  .  .  .  1  .
      port.other-host       1       .       1  .  .  .  .  .

      a  notes-written: The notes say something
      b  settled: web starts and stays up
      c  page-in-image: The image holds the page
      d  page-served: The page is served
      e  comes-back: web comes back after a crash

      survived: port.other-host:services.web.ports[0]
        Publish at another port of the machine. The port that the task names is not
        needed.
        --- reference/compose.yaml
        +++ mutant/compose.yaml
        @@ -2,4 +2,4 @@
           web:
             build: .
             restart: unless-stopped
        -    ports: ["127.0.0.1:8080:8080"]
        +    ports: ["127.0.0.1:9080:8080"]

    score 66.6 % · 2 of 3 mutants killed (1 refused) · 31 not asked for · <time>
    At least 95 % must be killed.
    Look at one with \`grader mutate 01-demo --show ID\`; then sharpen a check, or
    name it in \`equivalent\` of mutants.yaml.

    "
  `);
  expect(
    first.stderr
      .replace(/ \d of 3.*$/gm, "")
      .trim()
      .split("\n")
      .toSorted(),
  ).toEqual([
    "killed   01-demo port.unpublish:services.web.ports[0] (page-served)",
    "refused  01-demo network.host:services.web.network_mode (service.network_mode)",
    "survived 01-demo port.other-host:services.web.ports[0]",
  ]);

  const second = await runCli(["mutate", "01", "--json", "--threshold", "60", ...only]);
  expect({ stderr: second.stderr, exitCode: second.exitCode }).toEqual({ stderr: "", exitCode: 0 });
  const [report] = JSON.parse(second.stdout) as MutationReport[];
  expect(report?.mutants.map(({ status, resumed }) => [status, resumed])).toEqual([
    ["refused", true],
    ["killed", true],
    ["survived", true],
  ]);
});
