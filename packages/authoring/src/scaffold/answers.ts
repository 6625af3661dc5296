import { usageError } from "@compose-labs/lab";

export type Submits = "compose" | "dockerfile" | "both";

/** What an author says of a new lab. */
export interface Answers {
  /** `12-one-page` */
  slug: string;
  /** The slug without its number; stable for ever. */
  id: string;
  title: string;
  submits: Submits;
  /** The first is the one that is asked from outside; a Dockerfile lab has no other. */
  services: [string, ...string[]];
  /** What the lab is to show, as a sentence; it becomes the summary. */
  shows: string;
}

/** The folder's name that `wanted` means: with the next free number where it has none. Throws usage errors. */
export function chooseSlug(wanted: string, taken: readonly string[]): { slug: string; id: string } {
  const [, number, id = ""] = /^(?:(\d{1,3})-)?(.*)$/.exec(wanted) ?? [];
  if (!/^[a-z][a-z0-9]*(-[a-z0-9]+)*$/.test(id)) {
    throw usageError("SLUG_INVALID", `found the name "${wanted}", expected lower-case words joined by hyphens`, {
      hint: "Write something like `one-page`, or with its number `12-one-page`.",
    });
  }
  const numbers = taken.map((slug) => Number.parseInt(slug, 10) || 0);
  const free = String(Math.max(0, ...numbers) + 1).padStart(2, "0");
  const same = taken.find((slug) => slug.replace(/^\d+-/, "") === id);
  if (same !== undefined) {
    throw usageError("LAB_EXISTS", `found a lab ${same} already, expected a new name`, {
      hint: "Choose another name; nothing was written.",
    });
  }
  const holder = number === undefined ? undefined : taken.find((slug) => Number.parseInt(slug, 10) === Number(number));
  if (holder !== undefined) {
    throw usageError("NUMBER_TAKEN", `found the number ${number} taken by ${holder}, expected a free one`, {
      hint: `The next free one is ${free}: \`grader new ${free}-${id}\`.`,
    });
  }
  return { slug: `${number?.padStart(2, "0") ?? free}-${id}`, id };
}

export const TITLE = { least: 3, most: 80 };
export const SHOWS = { least: 10, most: 160 };

export function checkText(what: string, text: string, { least, most }: typeof TITLE): string {
  const said = text.trim();
  if (said.length >= least && said.length <= most && !said.includes("\n")) return said;
  throw usageError(
    "ANSWER_INVALID",
    `found ${said.length} characters for ${what}, expected ${least} to ${most} on one line`,
    { hint: `Write it again: ${what === "the title" ? "--title" : "--shows"} "…".` },
  );
}

export function checkSubmits(text: string): Submits {
  if (text === "compose" || text === "dockerfile" || text === "both") return text;
  throw usageError("ANSWER_INVALID", `found "${text}" as what is handed in, expected compose, dockerfile or both`, {
    hint: "Use compose where the student arranges services, dockerfile where they build one image, both for both.",
  });
}

/** Most services that a new lab begins with; more are written by hand. */
const MOST_SERVICES = 5;

export function checkServices(names: readonly string[], submits: Submits): [string, ...string[]] {
  const [first, ...others] = names;
  const most = submits === "dockerfile" ? 1 : MOST_SERVICES;
  const wrong = names.find((name) => !/^[a-z][a-z0-9]*(-[a-z0-9]+)*$/.test(name));
  if (first === undefined || names.length > most || wrong !== undefined || new Set(names).size < names.length) {
    const found = wrong === undefined ? `${names.length} services (${names.join(", ")})` : `the service "${wrong}"`;
    throw usageError(
      "ANSWER_INVALID",
      `found ${found}, expected ${most === 1 ? "one name" : `1 to ${most} different names`} in lower-case words joined by hyphens`,
      { hint: "The first is asked from outside: --service web --service api." },
    );
  }
  return [first, ...others];
}
