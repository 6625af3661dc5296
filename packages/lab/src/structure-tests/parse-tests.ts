import { isMap, isNode, isScalar, LineCounter, parseAllDocuments } from "yaml";
import { usageError } from "../errors.ts";
import type { Place } from "../place.ts";
import { type Source, text } from "./decode.ts";
import { type FileExistenceTest, type StructureTestFile, wholeFile } from "./test-file.ts";

/**
 * Reads a file of container-structure-test, schema 2.0.0: YAML, or JSON where `file` ends with `.json`. Throws usage
 * errors (`STRUCTURE_FILE`, `STRUCTURE_SCHEMA`) with `file:line:column`.
 */
export function parseStructureTests(content: string, file: string): StructureTestFile {
  if (!/\.(json|ya?ml)$/.test(file)) {
    throw usageError("STRUCTURE_FILE", "found a name that ends otherwise, expected .yaml, .yml or .json", {
      place: { file },
      hint: "Give the file the ending of its format.",
    });
  }
  const source = openSource(content, file);
  requireSchema(source);
  const read = wholeFile(source.document.contents, "", source);
  return {
    globalEnvVars: read.globalEnvVars ?? [],
    commandTests: read.commandTests ?? [],
    fileExistenceTests: (read.fileExistenceTests ?? []).map((test) => withDefaults(test, source.json)),
    fileContentTests: read.fileContentTests ?? [],
    metadataTest: read.metadataTest ?? {},
    licenseTests: read.licenseTests ?? [],
    containerRunOptions: read.containerRunOptions ?? {},
  };
}

/** The original sets its defaults where it reads YAML only: in JSON a file must not exist and belongs to root. */
function withDefaults(test: FileExistenceTest, json: boolean): FileExistenceTest {
  return json ? { shouldExist: false, uid: 0, gid: 0, ...test } : { shouldExist: true, uid: -1, gid: -1, ...test };
}

function openSource(content: string, file: string): Source {
  const json = file.endsWith(".json");
  const lines = new LineCounter();
  const place = (offset: number): Place => {
    const { line, col } = lines.linePos(offset);
    return { file, line, column: col };
  };
  // YAML 1.1, as the original reads it: `no` is false. Of several documents it reads the first.
  const [document] = parseAllDocuments(content, {
    lineCounter: lines,
    version: json ? "1.2" : "1.1",
    uniqueKeys: !json,
    merge: !json,
  });
  if (document === undefined || document.contents === null) {
    throw usageError("STRUCTURE_FILE", "found an empty file, expected tests", {
      place: { file, line: 1, column: 1 },
      hint: 'Begin it with `schemaVersion: "2.0.0"`.',
    });
  }
  const syntax = document.errors[0];
  if (syntax) {
    const found = (syntax.message.split("\n")[0] ?? syntax.message).replace(/ at line \d+, column \d+:?$/, "");
    throw usageError("STRUCTURE_FILE", found, {
      place: place(syntax.pos[0]),
      hint: `Correct the ${json ? "JSON" : "YAML"} at that place.`,
    });
  }
  if (json) requireJson(content, file);
  return { document, place, json };
}

/** What the YAML parser bears and JSON does not: comments, bare words, commas at the end. */
function requireJson(content: string, file: string): void {
  try {
    JSON.parse(content);
  } catch (cause) {
    throw usageError("STRUCTURE_FILE", cause instanceof Error ? cause.message : String(cause), {
      place: { file },
      hint: "Correct the JSON, or give the file the ending .yaml.",
      cause,
    });
  }
}

function requireSchema(source: Source): void {
  const node = versionNode(source);
  const version = text(node, "schemaVersion", source);
  if (version === "2.0.0") return;
  throw usageError(
    "STRUCTURE_SCHEMA",
    `found ${version ? `schema version ${version}` : "no `schemaVersion`"}, expected 2.0.0`,
    {
      place: source.place(isNode(node) ? (node.range?.[0] ?? 0) : 0),
      hint:
        version === "1.0.0"
          ? "Write the tests anew in schema 2.0.0: the first word of a command goes to `command`, the rest to `args`."
          : 'Write `schemaVersion: "2.0.0"` at the top.',
    },
  );
}

/** Looked at before the other keys, so that an older file is told of its version and not of its keys. */
function versionNode({ document, json }: Source): unknown {
  const fold = (key: string) => (json ? key.toLowerCase() : key);
  if (!isMap(document.contents)) return undefined;
  return document.contents.items.find(({ key }) => isScalar(key) && fold(String(key.value)) === fold("schemaVersion"))
    ?.value;
}
