import { readFile } from "node:fs/promises";
import { type Place, usageError } from "@compose-labs/lab";
import type { Student } from "@compose-labs/report/gradebook";
import { CsvError, parse } from "csv-parse/sync";

type Column = "id" | "github" | "name" | "first" | "last" | "email" | "login" | "section" | "canvasId";

/** Headings by what they mean, in lower case, without anything but letters and digits. */
const HEADINGS: Record<Column, readonly string[]> = {
  id: ["id", "studentid", "schoolid", "sisuserid", "idnumber", "matriculation", "matriculationnumber", "identifier"],
  github: ["github", "githubusername", "githublogin", "githubname"],
  name: ["name", "student", "studentname", "fullname", "displayname"],
  first: ["firstname", "givenname"],
  last: ["lastname", "surname", "familyname"],
  email: ["email", "emailaddress", "mail"],
  login: ["login", "sisloginid", "username"],
  section: ["section", "group", "class"],
  canvasId: ["canvasid", "canvasuserid"],
};

const HINT =
  "The first line names the columns: id and github, and as you have them name, email, login, section, canvas id.";

/** Bytes that a roster may have. */
const MOST = 8 * 1024 * 1024;

/**
 * The students of a course from a CSV file in UTF-8, with commas, semicolons or tabs. Throws the usage errors
 * ROSTER_UNREADABLE, ROSTER_ENCODING, ROSTER_SYNTAX, ROSTER_EMPTY, ROSTER_COLUMN_MISSING, ROSTER_COLUMN_TWICE,
 * ROSTER_VALUE_MISSING, ROSTER_VALUE_FORMULA and ROSTER_DUPLICATE, with the line.
 */
export async function readRoster(path: string, name: string): Promise<Student[]> {
  const bytes = await readFile(path).catch((cause: NodeJS.ErrnoException) => {
    throw usageError(
      "ROSTER_UNREADABLE",
      `${name}: found ${cause.code === "ENOENT" ? "nothing" : `no file to be read (${cause.code})`}, expected a roster`,
      { cause, hint: "Name a CSV file with the course's students." },
    );
  });
  if (bytes.length > MOST) {
    throw usageError(
      "ROSTER_UNREADABLE",
      `${name}: found ${bytes.length.toLocaleString("en")} bytes, expected at most ${MOST.toLocaleString("en")}`,
      {
        hint: "Name a CSV file with the course's students.",
      },
    );
  }
  return parseRoster(decode(bytes, name), name);
}

function decode(bytes: Buffer, name: string): string {
  try {
    return new TextDecoder("utf-8", { fatal: true }).decode(bytes);
  } catch (cause) {
    const line = bytes.subarray(0, firstInvalid(bytes)).filter((byte) => byte === 0x0a).length + 1;
    throw usageError("ROSTER_ENCODING", "found bytes that are no UTF-8, expected a file in UTF-8", {
      place: { file: name, line },
      cause,
      hint: "Save it again as CSV in UTF-8; in Excel it is the form `CSV UTF-8`.",
    });
  }
}

/** Where the longest beginning that is UTF-8 ends. */
function firstInvalid(bytes: Buffer): number {
  let [good, bad] = [0, bytes.length];
  while (bad - good > 1) {
    const middle = Math.floor((good + bad) / 2);
    try {
      new TextDecoder("utf-8", { fatal: true }).decode(bytes.subarray(0, middle), { stream: true });
      good = middle;
    } catch {
      bad = middle;
    }
  }
  return good;
}

export function parseRoster(text: string, name: string): Student[] {
  const [head, ...records] = readRecords(text, name);
  if (head === undefined) {
    throw usageError("ROSTER_EMPTY", "found no line, expected the names of the columns and a line for each student", {
      place: { file: name },
      hint: HINT,
    });
  }
  const columns = findColumns(head, name);
  const students = records.map((record) => ({ ...readStudent(record, columns, name), line: record.line }));
  if (students.length === 0) {
    throw usageError("ROSTER_EMPTY", "found no student below the names of the columns, expected a line for each", {
      place: { file: name, line: head.line },
      hint: HINT,
    });
  }
  requireUnique(students, "id", name);
  requireUnique(students, "github", name);
  return students.map(({ line: _, ...student }) => student);
}

interface Line {
  line: number;
  cells: string[];
}

function readRecords(text: string, name: string): Line[] {
  const delimiter = delimiterOf(text);
  try {
    const rows = parse(text, {
      bom: true,
      delimiter,
      info: true,
      skip_empty_lines: true,
      trim: true,
    }) as unknown as { record: string[]; info: { lines: number } }[]; // its types do not know `info`
    // A record's line is the one it ends on, which is its first but for line breaks in quotes.
    return rows
      .map(({ record, info }) => ({ cells: record, line: info.lines - breaksOf(record) }))
      .filter(({ cells }) => cells.some((cell) => cell !== ""));
  } catch (cause) {
    if (!(cause instanceof CsvError)) throw cause;
    const line = Number(cause["lines"]);
    const place: Place = Number.isInteger(line) ? { file: name, line } : { file: name };
    throw usageError("ROSTER_SYNTAX", explainCsv(cause), {
      place,
      cause,
      hint: "Put a cell that holds a comma or a line break in double quotes, and double each quote in it.",
    });
  }
}

