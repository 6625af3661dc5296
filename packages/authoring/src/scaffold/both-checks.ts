import { type NewCheck, sharePoints } from "./checks-text.ts";
import { composeChecks } from "./compose-checks.ts";
import { dockerfileChecks } from "./dockerfile-checks.ts";

/** The checks of a lab in which the student builds the image of `web` and arranges it with the others. */
export function bothChecks(web: string, others: string[]): NewCheck[] {
  const known = new Map([...composeChecks(web, others), ...dockerfileChecks(web)].map((check) => [check.id, check]));
  const take = (id: string, changes: Partial<NewCheck> = {}): NewCheck => {
    const check = known.get(id);
    if (check === undefined) throw new RangeError(`no kind of new lab has a check ${id}`);
    return { ...check, ...changes };
  };
  const checks = [
    take("builds"),
    pageInImage(web),
    take("stack-settled", { needs: ["builds"] }),
    take("page-served", {
      title: `\`${web}\` serves the given page at its published port`,
      needs: ["stack-settled"],
      at: `services.${web}.ports`,
      hints: [
        "On which port does the server listen, and which port of the container is published?",
        "The last number of an entry of `ports` is the port in the container.",
        "Publish the port that the command names, and let the command serve the folder with the page.",
      ],
    }),
    take("not-root", { needs: ["stack-settled"] }),
    take("one-door"),
    ...others.map((name) => take(`${name}-reachable`)),
  ];
  const points = sharePoints(checks.length, 10);
  return checks.map((check, index) => ({ ...check, points: points[index] ?? 0 }));
}

function pageInImage(web: string): NewCheck {
  return {
    id: "page-in-image",
    title: "The image holds the given page as `/www/index.html`",
    points: 0,
    needs: ["builds"],
    at: `services.${web}.build`,
    hints: [
      "Run the image without Compose. Is the page there?",
      "What is mounted is there while the stack runs; what is copied is part of the image.",
      "Copy the content of site/ to /www in the Dockerfile, and build the service from it.",
    ],
    body: `    async ({ image, files }) => {
      const page = await files.given("site/index.html");
      const held = await image("${web}").read("/www/index.html");
      ensure(held !== undefined && held.toString("utf8") === page?.toString("utf8"), {
        code: "APP_NOT_IN_IMAGE",
        found: held === undefined ? "no file /www/index.html in the image" : "another page in the image",
        expected: "site/index.html as /www/index.html",
        reproduce: "docker compose run --rm --no-deps ${web} cat /www/index.html",
      });
    }`,
  };
}
