import { composeOperator, isSettings } from "../compose-text.ts";
import { durationOf, signalOf } from "../measures.ts";
import type { ComposeSource, Settings } from "../operator.ts";

const POLICIES = ["on-failure", "always", "unless-stopped"];
const CONDITIONS = ["none", "on-failure", "any"];
const GRACE = 10_000;

/** Services of which the reference says something about their end; of others nothing is asked. */
function* endingOf({ services }: ComposeSource): Iterable<[string, Settings]> {
  for (const [name, settings] of services) {
    const { stop_signal: signal, stop_grace_period: grace, init } = settings;
    if (signal !== undefined || grace !== undefined || init === true) yield [name, settings];
  }
}

export const endOperators = [
  composeOperator({
    id: "restart.other",
    title: "choose another restart policy",
    meaning: "What the engine does after a stop by hand, or after an end without a failure, is not noticed.",
    *edits({ services }) {
      for (const [name, { restart }] of services) {
        if (restart === undefined) continue;
        const at = ["services", name, "restart"];
        for (const other of POLICIES) if (other !== restart) yield { at, detail: other, set: [[at, other]] };
      }
    },
  }),
  composeOperator({
    id: "restart.condition",
    title: "start again under another condition",
    meaning: "After which ends a task of the stack is started again is not noticed.",
    *edits({ services }) {
      for (const [name, { deploy }] of services) {
        const policy = isSettings(deploy) ? deploy["restart_policy"] : undefined;
        if (!isSettings(policy)) continue;
        const at = ["services", name, "deploy", "restart_policy", "condition"];
        for (const other of CONDITIONS) {
          if (other !== (policy["condition"] ?? "any")) yield { at, detail: other, set: [[at, other]] };
        }
      }
    },
  }),
  composeOperator({
    id: "stop.other-signal",
    title: "stop by another signal",
    meaning: "A program that is killed, or that does not know the signal, counts as one that is asked to end.",
    *edits(compose) {
      for (const [name, { stop_signal: signal = "SIGTERM" }] of endingOf(compose)) {
        const at = ["services", name, "stop_signal"];
        for (const other of ["SIGKILL", "SIGHUP"]) {
          if (signalOf(signal) !== other) yield { at, detail: other, set: [[at, other]] };
        }
      }
    },
  }),
  composeOperator({
    id: "stop.no-grace",
    title: "give a service no time to end",
    meaning: "A program that is killed before it has ended counts as one that ends by itself.",
    *edits(compose) {
      for (const [name, { stop_grace_period: grace }] of endingOf(compose)) {
        const at = ["services", name, "stop_grace_period"];
        if ((durationOf(grace) ?? GRACE) > 0) yield { at, set: [[at, "0s"]] };
      }
    },
  }),
];
