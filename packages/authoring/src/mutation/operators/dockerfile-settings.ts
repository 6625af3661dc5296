import { dockerfileOperator, eachStep } from "../dockerfile-operator.ts";
import { pairsOf } from "../dockerfile-text.ts";

const WITH_PAIRS = ["ENV", "LABEL", "ARG"];

const nameOf = (pair: string): string => pair.split("=")[0] ?? pair;
const plainValueOf = (pair: string): string => pair.slice(nameOf(pair).length + 1).replace(/^(["'])(.*)\1$/s, "$2");

export const dockerfileSettingOperators = [
  dockerfileOperator({
    id: "dockerfile.user",
    title: "run as another user",
    meaning:
      "A program that may do everything in its container, or that cannot even start, counts as one with its own user.",
    edits: eachStep(["USER"], function* () {
      for (const user of ["root", "0", "0:10001", "nobody-here"]) yield { detail: user, text: `USER ${user}` };
    }),
  }),
  dockerfileOperator({
    id: "dockerfile.root-again",
    title: "become root again at the end",
    meaning: "Any USER line counts, whatever the container runs as.",
    *edits(dockerfile, steps) {
      const last = steps.at(-1);
      if (last === undefined || !steps.some(({ keyword }) => keyword === "USER")) return;
      yield { step: last, changes: [[last, `${dockerfile.parts[last.part]?.text.trimEnd()}\nUSER root`]] };
    },
  }),
  dockerfileOperator({
    id: "dockerfile.port",
    title: "expose another port",
    meaning: "What EXPOSE says is not compared with what the program does.",
    edits: eachStep(["EXPOSE"], function* (step) {
      const [number = "", protocol] = step.arguments.split("/");
      if (!/^\d+$/.test(number)) return;
      yield { detail: "other", text: `EXPOSE ${Number(number) + 1}` };
      yield { detail: "80", text: "EXPOSE 80" };
      if (protocol === undefined || protocol === "tcp") yield { detail: "udp", text: `EXPOSE ${number}/udp` };
      yield { detail: "more", text: `EXPOSE ${number} ${Number(number) + 1}` };
    }),
  }),
  dockerfileOperator({
    id: "dockerfile.drop-pair",
    title: "leave one variable or label out",
    meaning: "The variable or label is not needed for full marks.",
    edits: eachStep(WITH_PAIRS, function* (step) {
      const pairs = pairsOf(step);
      for (const [index, pair] of pairs.entries()) {
        const left = pairs.toSpliced(index, 1);
        yield { detail: nameOf(pair), text: left.length === 0 ? undefined : `${step.keyword} ${left.join(" ")}` };
      }
    }),
  }),
  dockerfileOperator({
    id: "dockerfile.other-value",
    title: "write another value",
    meaning: "What is written down is not compared with what the task asks for.",
    edits: eachStep(WITH_PAIRS, function* (step) {
      const pairs = pairsOf(step);
      for (const [index, pair] of pairs.entries()) {
        if (!pair.includes("=")) continue;
        for (const [detail, value] of [
          ["other", "other"],
          ["empty", '""'],
        ]) {
          const changed = pairs.with(index, `${nameOf(pair)}=${value}`);
          yield { detail: `${nameOf(pair)}-${detail}`, text: `${step.keyword} ${changed.join(" ")}` };
        }
      }
    }),
  }),
  dockerfileOperator({
    id: "dockerfile.misspell",
    title: "misspell a name",
    meaning: "A name that nobody looks up counts as the one that the task fixes.",
    edits: eachStep(WITH_PAIRS, function* (step) {
      const pairs = pairsOf(step);
      for (const [index, pair] of pairs.entries()) {
        const name = nameOf(pair);
        const other = name === name.toLowerCase() ? name.toUpperCase() : name.toLowerCase();
        const changed = pairs.with(index, other + pair.slice(name.length));
        if (other !== name) yield { detail: name, text: `${step.keyword} ${changed.join(" ")}` };
      }
    }),
  }),
  dockerfileOperator({
    id: "dockerfile.build-only",
    title: "set a variable for the build only",
    meaning: "A variable that the running container does not have counts as its default.",
    edits: eachStep(["ENV"], function* (step) {
      const pairs = pairsOf(step);
      for (const [index, pair] of pairs.entries()) {
        const left = pairs.toSpliced(index, 1);
        const kept = left.length === 0 ? "" : `ENV ${left.join(" ")}\n`;
        yield { detail: `${nameOf(pair)}-ARG`, text: `${kept}ARG ${pair}` };
        yield { detail: `${nameOf(pair)}-RUN`, text: `${kept}RUN export ${nameOf(pair)}='${plainValueOf(pair)}'` };
      }
    }),
  }),
  dockerfileOperator({
    id: "dockerfile.kept-argument",
    title: "write a build argument into the environment",
    meaning: "What was meant for the build only, a secret perhaps, stays in the image unnoticed.",
    edits: eachStep(["ARG"], function* (step) {
      if (step.stage === 0) return;
      for (const pair of pairsOf(step)) {
        const name = nameOf(pair);
        yield { detail: name, text: `ARG ${step.arguments}\nENV ${name}=$${name}` };
      }
    }),
  }),
];
