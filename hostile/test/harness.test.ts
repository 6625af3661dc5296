import { expect, test } from "vitest";
import { readHarness } from "../harness.ts";

test("a harness is read part by part, and what is not understood is said", () => {
  const prose =
    "occupy host port 8080 before grading; export TOKEN=t1. fail if t2 appears in output or labels; " +
    "/tmp/x must not exist afterwards; image id of busybox:1.37 must be unchanged; " +
    "create volume v, which must still be there afterwards; sing a song";
  expect(readHarness(prose)).toEqual({
    ports: [8080],
    environment: { TOKEN: "t1" },
    canaries: ["t1", "t2"],
    absent: ["/tmp/x"],
    images: ["busybox:1.37"],
    kept: [{ kind: "volumes", name: "v" }],
    unknown: ["sing a song"],
  });
});
