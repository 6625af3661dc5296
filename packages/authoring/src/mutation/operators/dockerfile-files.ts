import { dockerfileOperator, eachStep } from "../dockerfile-operator.ts";
import { flagsOf, textOf } from "../dockerfile-text.ts";

const COPIES = ["COPY", "ADD"];

export const dockerfileFileOperators = [
  dockerfileOperator({
    id: "dockerfile.drop",
    title: "leave an instruction out",
    meaning: "What this instruction does is not noticed when it is missing.",
    edits: eachStep(
      "ADD ARG CMD COPY ENTRYPOINT ENV EXPOSE HEALTHCHECK LABEL RUN SHELL STOPSIGNAL USER VOLUME WORKDIR".split(" "),
      function* () {
        yield { text: undefined };
      },
    ),
  }),
  dockerfileOperator({
    id: "dockerfile.base",
    title: "start from another base",
    meaning: "An image that changes with every pull, or another version than the task names, counts as the right one.",
    edits: eachStep(["FROM"], function* (step, _dockerfile, { images }) {
      const [, reference = "", tail = ""] = /^(\S+)(.*)$/s.exec(step.arguments) ?? [];
      const repository = reference.replace(/(?<=[^/]):[^/]*$/, "").replace(/@.*$/, "");
      const others = [`${repository}:latest`, repository, ...images.filter((image) => image !== reference)];
      for (const other of new Set(others)) yield { detail: other, text: `FROM ${flagsOf(step)}${other}${tail}` };
    }),
  }),
  dockerfileOperator({
    id: "dockerfile.move-up",
    title: "write an instruction before the one above it",
    meaning: "The order of the instructions, which decides what each of them sees, is not noticed.",
    *edits(dockerfile, steps) {
      for (const [index, step] of steps.entries()) {
        const above = steps[index - 1];
        if (above === undefined || step.keyword === "FROM" || !dependsOnOrder(above.keyword, step.keyword)) continue;
        yield {
          step,
          changes: [
            [above, textOf(dockerfile, step)],
            [step, textOf(dockerfile, above)],
          ],
        };
      }
    },
  }),
  dockerfileOperator({
    id: "dockerfile.destination",
    title: "copy to another folder",
    meaning: "Files that are not where the task wants them count as files that are.",
    edits: eachStep(COPIES, function* (step) {
      const words = step.arguments.split(/\s+/);
      if (words.length < 2 || step.arguments.startsWith("[")) return;
      for (const folder of ["/srv/", "./copied/"]) {
        const changed = [...words.slice(0, -1), folder].join(" ");
        yield { detail: folder, text: `${step.keyword} ${flagsOf(step)}${changed}` };
      }
    }),
  }),
  dockerfileOperator({
    id: "dockerfile.copy-mode",
    title: "copy files so that only root can read them",
    meaning: "Files that the program may not read are not noticed.",
    edits: eachStep(COPIES, function* (step) {
      const { chmod, chown, ...others } = step.flags;
      yield { text: `${step.keyword} ${flagsOf({ ...step, flags: { ...others, chmod: "600" } })}${step.arguments}` };
    }),
  }),
  dockerfileOperator({
    id: "dockerfile.copy-given",
    title: "copy one more file of the folder",
    meaning: "What does not belong into the image is not noticed there.",
    edits: eachStep(COPIES, function* (step, dockerfile, { given }) {
      for (const path of tops(given)) {
        yield { detail: path, text: `${textOf(dockerfile, step)}\nCOPY ${path} /copied/${path}` };
      }
    }),
  }),
  dockerfileOperator({
    id: "dockerfile.copy-less",
    title: "copy one file of the folder in place of all",
    meaning: "A file that the program needs is not missed.",
    edits: eachStep(COPIES, function* (step, _dockerfile, { given }) {
      if (!/^\.\/?\s+\S+$/.test(step.arguments) || step.flags["from"] !== undefined) return;
      const [, to = "."] = step.arguments.split(/\s+/);
      for (const path of given.filter((name) => !name.includes("/") && !name.startsWith("."))) {
        yield { detail: path, text: `${step.keyword} ${flagsOf(step)}${path} ${to}` };
      }
    }),
  }),
  dockerfileOperator({
    id: "dockerfile.folder",
    title: "work in another folder",
    meaning: "Where the program runs and where its files are is not noticed.",
    edits: eachStep(["WORKDIR"], function* (step) {
      for (const folder of ["/srv", `${step.arguments.replace(/\/$/, "")}/other`]) {
        yield { detail: folder, text: `WORKDIR ${folder}` };
      }
    }),
  }),
  dockerfileOperator({
    id: "dockerfile.volume",
    title: "declare the working folder a volume",
    meaning: "A volume that nobody asked for is made at every start, and nobody notices.",
    edits: eachStep(["WORKDIR"], function* (step, dockerfile) {
      yield { text: `${textOf(dockerfile, step)}\nVOLUME ${step.arguments}` };
    }),
  }),
];

/** Pairs whose order changes nothing are no mistakes: two settings, or a setting and the port. */
function dependsOnOrder(above: string, step: string): boolean {
  const settings = ["ENV", "LABEL", "EXPOSE", "CMD", "ENTRYPOINT", "STOPSIGNAL", "HEALTHCHECK"];
  if (settings.includes(above) && settings.includes(step)) return false;
  const files = ["COPY", "ADD", "RUN", "WORKDIR"];
  const pairs = [
    [["FROM"], ["ARG"]],
    [["ARG"], ["ENV", "LABEL", "RUN", "FROM"]],
    [files, files],
    [["RUN"], ["USER", "ENV"]],
    [["ENV"], ["RUN"]],
  ];
  return pairs.some(([first, second]) => first?.includes(above) && second?.includes(step));
}

/** Files and folders at the top of the submission that the lab lays there. */
function tops(paths: readonly string[]): string[] {
  return [...new Set(paths.map((path) => path.split("/")[0] ?? path))];
}