const breaksOf = (cells: string[]) => cells.reduce((sum, cell) => sum + (cell.match(/\n/g)?.length ?? 0), 0);

function explainCsv(error: CsvError): string {
  if (error.code === "CSV_QUOTE_NOT_CLOSED") return "found a quote that is never closed, expected its end";
  if (error.code === "CSV_RECORD_INCONSISTENT_FIELDS_LENGTH") {
    const record = error["record"];
    const found = Array.isArray(record) ? `${record.length} cells` : "another number of cells";
    return `found ${found}, expected as many as there are columns in the first line`;
  }
  return "found a quote in the middle of a cell or text behind a closing quote, expected a cell wholly in quotes or without any";
}

/** The one of comma, semicolon and tab that is most often in the first line, outside of quotes. */
function delimiterOf(text: string): string {
  const line = (
    text
      .replace(/^\ufeff/, "")
      .split(/\r?\n/)
      .find((each) => each.trim() !== "") ?? ""
  ).replace(/"[^"]*"/g, "");
  const counts = [",", ";", "\t"].map((sign) => ({ sign, count: line.split(sign).length }));
  return counts.toSorted((a, b) => b.count - a.count)[0]?.sign ?? ",";
}

function findColumns({ cells, line }: Line, name: string): Map<Column, number> {
  const words = cells.map((cell) => cell.toLowerCase().replace(/[^\p{L}\p{N}]/gu, ""));
  // Canvas's own export has its number in `ID` and the school's in `SIS User ID`.
  const isCanvas = words.includes("sisuserid");
  const columns = new Map<Column, number>();
  words.forEach((word, index) => {
    const column =
      isCanvas && word === "id"
        ? "canvasId"
        : (Object.keys(HEADINGS) as Column[]).find((key) => HEADINGS[key].includes(word));
    if (column === undefined) return;
    const other = columns.get(column);
    if (other !== undefined) {
      throw usageError(
        "ROSTER_COLUMN_TWICE",
        `found the columns "${cells[other]}" and "${cells[index]}", expected one with the ${column}`,
        {
          place: { file: name, line },
          hint: "Rename or remove one of them.",
        },
      );
    }
    columns.set(column, index);
  });
  const missing = (["id", "github"] as const).filter((column) => !columns.has(column));
  if (missing.length === 0) return columns;
  throw usageError(
    "ROSTER_COLUMN_MISSING",
    `found the columns ${cells.join(", ")}, expected one named ${missing.join(" and one named ")}`,
    {
      place: { file: name, line },
      hint: HINT,
    },
  );
}

function readStudent({ cells, line }: Line, columns: Map<Column, number>, file: string): Student {
  const cell = (column: Column) => {
    const index = columns.get(column);
    return (index === undefined ? undefined : cells[index]) || undefined;
  };
  // An apostrophe before them would hide the student from the gradebook that knows them by it.
  for (const column of ["id", "github", "email", "login", "canvasId"] as const) {
    const value = cell(column) ?? "";
    if (!/^[=+\-@|%]/.test(column === "github" ? value.replace(/^@/, "") : value)) continue;
    throw usageError(
      "ROSTER_VALUE_FORMULA",
      `found the ${column} ${value}, expected one that no spreadsheet takes for a formula`,
      { place: { file, line }, hint: "Correct it: no school, GitHub or mail server gives out such a name." },
    );
  }
  const id = cell("id");
  if (id === undefined) {
    throw usageError("ROSTER_VALUE_MISSING", "found no id, expected the school's id of the student", {
      place: { file, line },
      hint: "Fill it in, or remove the line.",
    });
  }
  const github = cell("github")?.replace(/^@|^https:\/\/github\.com\//, "");
  const parts = [cell("first"), cell("last")].filter((part) => part !== undefined).join(" ");
  return {
    id,
    github,
    name: cell("name") ?? (parts || github || id),
    email: cell("email"),
    login: cell("login"),
    section: cell("section"),
    canvasId: cell("canvasId"),
  };
}

function requireUnique(students: readonly (Student & { line: number })[], column: "id" | "github", file: string): void {
  const seen = new Map<string, number>();
  for (const student of students) {
    const value = student[column]?.toLowerCase();
    if (value === undefined) continue;
    const first = seen.get(value);
    if (first !== undefined) {
      throw usageError(
        "ROSTER_DUPLICATE",
        `found the ${column} ${student[column]} in line ${first} and again here, expected it once`,
        {
          place: { file, line: student.line },
          hint: "Correct one of the lines, or remove it.",
        },
      );
    }
    seen.set(value, student.line);
  }
}
