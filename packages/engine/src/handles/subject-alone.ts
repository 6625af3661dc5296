import type { SubjectAnswer, SubjectCommand } from "@compose-labs/lab/structure-tests";
import { type ContainerRun, runContainer, type SubjectOptions } from "./subject-container.ts";

type Problem = { problem: string; ms: number };

/** As many containers as are started side by side. */
const WORKERS = 2;

/** Each command in a container of its own, after its setup. */
export async function runAlone(options: SubjectOptions, commands: SubjectCommand[]): Promise<SubjectAnswer[]> {
  const answers: SubjectAnswer[] = [];
  const left = [...commands.entries()];
  const worker = async () => {
    for (let next = left.shift(); next !== undefined; next = left.shift()) {
      const [index, command] = next;
      try {
        answers[index] = await runOne(options, command);
      } catch (error) {
        left.length = 0; // the others are not asked any more
        throw error;
      }
    }
  };
  await Promise.all(Array.from({ length: WORKERS }, worker));
  return answers;
}

async function runOne(options: SubjectOptions, command: SubjectCommand): Promise<SubjectAnswer> {
  await using images = new AsyncDisposableStack();
  let { image } = options;
  for (const words of command.setup.commands) {
    const run: ContainerRun = { image, command: words, env: command.setup.env };
    const made = await runContainer(options, run, async (ended, container): Promise<{ id: string } | Problem> => {
      if (ended.timedOut) return { problem: overtime(options, words), ms: ended.ms };
      // Its exit code does not matter, as in the original; the labels of the container pass to the image.
      const { Id } = (await container.commit({})) as { Id: string };
      return { id: Id };
    });
    if ("problem" in made) return { ...made, problem: `in \`setup\`: ${made.problem}` };
    image = made.id;
    // The run's end removes it by label.
    images.defer(
      async () =>
        void (await options.docker
          .getImage(made.id)
          .remove({ force: true })
          .catch(() => undefined)),
    );
  }
  return await runContainer(options, { image, command: command.command, env: command.env }, async (ended) =>
    ended.timedOut ? { problem: overtime(options, command.command), ms: ended.ms } : ended,
  );
}

function overtime({ timeout }: SubjectOptions, words: string[]): string {
  return `found \`${words.join(" ")}\` still running after ${timeout} s, expected it to end`;
}
