import { LabError } from "@compose-labs/lab";
import { expect, it } from "vitest";
import { completeAnswers, type Said } from "../../src/scaffold/index.ts";

const TAKEN = ["03-dockerfile-basics", "07-bridge-networks"];
const NOTHING: Said = { name: "one-page", title: undefined, submits: undefined, services: undefined, shows: undefined };
const PROPOSALS = { ask: undefined, proposals: true };

it("takes the proposals, and the next free number", async () => {
  expect(await completeAnswers(NOTHING, TAKEN, PROPOSALS)).toEqual({
    slug: "08-one-page",
    id: "one-page",
    title: "One page",
    submits: "compose",
    services: ["web", "api"],
    shows: "Arrange services so that a page is seen outside, and the rest is found inside only.",
  });
});

it("keeps a number that is free, and what was said", async () => {
  const said = {
    name: "5-x",
    title: "An X",
    submits: "dockerfile",
    services: ["app"],
    shows: "Build an X by yourself.",
  };
  expect(await completeAnswers(said, TAKEN, { ask: undefined, proposals: false })).toEqual({
    slug: "05-x",
    id: "x",
    title: "An X",
    submits: "dockerfile",
    services: ["app"],
    shows: "Build an X by yourself.",
  });
});

it("asks for what was not said; an empty answer takes the proposal", async () => {
  const asked: string[] = [];
  const ask = async (question: string, proposal: string) => {
    asked.push(`${question} [${proposal}]`);
    return question === "What is handed in (compose, dockerfile or both)" ? "dockerfile" : "";
  };
  const answers = await completeAnswers({ ...NOTHING, title: "Mine" }, [], { ask, proposals: false });
  expect(answers).toMatchObject({ slug: "01-one-page", title: "Mine", submits: "dockerfile", services: ["web"] });
  expect(asked).toEqual([
    "What is handed in (compose, dockerfile or both) [compose]",
    "The service that runs the image [web]",
    "What it is to show, in a sentence [Put a page into an image that serves it, and does not run as root.]",
  ]);
});

it("proposes a service to be built and one beside it where both files are handed in", async () => {
  expect(await completeAnswers({ ...NOTHING, submits: "both" }, [], PROPOSALS)).toMatchObject({
    submits: "both",
    services: ["web", "api"],
    shows: "Build an image that serves a page, and arrange services so that only the page is seen outside.",
  });
});

const WRONG: [code: string, said: Partial<Said>, message: RegExp, hint: RegExp][] = [
  ["SLUG_INVALID", { name: "One Page" }, /the name "One Page", expected lower-case/, /12-one-page/],
  ["LAB_EXISTS", { name: "bridge-networks" }, /found a lab 07-bridge-networks already/, /nothing was written/],
  ["NUMBER_TAKEN", { name: "07-page" }, /the number 07 taken by 07-bridge-networks/, /grader new 08-page/],
  ["ANSWER_INVALID", { title: "X" }, /found 1 characters for the title, expected 3 to 80/, /--title/],
  ["ANSWER_INVALID", { shows: "short" }, /found 5 characters for what is to be shown/, /--shows/],
  ["ANSWER_INVALID", { submits: "stack" }, /found "stack" as what is handed in/, /compose where/],
  ["ANSWER_INVALID", { services: ["Web"] }, /found the service "Web", expected 1 to 5/, /--service web/],
  ["ANSWER_INVALID", { services: ["a", "a"] }, /found 2 services \(a, a\), expected 1 to 5 different/, /--service/],
  [
    "ANSWER_INVALID",
    { submits: "dockerfile", services: ["a", "b"] },
    /found 2 services .* expected one name/,
    /--service/,
  ],
];

it.each(WRONG)("%s: %o", async (code, said, message, hint) => {
  const error = await completeAnswers({ ...NOTHING, ...said }, TAKEN, PROPOSALS).catch((thrown: unknown) => thrown);
  expect(error).toBeInstanceOf(LabError);
  expect(error).toMatchObject({ kind: "usage", code, message: expect.stringMatching(message) });
  expect((error as LabError).hint).toMatch(hint);
});

it("says which flags are missing where nobody can be asked", async () => {
  const error = completeAnswers({ ...NOTHING, submits: "compose" }, [], { ask: undefined, proposals: false });
  await expect(error).rejects.toMatchObject({
    code: "FLAG_MISSING",
    message: "found no --title, no --service, no --shows, and no terminal to ask on, expected them all",
    hint: "Give them, or accept the proposals with --yes.",
  });
});
