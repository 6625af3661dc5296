import { dockerfileOperator, eachStep } from "../dockerfile-operator.ts";
import { flagsOf } from "../dockerfile-text.ts";
import { durationOf, signalOf } from "../measures.ts";

const DEFAULTS: Record<string, number> = { interval: 30_000, timeout: 30_000, "start-period": 0, retries: 3 };
const measureOf = (name: string, text: string) => (name === "retries" ? Number(text) : durationOf(text));
const isCheck = (text: string) => !/^NONE\b/i.test(text);

const testOperator = (operator: { id: string; title: string; meaning: string }, program: string) =>
  dockerfileOperator({
    ...operator,
    edits: eachStep(["HEALTHCHECK"], function* (step) {
      if (!isCheck(step.arguments) || /^(CMD\s+)?(\[\s*")?(true|false)("\s*\])?$/i.test(step.arguments)) return;
      yield { text: `HEALTHCHECK ${flagsOf(step)}CMD ["${program}"]` };
    }),
  });

export const dockerfileLifecycleOperators = [
  dockerfileOperator({
    id: "dockerfile.stop-signal",
    title: "stop by another signal",
    meaning: "A program that is killed, or that does not know the signal, counts as one that is asked to end.",
    edits: eachStep(["STOPSIGNAL"], function* (step) {
      for (const other of ["SIGKILL", "SIGHUP"]) {
        if (signalOf(step.arguments) !== other) yield { detail: other, text: `STOPSIGNAL ${other}` };
      }
    }),
  }),
  dockerfileOperator({
    id: "dockerfile.health-pace",
    title: "leave one option of a health check out",
    meaning: "How often a health check looks, how long it waits and what it forgives is not noticed.",
    edits: eachStep(["HEALTHCHECK"], function* (step) {
      for (const [name, value] of Object.entries(step.flags)) {
        if (!isCheck(step.arguments) || measureOf(name, value) === DEFAULTS[name]) continue;
        const left = Object.fromEntries(Object.entries(step.flags).filter(([other]) => other !== name));
        yield { detail: name, text: `HEALTHCHECK ${flagsOf({ ...step, flags: left })}${step.arguments}` };
      }
    }),
  }),
  dockerfileOperator({
    id: "dockerfile.health-rare",
    title: "let a health check look once in an hour",
    meaning: "A health that is an hour old counts as one that follows the truth.",
    edits: eachStep(["HEALTHCHECK"], function* (step) {
      if (!isCheck(step.arguments) || durationOf(step.flags["interval"]) === 36e5) return;
      const flags = flagsOf({ ...step, flags: { ...step.flags, interval: "1h" } });
      yield { text: `HEALTHCHECK ${flags}${step.arguments}` };
    }),
  }),
  testOperator(
    {
      id: "dockerfile.health-always",
      title: "let a health check always be content",
      meaning: "A health check that says nothing counts as one.",
    },
    "true",
  ),
  testOperator(
    {
      id: "dockerfile.health-never",
      title: "let a health check never be content",
      meaning: "A service that is never ready counts as ready.",
    },
    "false",
  ),
];
