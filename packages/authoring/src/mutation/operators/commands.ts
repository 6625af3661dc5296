import { composeOperator } from "../compose-text.ts";
import { listOf, variablesOf } from "../names.ts";
import type { ComposeSource } from "../operator.ts";
import { literally } from "../pattern.ts";

const KEYS = ["command", "entrypoint"] as const;

export const commandOperators = [
  composeOperator({
    id: "command.swap",
    title: "write the command as the entry point, or the entry point as the command",
    meaning: "It is not noticed what the arguments of the container are handed to.",
    *edits({ services }) {
      for (const [name, settings] of services) {
        for (const key of KEYS) {
          const other = key === "command" ? "entrypoint" : "command";
          if (settings[key] === undefined) continue;
          const at = ["services", name, key];
          const set = [[at, settings[other]] as const, [["services", name, other], settings[key]] as const];
          yield { at, set };
        }
      }
    },
  }),
  composeOperator({
    id: "command.drop-word",
    title: "leave one word of a command out",
    meaning: "The command works by luck, or what this word asks for is not needed for full marks.",
    *edits(compose) {
      for (const { at } of wordsOf(compose)) yield { at, set: [[at, undefined]] };
    },
  }),
  composeOperator({
    id: "command.loopback",
    title: "listen on the container's own loopback address",
    meaning: "A server that nobody outside its container reaches counts as one that serves.",
    *edits(compose) {
      for (const { at, word } of wordsOf(compose)) {
        if (word.includes("0.0.0.0")) yield { at, set: [[at, word.replaceAll("0.0.0.0", "127.0.0.1")]] };
      }
    },
  }),
];

export const environmentOperators = [
  composeOperator({
    id: "environment.drop",
    title: "leave a variable out",
    meaning: "The variable is not needed for full marks, or its default happens to be right.",
    *edits(compose) {
      for (const { at } of variablesOf(compose)) yield { at, set: [[at, undefined]] };
    },
  }),
  composeOperator({
    id: "environment.other",
    title: "give a variable another value than its counterpart has",
    meaning: "Two services that disagree count as services that work together.",
    *edits(compose) {
      for (const { at, value, write } of variablesOf(compose)) {
        yield { at, set: [[at, write(`${value}-other`)]] };
      }
    },
  }),
  composeOperator({
    id: "environment.localhost",
    title: "name localhost where another service is meant",
    meaning: "A service that talks to itself counts as one that talks to its neighbour.",
    *edits(compose) {
      for (const { at, name: variable, value, write } of variablesOf(compose)) {
        // A user or a password may be called like a service.
        if (!/HOST|UR[IL]|ADDR|SERVER|ENDPOINT|UPSTREAM|BROKER/i.test(variable)) continue;
        for (const name of compose.services.keys()) {
          const host = new RegExp(`(^|//|@)${literally(name)}($|[:/])`);
          if (host.test(value)) yield { at, set: [[at, write(value.replace(host, "$1localhost$2"))]] };
        }
      }
    },
  }),
  composeOperator({
    id: "secret.environment",
    title: "write a secret into the environment in place of a file",
    meaning: "A secret that every `docker inspect` shows counts as one that is kept.",
    *edits(compose) {
      for (const { at, service, name, value } of variablesOf(compose)) {
        if (!name.endsWith("_FILE") || !value.startsWith("/run/secrets/")) continue;
        const plain = ["services", service, "environment", name.replace(/_FILE$/, "")];
        const isList = typeof at.at(-1) === "number";
        const entry = isList ? ([at, `${plain.at(-1)}=changeme`] as const) : ([plain, "changeme"] as const);
        yield { at, set: isList ? [entry] : [[at, undefined], entry] };
      }
    },
  }),
];

function* wordsOf({ services }: ComposeSource) {
  for (const [name, settings] of services) {
    for (const key of KEYS) {
      const words = listOf(settings[key]);
      for (const [index, word] of words.entries()) {
        if (words.length > 1) yield { at: ["services", name, key, index], word: String(word) };
      }
    }
  }
}
