import type { NewCheck } from "./checks-text.ts";

/** The checks of a lab in which the student builds the image of `web`, which serves a given page. */
export function dockerfileChecks(web: string): NewCheck[] {
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
