import { LabError } from "@compose-labs/lab";
import type { TestProject } from "vitest/node";
import { findBrowser } from "./find-browser.ts";

declare module "vitest" {
  interface ProvidedContext {
    /** Absolute path of the browser's program. */
    browserPath: string;
  }
}

/** Set-up of the test project `browser`. */
export default async function provideBrowser(project: TestProject): Promise<void> {
  const log = (line: string) => process.stderr.write(`${line}\n`);
  try {
    project.provide(
      "browserPath",
      await findBrowser({ environment: process.env, log, signal: new AbortController().signal }),
    );
  } catch (error) {
    // vitest shows the message of an error and not what comes beside it.
    if (error instanceof LabError && error.hint !== undefined) error.message += `\n${error.hint}`;
    throw error;
  }
}
