import { access } from "node:fs/promises";
import { createServer, type Server } from "node:net";
import type { EngineApi } from "./engine.ts";

/** What a case's `harness` asks for, read from its prose. */
export interface HarnessPlan {
  /** TCP ports of this machine that are taken while the case is graded. */
  ports: number[];
  /** Over the grader's environment; the values are canaries. */
  environment: Record<string, string>;
  /** Texts that may be in nothing that leaves the grader. */
  canaries: string[];
  /** Files that may not exist afterwards. */
  absent: string[];
  /** Images whose id may not change. */
  images: string[];
  /** Made on the engine before, and still to be there afterwards. */
  kept: { kind: "volumes" | "networks"; name: string }[];
  /** Parts that mean nothing to the runner. */
  unknown: string[];
}

const PARTS: [RegExp, (plan: HarnessPlan, groups: string[]) => void][] = [
  [/^occupy (?:the )?(?:host )?ports? (\d+)(?: before grading)?$/i, (plan, [port]) => plan.ports.push(Number(port))],
  [
    /^(?:export|set) ([A-Z_][A-Z0-9_]*)=(\S+)(?: in the grader's environment)?$/,
    (plan, [name = "", value = ""]) => {
      plan.environment[name] = value;
      plan.canaries.push(value);
    },
  ],
  [/^fail if (\S+) appears in .*$/i, (plan, [text = ""]) => plan.canaries.push(text)],
  [/^(?:the file )?(\/\S+) must not exist(?: afterwards)?$/i, (plan, [file = ""]) => plan.absent.push(file)],
  [/^(?:the )?image id of (\S+) must be unchanged$/i, (plan, [image = ""]) => plan.images.push(image)],
  [
    /^create (?:a |the )?(volume|network) (\S+?)(?: before(?: grading)?)?(?:, which must (?:still be there|survive|be kept)(?: afterwards)?)?$/i,
    (plan, [kind = "", name = ""]) =>
      plan.kept.push({ kind: kind.toLowerCase() === "volume" ? "volumes" : "networks", name }),
  ],
];

export function readHarness(prose = ""): HarnessPlan {
  const plan: HarnessPlan = {
    ...{ ports: [], environment: {}, canaries: [], absent: [], images: [], kept: [], unknown: [] },
  };
  for (const part of prose.split(/[;.]\s+|[;.]$/).map((text) => text.trim())) {
    if (part === "") continue;
    const known = PARTS.find(([pattern]) => pattern.test(part));
    if (known === undefined) plan.unknown.push(part);
    else known[1](plan, (known[0].exec(part) ?? []).slice(1));
  }
  return plan;
}

/** The set-up of a plan, taken back at the end of the block. */
export interface Harness extends AsyncDisposable {
  /** What is not as it was, or is there and should not be. */
  problems(): Promise<string[]>;
}

/** `images` are looked at in every case, whatever the plan names. */
export async function setUp(plan: HarnessPlan, engine: EngineApi, images: readonly string[]): Promise<Harness> {
  const servers = await Promise.all(plan.ports.map(occupy));
  const watched = [...new Set([...images, ...plan.images])];
  const before = await Promise.all(watched.map((image) => imageId(engine, image)));
  const early = await existing(plan.absent);
  for (const { kind, name } of plan.kept) {
    await engine.post(`/${kind}/create`, { Name: name, Labels: { "compose-labs-hostile": "kept" } });
  }
  return {
    async problems() {
      const after = await Promise.all(watched.map((image) => imageId(engine, image)));
      const kept = await Promise.all(plan.kept.map(({ kind, name }) => engine.get(`/${kind}/${name}`)));
      return [
        ...watched.filter((_, index) => before[index] !== after[index]).map((image) => `${image} is another image now`),
        ...plan.kept.filter((_, index) => kept[index] === undefined).map(({ name }) => `${name} was removed`),
        ...(await existing(plan.absent)).map((file) =>
          early.includes(file) ? `${file} was there before; remove it and try again` : `${file} was made`,
        ),
      ];
    },
    async [Symbol.asyncDispose]() {
      await Promise.all(servers.map((server) => new Promise((done) => server?.close(done) ?? done(undefined))));
      for (const { kind, name } of plan.kept) await engine.remove(`/${kind}/${name}`);
    },
  };
}

/** Takes a port on all addresses. One that somebody else has is as taken as is wanted. */
function occupy(port: number): Promise<Server | undefined> {
  const server = createServer((socket) => socket.destroy());
  return new Promise((resolve, reject) => {
    server.on("error", (error: NodeJS.ErrnoException) =>
      error.code === "EADDRINUSE" ? resolve(undefined) : reject(error),
    );
    server.listen(port, () => resolve(server));
  });
}

async function imageId(engine: EngineApi, image: string): Promise<string | undefined> {
  const found = (await engine.get(`/images/${image}/json`)) as { Id: string } | undefined;
  return found?.Id;
}

async function existing(files: readonly string[]): Promise<string[]> {
  const found = await Promise.all(
    files.map((file) =>
      access(file).then(
        () => true,
        () => false,
      ),
    ),
  );
  return files.filter((_, index) => found[index]);
}
