import type { Answers } from "./answers.ts";
import { composeChecks, INNER_PORT } from "./compose-checks.ts";
import type { NewLab } from "./kind.ts";

const IMAGE = "busybox:1.37";

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
      minutes: 45,
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

export const command = (folder: string, address: string) => `["httpd", "-f", "-p", "${address}", "-h", "${folder}"]`;

function composeFile(web: string, others: string[], variation: Variation = {}): string {
  const { mount = "./site:/www:ro", folder = "/www", port = "127.0.0.1:8080:8080", loopback } = variation;
  return `services:
  ${web}:
    image: ${IMAGE}
    command: ${command(folder, "8080")}
    volumes: ["${mount}"]
    ports: ["${port}"]
${servicesBehind(others, loopback)}`;
}

/** The services that no port leads to; the one named by `loopback` is not reached from the others either. */
export function servicesBehind(others: string[], loopback: string | undefined): string {
  const services = others.map((name) => {
    const address = loopback === name ? `127.0.0.1:${INNER_PORT}` : String(INNER_PORT);
    return `  ${name}:\n    image: ${IMAGE}\n    command: ${command("/tmp", address)}\n`;
  });
  return services.join("");
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
