import { faultError, usageError } from "@compose-labs/lab";
import { describe, expect, it } from "vitest";
import { errorText } from "../src/error-text.ts";

describe("errorText", () => {
  it("says where, what, which code, and what to do", () => {
    const place = { file: "lab.yaml", line: 3, column: 5 };
    expect(errorText(usageError("A_CODE", "found a, expected b", { place, hint: "Do this.\nThen that." }))).toBe(
      "grader: lab.yaml:3:5: found a, expected b [A_CODE]\n  Do this.\n  Then that.\n",
    );
    expect(errorText(faultError("B_CODE", "found a, expected b"))).toBe("grader: found a, expected b [B_CODE]\n");
  });

  it("asks for a report of what is no error of ours, with its stack", () => {
    const error = new TypeError("x is not a function");
    expect(errorText(error)).toBe(`grader: an error of its own; please report it\n${error.stack}\n`);
    expect(errorText("a word")).toBe("grader: an error of its own; please report it\na word\n");
  });
});
