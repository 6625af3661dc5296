import type { Answers } from "./answers.ts";
import { dockerfileChecks } from "./dockerfile-checks.ts";
import type { NewLab } from "./kind.ts";

const IMAGE = "busybox:1.37";
const SERVE = 'CMD ["httpd", "-f", "-p", "8080", "-h", "/www"]\n';

/** A lab in which the student builds one image; the Compose file that runs it is the lab's own. */
export function dockerfileLab({ services: [web], shows }: Answers): NewLab {
  return {
    manifest: {
      concepts: ["Dockerfile", "image", "user"],
      minutes: 30,
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
