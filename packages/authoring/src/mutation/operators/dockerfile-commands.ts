import { dockerfileOperator, eachStep } from "../dockerfile-operator.ts";
import { execForm, flagsOf, textOf, wordsOf } from "../dockerfile-text.ts";

const STARTS = ["ENTRYPOINT", "CMD"];

export const dockerfileCommandOperators = [
  dockerfileOperator({
    id: "dockerfile.form",
    title: "write the shell form for the exec form, or the other way round",
    meaning: "A shell between the engine and the program, or a shell that is missing, is not noticed.",
    edits: eachStep([...STARTS, "RUN"], function* (step) {
      const words = wordsOf(step);
      const head = `${step.keyword} ${flagsOf(step)}`;
      if (words !== undefined) yield { text: `${head}${words.join(" ")}` };
      else if (!/<<|[|&;<>$*?]/.test(step.arguments)) yield { text: `${head}${execForm(step.arguments.split(/\s+/))}` };
    }),
  }),
  dockerfileOperator({
    id: "dockerfile.swap-start",
    title: "swap ENTRYPOINT and CMD",
    meaning: "It is not noticed what the arguments of `docker run` replace and what they are added to.",
    *edits(_dockerfile, steps) {
      for (const step of steps.filter(({ keyword }) => keyword === "ENTRYPOINT")) {
        const command = steps.find(({ keyword, stage }) => keyword === "CMD" && stage === step.stage);
        const swapped = [step, `CMD ${step.arguments}`] as const;
        if (command === undefined) yield { step, changes: [swapped] };
        else yield { step, changes: [swapped, [command, `ENTRYPOINT ${command.arguments}`]] };
      }
    },
  }),
  dockerfileOperator({
    id: "dockerfile.merge-start",
    title: "write ENTRYPOINT and CMD as one instruction",
    meaning: "It is not noticed what the arguments of `docker run` replace and what they are added to.",
    *edits(_dockerfile, steps) {
      for (const step of steps.filter(({ keyword }) => keyword === "ENTRYPOINT")) {
        const command = steps.find(({ keyword, stage }) => keyword === "CMD" && stage === step.stage);
        const words = wordsOf(step);
        const more = command === undefined ? undefined : wordsOf(command);
        if (command === undefined || words === undefined || more === undefined) continue;
        for (const keyword of STARTS) {
          const merged = `${keyword} ${execForm([...words, ...more])}`;
          yield {
            step,
            detail: keyword,
            changes: [
              [step, merged],
              [command, undefined],
            ],
          };
        }
      }
    },
  }),
  dockerfileOperator({
    id: "dockerfile.drop-word",
    title: "leave one word of a command out",
    meaning: "The command works by luck, or what this word asks for is not needed for full marks.",
    edits: eachStep(STARTS, function* (step) {
      const words = wordsOf(step) ?? [];
      if (words.length < 2) return;
      for (const index of words.keys()) {
        yield { detail: `${index}`, text: `${step.keyword} ${execForm(words.toSpliced(index, 1))}` };
      }
    }),
  }),
  dockerfileOperator({
    id: "dockerfile.loopback",
    title: "listen on the container's own loopback address",
    meaning: "A server that nobody outside its container reaches counts as one that serves.",
    edits: eachStep([...STARTS, "ENV"], function* (step, dockerfile) {
      const text = textOf(dockerfile, step);
      for (const address of ["127.0.0.1", "localhost"]) {
        if (text.includes("0.0.0.0")) yield { detail: address, text: text.replaceAll("0.0.0.0", address) };
      }
    }),
  }),
  dockerfileOperator({
    id: "dockerfile.argument",
    title: "hand one more word to the program that is not meant for it",
    meaning: "A start that ignores or bears any argument counts as the one that the task asks for.",
    edits: eachStep(STARTS, function* (step) {
      const words = wordsOf(step);
      if (words !== undefined) yield { text: `${step.keyword} ${execForm([...words, "other"])}` };
    }),
  }),
  dockerfileOperator({
    id: "dockerfile.shell-start",
    title: "start by way of a shell",
    meaning: "A shell that hears signals and arguments in place of the program is not noticed.",
    edits: eachStep(STARTS, function* (step) {
      const words = wordsOf(step);
      if (words === undefined || words[0] === "sh") return;
      yield { text: `${step.keyword} ${execForm(["sh", "-c", words.join(" ")])}` };
    }),
  }),
];
