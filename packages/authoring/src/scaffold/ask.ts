import { usageError } from "@compose-labs/lab";
import {
  type Answers,
  checkServices,
  checkSubmits,
  checkText,
  chooseSlug,
  SHOWS,
  type Submits,
  TITLE,
} from "./answers.ts";

/** What the command line says; undefined is still to be asked. */
export interface Said {
  name: string;
  title: string | undefined;
  submits: string | undefined;
  services: string[] | undefined;
  shows: string | undefined;
}

/** What a lab as it is made does show. */
const SHOWN: Record<Submits, string> = {
  compose: "Arrange services so that a page is seen outside, and the rest is found inside only.",
  dockerfile: "Put a page into an image that serves it, and does not run as root.",
  both: "Build an image that serves a page, and arrange services so that only the page is seen outside.",
};

/** Asks one question; an empty answer means the proposal. */
export type Ask = (question: string, proposal: string) => Promise<string>;

/**
 * Completes what was said: by asking, by the proposals where `proposals` is true, or not at all.
 * Throws usage errors: FLAG_MISSING, ANSWER_INVALID, SLUG_INVALID, LAB_EXISTS, NUMBER_TAKEN.
 */
export async function completeAnswers(
  said: Said,
  taken: readonly string[],
  { ask, proposals }: { ask: Ask | undefined; proposals: boolean },
): Promise<Answers> {
  const { slug, id } = chooseSlug(said.name, taken);
  const missing = [
    said.title ?? "--title",
    said.submits ?? "--submits",
    said.services ?? "--service",
    said.shows ?? "--shows",
  ].filter((flag, index) => flag === ["--title", "--submits", "--service", "--shows"][index]);
  if (missing.length > 0 && !proposals && ask === undefined) {
    throw usageError(
      "FLAG_MISSING",
      `found no ${missing.join(", no ")}, and no terminal to ask on, expected them all`,
      {
        hint: "Give them, or accept the proposals with --yes.",
      },
    );
  }
  const complete = async (value: string | undefined, question: string, proposal: string): Promise<string> => {
    if (value !== undefined) return value;
    return proposals || ask === undefined ? proposal : (await ask(question, proposal)).trim() || proposal;
  };
  const words = id.replaceAll("-", " ");
  const proposal = `${words.charAt(0).toUpperCase()}${words.slice(1)}`;
  const title = checkText("the title", await complete(said.title, "Title", proposal), TITLE);
  const submits = checkSubmits(
    await complete(said.submits, "What is handed in (compose, dockerfile or both)", "compose"),
  );
  const named = await complete(
    said.services?.join(" "),
    submits === "dockerfile" ? "The service that runs the image" : "Services, the one that is asked from outside first",
    submits === "dockerfile" ? "web" : "web api",
  );
  const services = checkServices(
    named.split(/[\s,]+/).filter((name) => name !== ""),
    submits,
  );
  const shows = checkText(
    "what is to be shown",
    await complete(said.shows, "What it is to show, in a sentence", SHOWN[submits]),
    SHOWS,
  );
  return { slug, id, title, submits, services, shows };
}
