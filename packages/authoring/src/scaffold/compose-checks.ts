import { type NewCheck, sharePoints } from "./checks-text.ts";

/** Where the services behind the first one listen. */
export const INNER_PORT = 9000;

/** The checks of a lab in which `web` is asked from outside and the others from inside. */
export function composeChecks(web: string, others: string[]): NewCheck[] {
  const points = sharePoints(3 + others.length, 20);
  const all = JSON.stringify([web, ...others]).replaceAll(",", ", ");
  return [
    {
      id: "stack-settled",
      title: "Every service starts and stays up",
      points: points[0] ?? 0,
      needs: [],
      at: "services",
      hints: [
        "Which service has ended, and what did it say last? See `docker compose ps -a` and `docker compose logs`.",
        "A server ends when the folder that it is to serve is not there.",
        "Let each command name a folder that the image has, or that is mounted.",
      ],
      body: `    async ({ stack, service }) => {
      for (const name of ${all}) service(name);
      await stack.settled();
    }`,
    },
    {
      id: "page-live",
      title: `\`${web}\` shows the folder \`site/\` as it is now`,
      points: points[1] ?? 0,
      needs: ["stack-settled"],
      at: `services.${web}.volumes`,
      hints: [
        "Add a page to site/ while the stack runs. Is it there?",
        "What is copied stays as it was; a mount shows the folder itself.",
        "Mount the whole folder `./site` where the server looks for its pages.",
      ],
      body: `    async ({ stack, files, fresh }) => {
      const text = fresh.token("page");
      await files.write(\`site/\${text}.txt\`, text);
      const answer = await stack.service("${web}").http({ path: \`/\${text}.txt\` });
      ensure(answer.status === 200 && answer.body === text, {
        code: "SITE_NOT_LIVE",
        found: \`status \${answer.status} for a page that has just been added to site/\`,
        expected: "status 200 and the page's own text",
        reproduce: "echo hello > site/new.txt && curl -i http://127.0.0.1:8080/new.txt",
      });
    }`,
    },
    {
      id: "one-door",
      title: `Exactly one port is published: that of \`${web}\`, on 127.0.0.1`,
      points: points[2] ?? 0,
      needs: ["stack-settled"],
      at: `services.${web}.ports`,
      hints: [
        "Who can connect to each port that `docker compose ps` shows?",
        "A port without an address is open to everybody who reaches this machine.",
        "Write the address before the port, and publish nothing else.",
      ],
      body: `    ({ model }) => {
      const doors = Object.entries(model.services).flatMap(([name, { ports = [] }]) =>
        ports.map((port) => \`\${name} \${port.host_ip ?? "all addresses"}\`),
      );
      ensure(doors.join() === "${web} 127.0.0.1", {
        code: "PORT_COUNT",
        found: doors.length === 0 ? "no published port" : \`ports published: \${doors.join(", ")}\`,
        expected: "one, of \`${web}\`, on 127.0.0.1",
        reproduce: "docker compose ps --format '{{.Service}} {{.Ports}}'",
      });
    }`,
    },
    ...others.map(
      (name, index): NewCheck => ({
        id: `${name}-reachable`,
        title: `\`${web}\` reaches \`${name}\` on port ${INNER_PORT}`,
        points: points[3 + index] ?? 0,
        needs: ["stack-settled"],
        at: `services.${name}`,
        hints: [
          `On which address and port does \`${name}\` listen, and on which networks is it?`,
          "127.0.0.1 in a container is that container itself; nobody else arrives there.",
          `Let it listen on port ${INNER_PORT} of all its addresses, on a network that \`${web}\` is on too.`,
        ],
        body: `    async ({ stack }) => {
      await stack.service("${web}").canReach(stack.service("${name}"), ${INNER_PORT});
    }`,
      }),
    ),
  ];
}
