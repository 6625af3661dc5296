import type { Answers } from "./answers.ts";
import type { NewCheck } from "./checks-text.ts";
import type { NewLab } from "./new-lab.ts";

const IMAGE = "busybox:1.37";
const SERVE = 'CMD ["httpd", "-f", "-p", "8080", "-h", "/www"]\n';

/** A lab in which the student builds one image; the Compose file that runs it is the lab's own. */
export function dockerfileLab({ services: [web], shows }: Answers): NewLab {
  return {
    manifest: {
      concepts: ["Dockerfile", "image", "user"],
      files: ["Dockerfile", ".dockerignore"],
      required: ["Dockerfile"],
      given: ["compose.yaml", '"site/**"'],
      images: [IMAGE],
      reason: "The page is asked through the port that the lab's own Compose file publishes.",
    },
    checks: dockerfileChecks(web),
    imports: "defineChecks, ensure",
    task: task(web, shows),
    files: {
      "starter/compose.yaml": `services:\n  ${web}:\n    build: .\n    ports: ["127.0.0.1:8080:8080"]\n`,
      "starter/site/index.html": "<h1>It works</h1>\n",
      "starter/Dockerfile": `FROM ${IMAGE}\nCMD ["httpd", "-f", "-p", "8080", "-h", "/tmp"]\n`,
      "reference/Dockerfile": `FROM ${IMAGE}\nCOPY site /www\nUSER 10001\n${SERVE}`,
      "alternatives/entrypoint/Dockerfile": `FROM ${IMAGE} AS pages
WORKDIR /srv
COPY site/index.html ./

FROM ${IMAGE}
COPY --from=pages --chown=nobody /srv /srv/pages
WORKDIR /srv/pages
USER nobody
ENTRYPOINT ["httpd", "-f"]
CMD ["-p", "0.0.0.0:8080"]
`,
      "mutants/copy-outside/Dockerfile": `FROM ${IMAGE}\nCOPY ../pages /www\nUSER 10001\n${SERVE}`,
      "mutants/one-folder-too-deep/Dockerfile": `FROM ${IMAGE}\nCOPY site /www/site\nUSER 10001\n${SERVE}`,
      "mutants/root/Dockerfile": `FROM ${IMAGE}\nCOPY site /www\n${SERVE}`,
    },
    mutants: [
      ["copy-outside", "A build may take files from wherever they lie on my machine.", "builds"],
      ["one-folder-too-deep", "COPY of a folder keeps the folder's name only where I want it.", "page-served"],
      ["root", "Whoever is root in a container is nobody outside it.", "not-root"],
    ],
  };
}

function task(web: string, shows: string): string {
  return `**Goal.** ${shows}

**Given** (used as they are, your changes to them are not taken): \`compose.yaml\`, which builds and runs your image as
the service \`${web}\`, and the page in \`site/\`.

**Hand in** \`Dockerfile\`, and \`.dockerignore\` if you need one.

**What must be true**

1. The image builds from \`${IMAGE}\`, with what lies in this folder. (\`builds\`)
2. A container of it serves \`site/index.html\` at \`/\` on port 8080. (\`page-served\`)
3. The server does not run as root. (\`not-root\`)

Everything else is your choice. \`httpd -f -p PORT -h FOLDER\` serves a folder.

## Rubric
`;
}

function dockerfileChecks(web: string): NewCheck[] {
  return [
    {
      id: "builds",
      title: "The image builds with what lies in this folder",
      points: 20,
      needs: [],
      at: `services.${web}.build`,
      hints: [
        "Which line of the Dockerfile does the builder stop at, and what does that line need?",
        "The builder is sent this folder, and nothing above it.",
        "Copy the folder that is there, by its path from the Dockerfile on.",
      ],
      body: `    async ({ image }) => {
      await image("${web}").built();
    }`,
    },
    {
      id: "page-served",
      title: "A container of it serves the given page on port 8080",
      points: 40,
      needs: ["builds"],
      at: `services.${web}.build`,
      hints: [
        "Which folder does the server look into, and what lies there in the image?",
        "COPY puts the content of a folder into the one that it names last.",
        "Copy the content of site/ to the folder that the command names.",
      ],
      body: `    async ({ stack, files }) => {
      const page = await files.given("site/index.html");
      const answer = await stack.service("${web}").http({ path: "/" });
      ensure(answer.status === 200 && answer.body === page?.toString("utf8"), {
        code: "APP_WRONG_ANSWER",
        found: \`status \${answer.status} and \${JSON.stringify(answer.body.slice(0, 100))}\`,
        expected: "status 200 and the given page",
        reproduce: "curl -i http://127.0.0.1:8080/",
      });
    }`,
    },
    {
      id: "not-root",
      title: "The server does not run as root",
      points: 40,
      needs: ["page-served"],
      at: `services.${web}.build`,
      hints: [
        "As which user does a process run when nobody says anything?",
        "The last USER before the end of the Dockerfile decides; it needs no password and no home.",
        "Write a user other than root behind the last line that needs root.",
      ],
      body: `    async ({ stack }) => {
      const main = await stack.service("${web}").mainProcess();
      ensure(main.uid !== 0, {
        code: "RUNS_AS_ROOT",
        found: \`the process "\${main.command.join(" ")}" running with user id 0 (root)\`,
        expected: "a user id other than 0",
        reproduce: "docker compose exec ${web} id",
      });
    }`,
    },
  ];
}
