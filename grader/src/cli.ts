import { Command, InvalidArgumentError, Option } from "commander";
import type { ImagesAction } from "./commands/images.ts";
import { takeParser } from "./early-parser.ts";
import type { Shard } from "./proof/selection.ts";

/** What commands get from the edge. */
export interface Edge {
  /** Aborted by Ctrl-C and SIGTERM, with a fault as its reason. */
  signal: AbortSignal;
  /** The exit code of a command that ends by itself. */
  exit(code: number): void;
}

/** The whole command line; each command's code is imported when it runs. */
export function createProgram(edge: Edge): Command {
  const program = new Command("grader")
    .description(
      "Grades Docker Compose labs: starts your stack on a real engine, tries it, and explains what it finds.",
    )
    .option("--labs <dir>", "the folder of labs, if it is not the course's own")
    .showHelpAfterError("Run `grader --help` to see every command.")
    .exitOverride();
  const globals = () => program.opts<{ labs?: string }>();

  program.commandsGroup("Labs:");

  program
    .command("list")
    .description("the labs, with their points and what each is about")
    .option("--json", "as JSON")
    .addHelpText("after", "\nExample:\n  grader list")
    .action(async (options) =>
      edge.exit(await (await import("./commands/list.ts")).list({ ...globals(), ...options })),
    );

  program
    .command("start")
    .description("copy a lab's starter to submissions/<lab>; never overwrites")
    .argument("<lab>", "number, slug or unique prefix")
    .argument("[dir]", "where to put it instead")
    .addHelpText("after", "\nExamples:\n  grader start 07\n  grader start bridge ~/course/networks")
    .action(async (lab, dir) =>
      edge.exit(await (await import("./commands/start.ts")).start({ ...globals(), lab, dir })),
    );

  program
    .command("check")
    .description("grade a folder")
    .argument("<lab>", "number, slug or unique prefix")
    .argument("[dir]", "the submission, if it is not submissions/<lab>")
    .option("--json", "the result document on stdout, nothing else")
    .option("--report <form[=file]>", "a report in another form, on stdout or to a file; repeatable", append)
    .option("--seed <hex>", "repeat a run: the seed of its result", seed)
    .addOption(
      new Option("--like <result.json>", "repeat a run from its result, and say what differs").conflicts([
        "seed",
        "policyOnly",
      ]),
    )
    .option("--keep", "leave the stack up and say how to reach and remove it")
    .option("--only <check...>", "only these checks and what they need")
    .option("--hints <level>", "how many hints to show for each failed check", level, 1)
    .option("--quiet", "only what did not pass, and the score")
    .addOption(
      new Option(
        "--policy-only",
        "only look whether anything is refused; needs no engine and starts nothing",
      ).conflicts(["keep", "only"]),
    )
    .addHelpText(
      "after",
      "\nExamples:\n  grader check 07\n  grader check 07 --only db-unreachable --hints 2\n  grader check 03 ./my-image --json > result.json\n  grader check 09 --policy-only\n  grader check 07 --report markdown=result.md --report junit=result.xml\n  grader check 07 --like result.json\n\n`grader report --help` lists the forms.\n\nExit codes: 0 all passed, 1 something failed or was refused, 2 wrong usage, 3 not your fault.",
    )
    .action(async (lab, dir, options) => {
      await using parser = takeParser(edge.signal);
      const { check } = await import("./commands/check.ts");
      edge.exit(await check({ ...globals(), ...options, lab, dir, parser, signal: edge.signal }));
    });

  program.commandsGroup("Handing in:");

  program
    .command("submit")
    .description("grade a folder and hand it in: one commit with it alone, pushed, as a pull request")
    .argument("<lab>", "number, slug or unique prefix")
    .argument("[dir]", "the submission, if it is not submissions/<lab>")
    .option("--student <login>", "who you are, if neither gh nor your fork says it")
    .option("--remote <name>", "the remote that your branch is pushed to", "origin")
    .option("--repository <dir>", "your clone of the course, if you are not in it")
    .option("--course <file>", "the course's own file, if it is not course.yaml of the clone")
    .addOption(
      new Option("--bundle [file]", "write one ZIP archive with files and result instead, without Git").conflicts([
        "remote",
        "repository",
      ]),
    )
    .option("--dry-run", "only say what would be handed in; grades nothing")
    .option("--hints <level>", "how many hints to show for each failed check", level, 1)
    .addHelpText(
      "after",
      "\nYour working tree, your index and your branches stay as they are.\n\nExamples:\n  grader submit 07\n  grader submit 07 --dry-run\n  grader submit 07 ~/networks --student alice\n  grader submit 07 --student alice --bundle\n\nExit codes: 0 handed in, all passed; 1 handed in, something failed or was refused; 2 not handed in, wrong usage;\n3 not handed in, fault.",
    )
    .action(async (lab, dir, options) => {
      await using parser = takeParser(edge.signal);
      const { submit } = await import("./commands/submit.ts");
      edge.exit(await submit({ ...globals(), ...options, lab, dir, parser, signal: edge.signal }));
    });

  program
    .command("pr")
    .description("grade a pull request: labs and checks of this checkout, submissions of its head")
    .requiredOption(
      "--repository <dir>",
      "the repository that has base and head: a checkout of the head, or a bare one",
    )
    .option("--event <file>", "the event `pull_request` as JSON (GITHUB_EVENT_PATH if not given)")
    .addOption(new Option("--base <commit>", "instead of an event: the commit that is merged into").conflicts("event"))
    .addOption(new Option("--head <commit>", "instead of an event: the commit that is graded").conflicts("event"))
    .option("--course <file>", "the course's own file, if it is not course.yaml of this checkout")
    .option("--document <file>", "write the whole outcome to a file, as JSON of at most 512 KiB")
    .option("--report <form[=file]>", "a report of all submissions in another form; repeatable", append)
    .option("--summary <file>", "append the outcome to a file in Markdown (GITHUB_STEP_SUMMARY if not given)")
    .addHelpText(
      "after",
      "\nNothing of the head is run outside of its stack, and its checkout is not read: only its commit.\n\nExamples:\n  grader pr --repository ../pr --document pull-request.json\n  grader pr --repository ../pr --report junit=results.xml --report ctrf=results.json\n  grader pr --repository . --base $(git rev-parse main) --head $(git rev-parse my-branch)\n\nExit codes: 0 all passed or nothing to grade, 1 something failed or was refused, 2 wrong usage, 3 fault.",
    )
    .action(async (options) =>
      edge.exit(await (await import("./commands/pr.ts")).pr({ ...globals(), ...options, signal: edge.signal })),
    );

  program
    .command("pr-comment")
    .description("comment on the pull request of a finished run; for the workflow `comment`")
    .requiredOption("--run <file>", "the event `workflow_run` as JSON (GITHUB_EVENT_PATH)")
    .addHelpText(
      "after",
      "\nTakes the run's document as data, asks the API which pull request it is of, and keeps one comment there up to\ndate. The token is read from GITHUB_TOKEN, the API's address from GITHUB_API_URL.\n\nExample:\n  grader pr-comment --run \"$GITHUB_EVENT_PATH\"\n\nExit codes: 0 commented or nothing to say, 1 the document cannot be used (the comment says so), 2 wrong usage, 3 fault.",
    )
    .action(async (options) =>
      edge.exit(await (await import("./commands/pr-comment.ts")).prComment({ ...options, signal: edge.signal })),
    );

  program
    .command("report")
    .description("make a report of results that are there, in another form")
    .argument("<result.json...>", "documents that check --json or pr wrote")
    .requiredOption("--as <form>", "terminal, json, markdown, junit, ctrf, gradescope, …: see below")
    .option("--output <file>", "write it to a file instead of stdout")
    .option("--folder <path>", "with annotations: the submission's folder below the repository's root")
    .option("--hints <level>", "how many hints to show for each failed check", level, 1)
    .option("--quiet", "with terminal: only what did not pass, and the score")
    .addHelpText(
      "after",
      "\nForms of any number of results: terminal, json, markdown, html, junit, ctrf, annotations.\nForms of one result: gradescope, classroom50, check50, github-classroom.\n\nExamples:\n  grader report result.json --as markdown\n  grader report results/*.json --as junit --output results.xml\n\nExit codes: 0 the report was made, 2 wrong usage or a wrong document; 3 gradescope, classroom50 or\ngithub-classroom was asked for a result that has no mark, such as one with a fault.",
    )
    .action(async (files, options) =>
      edge.exit(await (await import("./commands/report.ts")).report({ ...options, files })),
    );

  program
    .command("gradebook")
    .description("make a gradebook, or a page on the class, from results that are there")
    .argument("<folder>", "the documents that check --json or pr wrote, at any depth")
    .requiredOption("--roster <csv>", "the course's students: id and github, and as you have them name, email, …")
    .requiredOption("--as <form>", "canvas, moodle, csv or html")
    .option("--course <file>", "dates, weights and late rules, in place of the repository's course.yaml")
    .option("--output <file>", "write it to a file instead of stdout")
    .addHelpText(
      "after",
      "\nExamples:\n  grader gradebook results --roster roster.csv --as canvas --output canvas.csv\n  grader gradebook results --roster roster.csv --as html --output class.html\n\nExit codes: 0 the gradebook was made, 1 it was made and documents name somebody who is not in the roster,\n2 wrong usage, roster or documents.",
    )
    .action(async (folder, options) =>
      edge.exit(await (await import("./commands/gradebook.ts")).gradebook({ ...globals(), ...options, folder })),
    );

  program
    .command("compare")
    .description("say what differs between two results, and why it may matter")
    .argument("<a.json>", "a document that check --json wrote")
    .argument("<b.json>", "another one")
    .option("--json", "as JSON")
    .addHelpText(
      "after",
      "\nExample:\n  grader compare at-home.json from-the-workflow.json\n\nExit codes: 0 verdict, score and outcomes agree, 1 they differ, 2 wrong usage or a wrong document.",
    )
    .action(async (first, second, options) =>
      edge.exit(await (await import("./commands/compare.ts")).compare({ ...options, first, second })),
    );

  program.commandsGroup("Writing labs:");

  program
    .command("new")
    .description("make a lab that works, to be changed into your own")
    .argument("<name>", "its name, such as one-page; with a number (12-one-page) if it is to have that one")
    .option("--title <title>", "its title")
    .option("--submits <what>", "what the student hands in: compose, dockerfile or both")
    .option("--service <name...>", "its services; the first is asked from outside")
    .option("--shows <sentence>", "what it is to show, in a sentence")
    .option("--yes", "take the proposals for what is not given; ask nothing")
    .addHelpText(
      "after",
      "\nWhat is not given is asked, on a terminal.\n\nExamples:\n  grader new one-page\n  grader new 12-one-page --title 'One page' --submits dockerfile --yes\n  grader new shop --submits compose --service web --service api --service db --yes",
    )
    .action(async (name, options) =>
      edge.exit(
        await (await import("./commands/new.ts")).newLab({ ...globals(), ...options, name, signal: edge.signal }),
      ),
    );

  program
    .command("preview")
    .description("show a lab as a student will see it")
    .argument("<lab>", "number, slug or unique prefix")
    .option("--check <check>", "the failure of one check instead of the task")
    .option("--hints <level>", "with --check: how many hints to show", level, 1)
    .addHelpText("after", "\nExamples:\n  grader preview 07\n  grader preview 07 --check db-unreachable --hints 3")
    .action(async (lab, options) =>
      edge.exit(await (await import("./commands/preview.ts")).preview({ ...globals(), ...options, lab })),
    );

  program
    .command("lint")
    .description("find what labs get wrong, without running anything")
    .argument("[lab...]", "all labs if none is named")
    .option("--fix", "write the rubric of the task as the checks are")
    .option("--since <revision>", "the revision of Git that ids are held against (HEAD if not given)")
    .option("--json", "as JSON")
    .addHelpText(
      "after",
      "\nExamples:\n  grader lint\n  grader lint 07 --fix\n  grader lint --since origin/main\n\nExit codes: 0 clean, 1 something was found, 2 wrong usage.",
    )
    .action(async (labs, options) =>
      edge.exit(await (await import("./commands/lint.ts")).lint({ ...globals(), ...options, names: labs })),
    );

  program
    .command("verify")
    .description("prove labs: right solutions pass, each known wrong one fails exactly where it should")
    .argument("[lab...]", "all labs if none is named")
    .option("--repeat <times>", "grade every case so often and show flakes", count, 1)
    .option("--jobs <stacks>", "stacks side by side (as many as the machine bears if not given)", count)
    .option("--adversity", "on worse machines too, and with the reference written in every other way")
    .option(
      "--only <case...>",
      "only these cases: reference, starter, or the name of an alternative, mutant, rewriting or condition",
    )
    .option("--shard <part/of>", "only one part of the cases of each lab: 1/4, then 2/4 elsewhere or later", shard)
    .option("--json", "the proof as JSON on stdout")
    .option("--report-file <file>", "write the proof as JSON to a file too")
    .addHelpText(
      "after",
      "\nExamples:\n  grader verify\n  grader verify 07 --repeat 5\n  grader verify 07 --only database-published\n  grader verify 07 --adversity --repeat 5\n  grader verify 09 --adversity --repeat 5 --shard 1/4",
    )
    .action(async (labs, options) =>
      edge.exit(
        await (await import("./commands/verify.ts")).verify({
          ...globals(),
          ...options,
          names: labs,
          signal: edge.signal,
        }),
      ),
    );

  program
    .command("mutate")
    .description("test a lab's checks: mistakes are made in the reference, and some check must notice each")
    .argument("[lab...]", "all labs if none is named")
    .option("--jobs <stacks>", "stacks side by side (as many as the machine bears if not given)", count)
    .option("--sample <mutants>", "only so many, spread over the operators", count)
    .option("--seed <hex>", "which ones --sample draws", seed)
    .option("--since <revision>", "only what changed since a revision of Git can have changed the verdict of")
    .option("--only <mutant...>", "only these: ids of mutants or of operators, with * for any text")
    .option("--fresh", "forget what earlier runs found out")
    .option("--threshold <percent>", "how many of the mutants must be killed", percent, 95)
    .addOption(new Option("--list", "only list the mutants; grades nothing").conflicts(["show"]))
    .option("--show <mutant>", "only show one mutant as a diff; grades nothing")
    .option("--into <dir>", "with --show: write the mutant there, as a submission")
    .option("--json", "the reports as JSON on stdout")
    .option("--report-file <file>", "write the reports as JSON to a file too")
    .addHelpText(
      "after",
      "\nAn interrupted run goes on where it was: verdicts are kept until the lab or the grader changes.\n\nExamples:\n  grader mutate 07\n  grader mutate 07 --only 'network.*' --jobs 2\n  grader mutate --sample 20 --since origin/main\n  grader mutate 07 --show network.internal:networks.back.internal\n\nExit codes: 0 enough were killed, 1 too many survived, 2 wrong usage or a wrong lab, 3 some have no verdict.",
    )
    .action(async (labs, options) =>
      edge.exit(
        await (await import("./commands/mutate.ts")).mutate({
          ...globals(),
          ...options,
          names: labs,
          signal: edge.signal,
        }),
      ),
    );

  program
    .command("structure-test")
    .description("run files of container-structure-test (schema 2.0.0) against an image")
    .requiredOption("-i, --image <ref>", "the image, as the engine knows it")
    .requiredOption("-c, --config <file...>", "files of tests: .yaml, .yml or .json")
    .addOption(
      new Option("-o, --output <format>", "what is printed").choices(["text", "json", "junit"]).default("text"),
    )
    .option("--test-report <file>", "write the report to a file instead; as JSON where the output is text")
    .option("--junit-suite-name <name>", "the suite's name in JUnit", "container-structure-test.test")
    .option("--pull", "pull the image first")
    .option("--timeout <seconds>", "how long a command may take", seconds, 30)
    .addOption(new Option("-d, --driver <name>", "only docker is known").choices(["docker"]).default("docker"))
    .option("-q, --quiet", "print nothing on stdout")
    .addHelpText(
      "after",
      "\nExamples:\n  grader structure-test --image web:latest --config image.yaml\n  grader structure-test -i web -c files.yaml commands.yaml --output junit > report.xml\n\nExit codes: 0 all passed, 1 a test failed, 2 a file or the command line is wrong, 3 fault.",
    )
    .action(async (options) =>
      edge.exit(
        await (await import("./commands/structure-test.ts")).structureTest({ ...options, signal: edge.signal }),
      ),
    );

  program
    .command("export")
    .description("write the student edition: no references, alternatives, mutants or hidden checks")
    .argument("<dir>", "a new or empty folder")
    .option("--only <lab...>", "only these labs")
    .addHelpText("after", "\nExamples:\n  grader export ../course-students\n  grader export ../week-3 --only 03 06")
    .action(async (dir, options) =>
      edge.exit(
        await (await import("./commands/export.ts")).exportEdition({
          ...globals(),
          ...options,
          dir,
          signal: edge.signal,
        }),
      ),
    );

  program.commandsGroup("The machine:");

  program
    .command("demo")
    .description("grade a reference, a starter and a wrong solution of every lab, and show the reports")
    .addHelpText("after", "\nExample:\n  grader demo")
    .action(async () =>
      edge.exit(await (await import("./commands/demo.ts")).demo({ ...globals(), signal: edge.signal })),
    );

  program
    .command("setup")
    .description("find or install the container engine, and get the course's images")
    .option("--no-install", "never install or start an engine")
    .addHelpText("after", "\nExamples:\n  grader setup\n  NO_ENGINE_INSTALL=1 grader setup")
    .action(async (options) =>
      edge.exit(
        await (await import("./commands/setup.ts")).setup({
          ...globals(),
          install: options.install,
          signal: edge.signal,
        }),
      ),
    );

  program
    .command("images")
    .description("show the course's images; pull, build, save or load them")
    .argument("[action]", "pull, build, save or load", imagesAction)
    .argument("[file]", "the bundle, for save and load")
    .addHelpText(
      "after",
      "\nExamples:\n  grader images\n  grader images pull\n  grader images save course-images.tar\n  grader images load course-images.tar",
    )
    .action(async (action, file) =>
      edge.exit(
        await (await import("./commands/images.ts")).images({ ...globals(), action, file, signal: edge.signal }),
      ),
    );

  program
    .command("doctor")
    .description("engine, Compose, versions with known holes, disk, images, leftovers; each with what to do")
    .option("--json", "as JSON")
    .addHelpText("after", "\nExample:\n  grader doctor")
    .action(async (options) =>
      edge.exit(await (await import("./commands/doctor.ts")).doctor({ ...globals(), ...options, signal: edge.signal })),
    );

  program
    .command("clean")
    .description("remove what dead or kept runs left on the engine")
    .option("--dry-run", "only say what would be removed")
    .addHelpText("after", "\nExamples:\n  grader clean --dry-run\n  grader clean")
    .action(async (options) =>
      edge.exit(await (await import("./commands/clean.ts")).clean({ ...globals(), ...options, signal: edge.signal })),
    );

  return program;
}

