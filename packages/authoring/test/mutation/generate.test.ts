import { readdir } from "node:fs/promises";
import { join } from "node:path";
import { LabError, loadLab, loadProof } from "@compose-labs/lab";
import { cutDockerfile } from "@compose-labs/submission";
import { describe, expect, it } from "vitest";
import { parseDocument } from "yaml";
import { isDockerfile } from "../../src/mutation/dockerfile-text.ts";
import {
  differenceOf,
  equivalentReasons,
  generateMutants,
  readMutationSource,
  sampleMutants,
  selectMutants,
} from "../../src/mutation/index.ts";
import { OPERATORS } from "../../src/mutation/operators.ts";
import { compose, sourceOf } from "./sample.ts";

const labs = join(import.meta.dirname, "../../../../labs");
const slugs = (await readdir(labs)).filter((name) => /^\d\d-/.test(name)).sort();

describe("operators", () => {
  it("have ids of their own, and words that can be read as one text", () => {
    expect(new Set(OPERATORS.map(({ id }) => id)).size).toBe(OPERATORS.length);
    for (const { id, title, meaning } of OPERATORS) {
      expect(id).toMatch(/^[a-z-]+\.[a-z-]+$/);
      expect(title).toMatch(/^[a-z].*[^.]$/);
      expect(meaning).toMatch(/^[A-Z].*\.$/);
    }
  });
});

describe.each(slugs)("the mutants of %s", (slug) => {
  it("are files that can be read, each different from all others, with the same ids every time", async () => {
    const lab = await loadLab(join(labs, slug));
    const { reference, equivalent } = await loadProof(lab);
    const source = await readMutationSource(lab, reference);
    const mutants = generateMutants(source);
    expect(new Set(mutants.map(({ id }) => id)).size).toBe(mutants.length);
    expect(new Set(mutants.map(({ digest }) => digest)).size).toBe(mutants.length);
    expect(generateMutants(source).map(({ id }) => id)).toEqual(mutants.map(({ id }) => id));
    expect(() => equivalentReasons(mutants, equivalent)).not.toThrow();
    for (const { id, files } of mutants) {
      for (const [path, text] of files) {
        const problem =
          text === undefined
            ? undefined
            : isDockerfile(path)
              ? cutDockerfile(text).problem
              : path === source.compose?.path
                ? parseDocument(text).errors[0]
                : undefined;
        expect({ id, problem }).toEqual({ id, problem: undefined });
      }
    }
  });
});

describe("a mutant", () => {
  const source = sourceOf(
    compose("  b: &b\n    image: a:1\n    init: true\n  a:\n    <<: *b\n    user: '5'\n", "x-part: 1\n"),
  );

  it("is made of one service also where services share a fragment", () => {
    const [mutant] = selectMutants(generateMutants(source), ["init.off:services.b.init"]);
    expect(mutant && differenceOf(source, mutant)).toMatchInlineSnapshot(`
      "--- reference/compose.yaml
      +++ mutant/compose.yaml
      @@ -1,7 +1,7 @@
       services:
         b:
           image: a:1
      -    init: true
      +    init: false
         a:
           image: a:1
           init: true
      "
    `);
  });

  it("takes a whole file away", () => {
    const ignoring = sourceOf({ Dockerfile: "FROM a:1\n", ".dockerignore": "*\n" });
    const [mutant] = selectMutants(generateMutants(ignoring), ["ignore.drop-file"]);
    expect(mutant && differenceOf(ignoring, mutant)).toMatchInlineSnapshot(`
      "--- reference/.dockerignore
      +++ /dev/null
      @@ -1,1 +0,0 @@
      -*
      "
    `);
  });

  it("is not made of a file that is no Compose file, nor of a Dockerfile that builders read in two ways", () => {
    expect(generateMutants(sourceOf({ "compose.yaml": "- a\n" }))).toEqual([]);
    expect(generateMutants(sourceOf({ "compose.yaml": "services: {a: [}\n" }))).toEqual([]);
    expect(generateMutants(sourceOf({ Dockerfile: "FROM a:1\nRUN <<E\n" }))).toEqual([]);
  });
});

describe("the choice of mutants", () => {
  const mutants = generateMutants(sourceOf(compose("  web:\n    image: nginx:1\n    ports: ['80:80']\n")));
  const ids = (some: typeof mutants) => some.map(({ id }) => id);
  const told = (work: () => unknown) => {
    try {
      return work();
    } catch (error) {
      return error instanceof LabError ? [error.code, error.message, error.hint, error.place] : error;
    }
  };

  it("is by id, by operator, and by either with stars", () => {
    expect(ids(selectMutants(mutants, ["port.udp", "*:services.web", "image.*=latest"]))).toEqual([
      "service.drop:services.web",
      "service.rename:services.web",
      "image.latest:services.web.image=latest",
      "port.udp:services.web.ports[0]",
    ]);
  });

  it("names what was likely meant", () => {
    expect(told(() => selectMutants(mutants, ["port.upd"]))).toMatchInlineSnapshot(`
      [
        "MUTANT_UNKNOWN",
        "found no mutant "port.upd", expected the id of a mutant or of an operator",
        "Did you mean \`port.udp\`?",
        undefined,
      ]
    `);
    expect(told(() => selectMutants(mutants, ["something quite different"]))).toMatchInlineSnapshot(`
      [
        "MUTANT_UNKNOWN",
        "found no mutant "something quite different", expected the id of a mutant or of an operator",
        "List them with \`grader mutate <lab> --list\`.",
        undefined,
      ]
    `);
  });

  it("by sample is the same for a seed, and takes one of each operator before a second", () => {
    const sample = sampleMutants(mutants, 12, "a");
    expect(sample).toHaveLength(12);
    expect(new Set(sample.map(({ operator }) => operator.id)).size).toBe(12);
    expect(ids(sampleMutants(mutants, 12, "a"))).toEqual(ids(sample));
    expect(ids(sampleMutants(mutants, 12, "b"))).not.toEqual(ids(sample));
    expect(sampleMutants(mutants, 1000, "a")).toEqual(mutants);
  });

  it("leaves out what the lab says is no mistake, and says which entry means nothing", () => {
    const place = { file: "labs/01-a/mutants.yaml", line: 9, column: 3 };
    const reasons = equivalentReasons(mutants, [{ pattern: "port.other-host", reason: "Any port will do.", place }]);
    expect([...reasons]).toEqual([["port.other-host:services.web.ports[0]", "Any port will do."]]);
    const entry = { reason: "Any port will do.", place };
    expect(told(() => equivalentReasons(mutants, [{ ...entry, pattern: "port.other-hosts" }]))).toMatchInlineSnapshot(`
      [
        "EQUIVALENT_UNKNOWN",
        "found \`port.other-hosts\` in \`equivalent\`, expected the id of a mutant that is made of the reference",
        "Did you mean \`port.other-host\`? \`grader mutate <lab> --list\` shows them all.",
        {
          "column": 3,
          "file": "labs/01-a/mutants.yaml",
          "line": 9,
        },
      ]
    `);
    expect(told(() => equivalentReasons(mutants, [{ ...entry, pattern: "?" }]))).toMatchInlineSnapshot(`
      [
        "EQUIVALENT_UNKNOWN",
        "found \`?\` in \`equivalent\`, expected the id of a mutant that is made of the reference",
        "List them with \`grader mutate <lab> --list\`, or take the entry out.",
        {
          "column": 3,
          "file": "labs/01-a/mutants.yaml",
          "line": 9,
        },
      ]
    `);
  });
});
