import type { Answers } from "./answers.ts";
import { type NewCheck, sharePoints } from "./checks-text.ts";
import type { NewLab } from "./new-lab.ts";

const IMAGE = "busybox:1.37";
const INNER_PORT = 9000;

interface Variation {
  /** What `web` is given as volume, command and port. */
  mount?: string;
  folder?: string;
  port?: string;
  /** A service that listens on loopback only. */
  loopback?: string;
}

/** A lab in which the student arranges services: a site that is mounted and published, and others behind it. */
export function composeLab({ services: [web, ...others], shows }: Answers): NewLab {
  const checks = composeChecks(web, others);
  const reference = composeFile(web, others);
  return {
    manifest: {
      concepts: ["services", "bind mount", "publishing"],
      files: ["compose.yaml", '"site/**"'],
      required: ["compose.yaml"],
      given: [],
      images: [IMAGE],
      reason: "The site is asked through its published port, which is part of the task.",
    },
    checks,
    imports: "defineChecks, ensure",
    task: task(web, others, shows),
    files: {
      "starter/compose.yaml": starter(web, others),
      "starter/site/index.html": "<h1>It works</h1>\n",
      "reference/compose.yaml": reference,
      "reference/site/index.html": "<h1>It works</h1>\n",
      "alternatives/long-syntax/compose.yaml": longSyntax(web, others),
      "alternatives/long-syntax/site/index.html": "<h1>It works in other words</h1>\n",
      "mutants/missing-folder/compose.yaml": composeFile(web, others, { folder: "/pages" }),
      "mutants/single-file/compose.yaml": composeFile(web, others, { mount: "./site/index.html:/www/index.html:ro" }),
      "mutants/all-interfaces/compose.yaml": composeFile(web, others, { port: "8080:8080" }),
      ...Object.fromEntries(
        others.map((name) => [
          `mutants/${name}-on-loopback/compose.yaml`,
          composeFile(web, others, { loopback: name }),
        ]),
      ),
    },
    mutants: [
      ["missing-folder", "A server makes the folder that it is told to serve.", "stack-settled"],
      ["single-file", "A mount of one file stands for the folder that it is in.", "page-live"],
      ["all-interfaces", "A published port is seen by my own machine only.", "one-door"],
      ...others.map((name): [string, string, string] => [
        `${name}-on-loopback`,
        "Services of one stack share one loopback, so 127.0.0.1 is enough.",
        `${name}-reachable`,
      ]),
    ],
  };
}

const command = (folder: string, address: string) => `["httpd", "-f", "-p", "${address}", "-h", "${folder}"]`;

function composeFile(web: string, others: string[], variation: Variation = {}): string {
  const { mount = "./site:/www:ro", folder = "/www", port = "127.0.0.1:8080:8080", loopback } = variation;
  const behind = others.map((name) => {
    const address = loopback === name ? `127.0.0.1:${INNER_PORT}` : String(INNER_PORT);
    return `  ${name}:\n    image: ${IMAGE}\n    command: ${command("/tmp", address)}\n`;
  });
  return `services:
  ${web}:
    image: ${IMAGE}
    command: ${command(folder, "8080")}
    volumes: ["${mount}"]
    ports: ["${port}"]
${behind.join("")}`;
}

function starter(web: string, others: string[]): string {
  const behind = others.map((name) => `  ${name}:\n    image: ${IMAGE}\n    command: ["sleep", "infinity"]\n`);
  return `services:
  ${web}:
    image: ${IMAGE}
    command: ["httpd", "-f", "-p", "8080", "-h", "/tmp"]
    ports: ["8080:8080"]
${behind.join("")}`;
}

function longSyntax(web: string, others: string[]): string {
  const behind = others.map(
    (name) =>
      `  ${name}:\n    image: ${IMAGE}\n    entrypoint: [httpd, -f]\n    command: [-p, "0.0.0.0:${INNER_PORT}", -h, /etc]\n    networks: [inner]\n`,
  );
  return `services:
  ${web}:
    image: ${IMAGE}
    working_dir: /srv/pages
    command: httpd -f -p 80
    volumes:
      - type: bind
        source: ./site
        target: /srv/pages
    ports:
      - target: 80
        published: "8090"
        host_ip: 127.0.0.1
    networks: [outer, inner]
${behind.join("")}networks:
  outer: {}
  inner: {}
`;
}

function task(web: string, others: string[], shows: string): string {
  const all = [web, ...others].map((name) => `\`${name}\``).join(", ");
  const demands = [
    `The services ${all} start from \`${IMAGE}\` and stay up. (\`stack-settled\`)`,
    `\`${web}\` shows the folder \`site/\` as it is now: a page that is added while it runs is there at once. (\`page-live\`)`,
    `\`${web}\` publishes exactly one port, on 127.0.0.1, and nobody else publishes any. (\`one-door\`)`,
    ...others.map(
      (name) => `\`${web}\` reaches \`${name}\` by its name, on port ${INNER_PORT}. (\`${name}-reachable\`)`,
    ),
  ];
  return `**Goal.** ${shows}

**Given.** \`compose.yaml\` starts, and does not do yet what it should. \`site/\` holds a page.

**Hand in** \`compose.yaml\` and \`site/\`.

**What must be true**

${demands.map((demand, index) => `${index + 1}. ${demand}`).join("\n")}

Everything else is your choice. \`httpd -f -p PORT -h FOLDER\` serves a folder.

## Rubric
`;
}

function composeChecks(web: string, others: string[]): NewCheck[] {
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
