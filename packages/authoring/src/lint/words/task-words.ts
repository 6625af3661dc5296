import type { Args, Say } from "./words.ts";

const say = <A extends Args>(words: Say<A>): Say<A> => words;

/** Codes on the task, and on what the lab is proven by. */
export const taskWords = {
  "task.missing": say((_: Record<never, never>) => ({
    message: "found no README.md, expected the task",
    remedy: "Write what is given, what to hand in and what must be true.",
  })),
  "task.rubric": say(({ difference }: { difference: string }) => ({
    message: `found the rubric out of step with the checks: ${difference}`,
    remedy: "Run `grader lint --fix`, which writes the table.",
    fixable: true as const,
  })),
  "task.unmentioned": say(({ check }: { check: string }) => ({
    message: `found no sentence of the task that names the check ${check}, expected one`,
    remedy: `Say in the task what must be true, and name \`${check}\` behind it.`,
  })),
  "task.unchecked": say(({ item }: { item: string }) => ({
    message: `found the demand "${item}" that names no check, expected the one that decides it`,
    remedy: "Name its checks in backticks, write one, or make the demand a plain sentence if nothing depends on it.",
  })),
  "task.link": say(({ link }: { link: string }) => ({
    message: `found a link to ${link}, which leads nowhere from the student's folder`,
    remedy: "Link to a file of starter/, to a heading of this page, or to a page on the web.",
  })),
  "proof.no-alternative": say((_: Record<never, never>) => ({
    message: "found no alternative, expected at least one",
    remedy: "Add another right solution in alternatives/<name>/: it proves that checks ask for the task alone.",
  })),
  "proof.same": say(({ what }: { what: string }) => ({
    message: `found ${what} the same as the reference, expected a difference`,
    remedy: "Change it, or remove it: it proves nothing.",
  })),
  "proof.unkilled": say(({ check }: { check: string }) => ({
    message: `found ${check}, which no mutant kills, expected one that does`,
    remedy: "Add a mutant that fails it, or nobody knows whether the check can fail.",
  })),
  "proof.kills-unknown": say(({ mutant, id, known }: { mutant: string; id: string; known: string }) => ({
    message: `found ${mutant} killing "${id}", expected the id of a check`,
    remedy: `Write one of ${known}.`,
  })),
  "proof.fixed-address": say(({ what }: { what: string }) => ({
    message: `found ${what} in a right solution, which another machine need not have free`,
    remedy: "Leave addresses to the engine, or lift `networks.ipam` if they are the lab's subject.",
  })),
  "proof.port-left-out": say(({ service }: { service: string }) => ({
    message: `found \`${service}\` publishing a port, which is left out while the lab does not lift \`ports.publish\``,
    remedy: "Lift `ports.publish` with a reason, or remove the port from the solution.",
  })),
};
