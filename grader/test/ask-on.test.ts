import { PassThrough } from "node:stream";
import { expect, it } from "vitest";
import { askOn } from "../src/ask-on.ts";

function conversation() {
  const [input, output, abort] = [new PassThrough(), new PassThrough(), new AbortController()];
  return { input, output, abort, talk: { input, output, signal: abort.signal } };
}

it("asks with the proposal, and gives the line that is answered", async () => {
  const { input, output, talk } = conversation();
  using lines = askOn(talk);
  const first = lines.ask("Title", "One page");
  input.write("Mine\n");
  expect(await first).toBe("Mine");
  const second = lines.ask("Services", "web api");
  input.write("\n");
  expect(await second).toBe("");
  expect(String(output.read())).toBe("Title [One page]: Services [web api]: ");
});

it("ends with a usage error when the input ends", async () => {
  const { input, talk } = conversation();
  using lines = askOn(talk);
  const answer = lines.ask("Title", "One page");
  input.end();
  await expect(answer).rejects.toMatchObject({
    kind: "usage",
    code: "ANSWER_MISSING",
    message: 'found the end of the input at "Title", expected an answer',
    hint: "Nothing was written. Give the answers as flags, or accept the proposals with --yes.",
  });
});

it("ends with the reason of an interruption", async () => {
  const { abort, talk } = conversation();
  using lines = askOn(talk);
  const answer = lines.ask("Title", "One page");
  abort.abort(new Error("interrupted"));
  await expect(answer).rejects.toThrow("interrupted");
});
