import type { Args, Say } from "./words.ts";

const say = <A extends Args>(words: Say<A>): Say<A> => words;

/** Codes on checks.ts: what a check asks, how, and what it tells. */
export const checkWords = {
  "points.sum": say(({ sum }: { sum: number }) => ({
    message: `found ${sum} points in all, expected 100`,
    remedy: "Change the points of the checks; 100 in all make the labs of a course comparable.",
  })),
  "hint.missing": say(({ check }: { check: string }) => ({
    message: `found no hint at ${check}, expected at least one`,
    remedy: "Begin with a question that leads to the cause, and end with the change to make.",
  })),
  "hint.repeated": say(({ check }: { check: string }) => ({
    message: `found a hint twice at ${check}, expected each to say more than the one before`,
    remedy: "Remove one, or write what the student needs next.",
  })),
  "hint.gives-away": say(({ check, fragment }: { check: string; fragment: string }) => ({
    message: `found the first hint of ${check} giving the solution away ("${fragment}"), expected a question`,
    remedy: "Ask what the student can look at, and move the answer to the last hint: the first is shown at once.",
  })),
  "checks.vacuous": say(({ check, why }: { check: string; why: string }) => ({
    message: `found ${check}, which cannot fail: ${why}`,
    remedy: "Demand something of the submission, by `ensure` or by a handle's condition, and wait for it.",
  })),
  "checks.unawaited": say(({ call }: { call: string }) => ({
    message: `found \`${call}\` without await: the check passes before its answer is there`,
    remedy: "Write `await` before it, or return it.",
  })),
  "checks.swallowed": say(({ where }: { where: string }) => ({
    message: `found a catch in ${where} that throws nothing on: a fault would pass as an answer`,
    remedy: "Catch `CheckFailure` only, and throw everything else again.",
  })),
  "checks.no-control": say(({ method }: { method: string }) => ({
    message: `found \`${method}\` without \`whereas\`, expected a service for which it is otherwise`,
    remedy: "Name the control: without one a probe that is broken proves everything.",
  })),
  "checks.failing-probe": say(({ where }: { where: string }) => ({
    message: `found ${where} passing when a program in the container fails: it also fails where it is missing or misspelt`,
    remedy:
      "Use a condition with a control (`cannotReach`, `cannotResolve`), or demand first that the same program succeeds where it must.",
  })),
  "checks.reads-text": say(({ what }: { what: string }) => ({
    message: `found a check that reads the text of ${what}: the same thing written otherwise gets another verdict`,
    remedy: "Ask the running stack; where structure is the matter ask `model`, `dockerfile()` or `image().facts()`.",
  })),
  "checks.fixed-wait": say(({ call }: { call: string }) => ({
    message: `found a wait of a fixed time (\`${call}\`): too short on a slow machine, too long on every other`,
    remedy: "Wait for the fact, by `eventually` or a handle's condition.",
  })),
  "checks.short-wait": say(({ seconds, least }: { seconds: number; least: number }) => ({
    message: `found \`eventually\` giving up after ${seconds} s, expected at least ${least}`,
    remedy: "Wait longer: who is ready sooner is not kept, and a slow machine is no mistake of the student.",
  })),
  "checks.counted-tries": say(({ tries }: { tries: number }) => ({
    message: `found a handle asked up to ${tries} times with no wait between: all are over before a slow machine is ready`,
    remedy: "Wait for the fact, by `eventually` or a handle's condition.",
  })),
  "checks.short-limit": say(({ milliseconds, least }: { milliseconds: number; least: number }) => ({
    message: `found ${milliseconds} ms allowed by the check's own clock, expected at least ${least} s`,
    remedy:
      "Allow more, or ask for what the time stands for: the clock counts what the grader and other programs take, too.",
  })),
  "checks.fixed-address": say(({ address }: { address: string }) => ({
    message: `found the fixed address ${address}, which the engine need not give out on another machine`,
    remedy: "Ask by the service's name, or take the address from `networks()`.",
  })),
  "checks.fixed-port": say(({ port }: { port: string }) => ({
    message: `found the fixed port ${port} of the machine, which a run does not have: the engine chooses one`,
    remedy: "Use the handle's `http`, which knows the port, and leave the number to the student.",
  })),
  "checks.past-handles": say(({ what }: { what: string }) => ({
    message: `found \`${what}\`, which goes past the handles: nothing bounds, records or repeats what it asks`,
    remedy: "Ask by the context's handles and `files`.",
  })),
};
