import { documentOf, type GitHub, type GradeRun } from "./github.ts";
import { findWorkflowCommands, showAnnotation } from "./workflow-commands.ts";

/** What a run of `grade.yml` is seen to be from outside. */
export function outcomeOf({ job }: Pick<GradeRun, "job">) {
  const document = documentOf(job);
  return {
    exitCode: job.steps.find(({ name }) => name === "Grade")?.exitCode,
    verdict: document?.verdict,
    findings: document?.findings.map(({ code, path }) => (path ? `${code} ${path}` : code)),
    submissions: document?.submissions.map(({ lab, result: { verdict, score, maxScore } }) =>
      verdict === "graded" ? `${lab} ${score}/${maxScore}` : `${lab} ${verdict}`,
    ),
    annotations: job.steps
      .flatMap(({ stdout, stderr }) => findWorkflowCommands(`${stdout}\n${stderr}`))
      .map(showAnnotation),
  };
}

/** The texts of a pull request's comments. */
export function commentsOn({ state }: GitHub, { number }: { number: number }): string[] {
  return (state.comments.get(number) ?? []).map(({ body }) => body);
}

/** What is left of a page of Markdown without its code: there, signs are markup. */
export function outsideCode(markdown: string): string {
  return markdown.replace(/^(`{3,}).*?^\1$/gms, "").replace(/(`+)(?!`).*?(?<!`)\1(?!`)/gs, "");
}
