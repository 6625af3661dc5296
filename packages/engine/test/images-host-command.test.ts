import { expect, test } from "vitest";
import { mustRunOnHost, runOnHost } from "../src/images/host-command.ts";

const { signal } = new AbortController();
const options = { environment: { PATH: process.env.PATH }, signal };
const must = { ...options, code: "TRY_FAILED", doing: "trying", hint: "Try again." };
const shell = (script: string) => ["sh", "-c", script];

test("gives what the program said, line by line and in all, and nothing of our environment", async () => {
  const lines: string[] = [];
  const result = await runOnHost(shell("echo one; echo two >&2; echo HOME=$HOME; exit 3"), {
    ...options,
    onLine: (line) => lines.push(line),
  });
  expect(result).toMatchObject({ exitCode: 3, stdout: "one\nHOME=", notFound: false });
  expect(lines.toSorted()).toEqual(["HOME=", "one", "two"]);
});

test("a program that is not there is said to be missing", async () => {
  expect(await runOnHost(["no-such-program-here"], options)).toMatchObject({ exitCode: undefined, notFound: true });
});

test("a failure that must not be is a fault with its last lines", async () => {
  await expect(mustRunOnHost(shell("echo 1; echo 2; echo 3; echo 4; echo 5; exit 1"), must)).rejects.toMatchObject({
    kind: "fault",
    code: "TRY_FAILED",
    message: "trying failed (exit code 1): 2\n3\n4\n5",
    hint: "Try again.",
  });
  await expect(mustRunOnHost(shell("echo 'cp: No space left on device'; exit 1"), must)).rejects.toMatchObject({
    code: "DISK_FULL",
    message: expect.stringContaining("trying failed: the disk is full"),
  });
});

test("a program that must be there and is not is named", async () => {
  await expect(mustRunOnHost(["no-such-program-here"], must)).rejects.toMatchObject({
    message: "trying failed: found no no-such-program-here on this machine",
  });
});

test("the signal ends it", async () => {
  const stop = new AbortController();
  setTimeout(() => stop.abort(new Error("enough")), 50);
  await expect(runOnHost(["sleep", "30"], { ...options, signal: stop.signal })).rejects.toThrow("enough");
});

test("input reaches it", async () => {
  expect((await runOnHost(["cat"], { ...options, input: "{}" })).stdout).toBe("{}");
});
