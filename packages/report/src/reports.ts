import type { Result } from "@compose-labs/lab";
import type { Classroom50Identity } from "./render-classroom50.ts";

/** Every form of a report, by the name that the command line knows it by. */
export const REPORT_FORMATS = [
  "terminal",
  "json",
  "markdown",
  "html",
  "junit",
  "ctrf",
  "gradescope",
  "classroom50",
  "check50",
  "github-classroom",
  "annotations",
] as const;

export type ReportFormat = (typeof REPORT_FORMATS)[number];

export interface ReportOptions {
  /**
   * The submission's folder below the repository's root, put before the files of annotations: one for all results,
   * or one for each, in their order.
   */
  folder?: string | readonly (string | undefined)[];
  /** Whose work it is; the form `classroom50` cannot do without. */
  identity?: Classroom50Identity;
  /** Bytes that the Markdown report may take; what is longer is told in less detail. Default 1,000,000. */
  maxLength?: number;
  /** Columns of the terminal report. Default 80. */
  width?: number;
  /** Colours in the terminal report. Default false. */
  colour?: boolean;
  /** False gives the terminal report in plain ASCII. Default true. */
  unicode?: boolean;
  /** Levels of hints shown for each failed check, terminal, Markdown and HTML. Default 1. */
  hints?: number;
  /** Only what did not pass, and the score, in the terminal report. Default false. */
  quiet?: boolean;
}

type Renderer = (results: readonly Result[], options: ReportOptions) => string;

const RENDERERS: Record<ReportFormat, () => Promise<Renderer>> = {
  terminal: async () => {
    const { renderTerminal } = await import("./render-terminal.ts");
    return (results, options) => results.map((result) => renderTerminal(result, { width: 80, ...options })).join("\n");
  },
  json: async () => {
    const { renderJson, renderJsonList } = await import("./render-json.ts");
    return (results) => {
      const [only, second] = results;
      return only === undefined || second !== undefined ? renderJsonList(results) : renderJson(only);
    };
  },
  markdown: async () => (await import("./render-markdown.ts")).renderMarkdown,
  html: async () => (await import("./render-html.ts")).renderHtml,
  junit: async () => (await import("./render-junit.ts")).renderJunit,
  ctrf: async () => (await import("./render-ctrf.ts")).renderCtrf,
  gradescope: async () => (await import("./render-gradescope.ts")).renderGradescope,
  classroom50: async () => (await import("./render-classroom50.ts")).renderClassroom50,
  check50: async () => (await import("./render-check50.ts")).renderCheck50,
  "github-classroom": async () => (await import("./render-github-classroom.ts")).renderGithubClassroom,
  annotations: async () => (await import("./render-annotations.ts")).renderAnnotations,
};

/**
 * Results in one of the forms; the code of a form is loaded when it is asked for. Several results give one report
 * on all of them. Throws the usage error REPORT_ONE_RESULT where a form has room for one only, and
 * CLASSROOM50_IDENTITY for that form without an identity.
 */
export async function renderReport(
  format: ReportFormat,
  results: readonly Result[],
  options: ReportOptions = {},
): Promise<string> {
  const render = await RENDERERS[format]();
  return render(results, options);
}
