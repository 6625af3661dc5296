import type { Answers } from "./answers.ts";
import { bothChecks } from "./both-checks.ts";
import { INNER_PORT } from "./compose-checks.ts";
import { command, servicesBehind } from "./compose-lab.ts";
import type { NewLab } from "./kind.ts";

const IMAGE = "busybox:1.37";

/** A lab in which the student builds the image of one service and arranges it with the others. */
export function bothLab({ services: [web, ...others], shows }: Answers): NewLab {
  return {
    manifest: {
      concepts: ["Dockerfile", "image", "user", "services", "publishing"],
      minutes: 60,
      files: ["compose.yaml", "Dockerfile", ".dockerignore"],
      required: ["compose.yaml", "Dockerfile"],
      given: ['"site/**"'],
      images: [IMAGE],
      reason: "The page is asked through its published port, which is part of the task.",
    },
    checks: bothChecks(web, others),
    imports: "defineChecks, ensure",
    task: task(web, others, shows),
    files: {
      "starter/site/index.html": "<h1>It works</h1>\n",
      "starter/compose.yaml": starter(web, others),
      "starter/Dockerfile": `FROM ${IMAGE}\nCMD ${command("/tmp", "8080")}\n`,
      "reference/compose.yaml": composeFile(web, others),
      "reference/Dockerfile": dockerfile(),
      ...alternative(web, others),
      "mutants/copy-outside/Dockerfile": dockerfile({ copy: "../pages /www" }),
      "mutants/mounted-page/compose.yaml": composeFile(web, others, {
        runs: `image: ${IMAGE}\n    user: "10001"\n    volumes: ["./site:/www:ro"]\n    command: ${command("/www", "8080")}`,
      }),
      "mutants/missing-folder/Dockerfile": dockerfile({ folder: "/pages" }),
      "mutants/browser-port-inside/compose.yaml": composeFile(web, others, { port: "127.0.0.1:8080:80" }),
      "mutants/root/Dockerfile": dockerfile({ user: "" }),
      "mutants/all-interfaces/compose.yaml": composeFile(web, others, { port: "8080:8080" }),
      ...Object.fromEntries(
        others.map((name) => [
          `mutants/${name}-on-loopback/compose.yaml`,
          composeFile(web, others, { loopback: name }),
        ]),
      ),
    },
    mutants: [
      ["copy-outside", "A build may take files from wherever they lie on my machine.", "builds"],
      ["mounted-page", "A mount is as good as a copy, and needs no build.", "page-in-image"],
      ["missing-folder", "A server makes the folder that it is told to serve.", "stack-settled"],
      ["browser-port-inside", "The published port leads to the server, whatever it listens on.", "page-served"],
      ["root", "Whoever is root in a container is nobody outside it.", "not-root"],
      ["all-interfaces", "A published port is seen by my own machine only.", "one-door"],
      ...others.map((name): [string, string, string] => [
        `${name}-on-loopback`,
        "Services of one stack share one loopback, so 127.0.0.1 is enough.",
        `${name}-reachable`,
      ]),
    ],
  };
}

function dockerfile({ copy = "site /www", user = "USER 10001\n", folder = "/www" } = {}): string {
  return `FROM ${IMAGE}\nCOPY ${copy}\n${user}CMD ${command(folder, "8080")}\n`;
}

interface Variation {
  /** What `web` is made from. */
  runs?: string;
  port?: string;
  /** A service that listens on loopback only. */
  loopback?: string;
}

function composeFile(web: string, others: string[], variation: Variation = {}): string {
  const { runs = "build: .", port = "127.0.0.1:8080:8080", loopback } = variation;
  return `services:\n  ${web}:\n    ${runs}\n    ports: ["${port}"]\n${servicesBehind(others, loopback)}`;
}

function starter(web: string, others: string[]): string {
  const behind = others.map((name) => `  ${name}:\n    image: ${IMAGE}\n    command: ["sleep", "infinity"]\n`);
  return `services:\n  ${web}:\n    build: .\n    ports: ["8080:8080"]\n${behind.join("")}`;
}

function alternative(web: string, others: string[]): Record<string, string> {
  const behind = others.map(
    (name) =>
      `  ${name}:\n    build:\n      context: .\n      target: pages\n    command: httpd -f -p 0.0.0.0:${INNER_PORT} -h /srv\n    networks: [inner]\n`,
  );
  return {
    "alternatives/two-stages/Dockerfile": `FROM ${IMAGE} AS pages
WORKDIR /srv
COPY site/index.html ./

FROM ${IMAGE}
COPY --from=pages --chown=nobody /srv /www
WORKDIR /www
USER nobody
ENTRYPOINT ["httpd", "-f"]
CMD ["-p", "0.0.0.0:8000"]
`,
    "alternatives/two-stages/compose.yaml": `services:
  ${web}:
    build:
      context: .
      dockerfile: Dockerfile
    ports:
      - target: 8000
        published: "8090"
        host_ip: 127.0.0.1
    networks: [outer, inner]
${behind.join("")}networks:
  outer: {}
  inner: {}
`,
  };
}

function task(web: string, others: string[], shows: string): string {
  const all = [web, ...others].map((name) => `\`${name}\``).join(", ");
  const started =
    others.length === 0
      ? `The service \`${web}\` starts and stays up.`
      : `The services ${all} start and stay up. All but \`${web}\` may run \`${IMAGE}\` as it is.`;
  const demands = [
    `\`${web}\` runs an image that builds from \`${IMAGE}\`, with what lies in this folder. (\`builds\`)`,
    "The image holds `site/index.html` as `/www/index.html`. (`page-in-image`)",
    `${started} (\`stack-settled\`)`,
    `\`${web}\` serves that page at \`/\`, at the port that it publishes. (\`page-served\`)`,
    "The server does not run as root. (`not-root`)",
    `\`${web}\` publishes exactly one port, on 127.0.0.1, and nobody else publishes any. (\`one-door\`)`,
    ...others.map(
      (name) => `\`${web}\` reaches \`${name}\` by its name, on port ${INNER_PORT}. (\`${name}-reachable\`)`,
    ),
  ];
  return `**Goal.** ${shows}

**Given** (used as it is, your changes to it are not taken): the page in \`site/\`. \`compose.yaml\` and \`Dockerfile\`
start, and do not do yet what they should.

**Hand in** \`compose.yaml\` and \`Dockerfile\`, and \`.dockerignore\` if you need one.

**What must be true**

${demands.map((demand, index) => `${index + 1}. ${demand}`).join("\n")}

Everything else is your choice. \`httpd -f -p PORT -h FOLDER\` serves a folder.

## Rubric
`;
}