function imagesAction(value: string): ImagesAction {
  if (value === "pull" || value === "build" || value === "save" || value === "load") return value;
  throw new InvalidArgumentError("expected pull, build, save or load.");
}

function append(value: string, before: string[] = []): string[] {
  return [...before, value];
}

function count(value: string): number {
  const number = Number(value);
  if (Number.isInteger(number) && number >= 1 && number <= 1000) return number;
  throw new InvalidArgumentError("expected a whole number from 1 to 1000.");
}

function shard(value: string): Shard {
  const [, part, of] = /^([1-9]\d{0,2})\/([1-9]\d{0,2})$/.exec(value) ?? [];
  if (part !== undefined && of !== undefined && Number(part) <= Number(of))
    return { part: Number(part), of: Number(of) };
  throw new InvalidArgumentError("expected a part and their number, such as 1/4.");
}

function percent(value: string): number {
  const number = Number(value);
  if (value.trim() !== "" && number >= 0 && number <= 100) return number;
  throw new InvalidArgumentError("expected a number from 0 to 100.");
}

function seconds(value: string): number {
  const number = Number(value);
  if (Number.isFinite(number) && number > 0 && number <= 86_400) return number;
  throw new InvalidArgumentError("expected a number of seconds above 0, at most 86400.");
}

function level(value: string): number {
  const number = Number(value);
  if (Number.isInteger(number) && number >= 0 && number <= 20) return number;
  throw new InvalidArgumentError("expected a whole number from 0 to 20.");
}

function seed(value: string): string {
  if (/^[0-9a-f]{1,32}$/i.test(value)) return value.toLowerCase();
  throw new InvalidArgumentError("expected 1 to 32 hex digits, such as 5eed0001.");
}
