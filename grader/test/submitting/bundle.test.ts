import { crc32, inflateRawSync } from "node:zlib";
import { unzipSync } from "fflate";
import { expect, it } from "vitest";
import { sampleResult } from "../../../packages/report/test/fixtures/sample-results.ts";
import { makeBundle } from "../../src/submitting/bundle.ts";
import { readResult } from "../run-cli.ts";

const FOLDER = "submissions/alice/01-demo";
const FILES = [
  { path: "compose.yaml", content: Buffer.from("services: {}\n".repeat(50)), isExecutable: false },
  { path: "docker/start.sh", content: Buffer.from("#!/bin/sh\n"), isExecutable: true },
  { path: "site/über uns.html", content: Buffer.from([0, 0xff, 0x0d, 0x0a]), isExecutable: false },
  { path: "site/empty", content: Buffer.alloc(0), isExecutable: false },
];

it("holds the files as they are, and the result", () => {
  const result = sampleResult();
  const entries = unzipSync(makeBundle(FOLDER, FILES, result));
  const names = FILES.map(({ path }) => `${FOLDER}/${path}`);
  expect(Object.keys(entries)).toEqual(["result.json", ...names]);
  for (const { path, content } of FILES) expect(Buffer.from(entries[`${FOLDER}/${path}`] ?? "")).toEqual(content);
  expect(readResult(Buffer.from(entries["result.json"] ?? "").toString())).toEqual(result);
});

it("is the same for the same input, whatever the time zone", () => {
  const before = process.env["TZ"];
  try {
    const bundles = ["Pacific/Auckland", "America/Lima", "UTC"].map((zone) => {
      process.env["TZ"] = zone;
      return Buffer.from(makeBundle(FOLDER, FILES, sampleResult())).toString("base64");
    });
    expect(new Set(bundles).size).toBe(1);
  } finally {
    if (before === undefined) delete process.env["TZ"];
    else process.env["TZ"] = before;
  }
});

/** What the directory at the end of an archive says, read by the format's own description (APPNOTE.TXT 4.3.12). */
function directoryOf(archive: Buffer) {
  const end = archive.lastIndexOf(Buffer.from("PK\x05\x06"));
  const entries = [];
  let at = archive.readUInt32LE(end + 16);
  for (let left = archive.readUInt16LE(end + 10); left > 0; left--) {
    const [nameLength, extra, comment] = [28, 30, 32].map((offset) => archive.readUInt16LE(at + offset));
    const start = archive.readUInt32LE(at + 42);
    const from = start + 30 + archive.readUInt16LE(start + 26) + archive.readUInt16LE(start + 28);
    const stored = archive.subarray(from, from + archive.readUInt32LE(at + 20));
    const content = archive.readUInt16LE(at + 10) === 8 ? inflateRawSync(stored) : stored;
    entries.push({
      name: archive.toString("utf8", at + 46, at + 46 + (nameLength ?? 0)),
      isUtf8: (archive.readUInt16LE(at + 8) & 0x800) !== 0,
      madeOn: archive.readUInt8(at + 5),
      mode: (archive.readUInt32LE(at + 38) >>> 16).toString(8),
      day: archive.readUInt16LE(at + 14),
      isWhole: crc32(content) === archive.readUInt32LE(at + 16) && content.length === archive.readUInt32LE(at + 24),
      bytes: content.length,
    });
    at += 46 + (nameLength ?? 0) + (extra ?? 0) + (comment ?? 0);
  }
  return entries;
}

it("is a ZIP archive to any reader, with the executables of Unix", () => {
  const entries = directoryOf(Buffer.from(makeBundle(FOLDER, FILES, sampleResult())));
  expect(entries.every(({ isWhole, madeOn }) => isWhole && madeOn === 3)).toBe(true);
  // 1 January 1980: bits of year since 1980, month and day.
  expect(new Set(entries.map(({ day }) => day))).toEqual(new Set([0b0000000_0001_00001]));
  expect(entries.slice(1).map(({ name, isUtf8, mode, bytes }) => [name, isUtf8, mode, bytes])).toEqual([
    [`${FOLDER}/compose.yaml`, false, "100644", 650],
    [`${FOLDER}/docker/start.sh`, false, "100755", 10],
    [`${FOLDER}/site/über uns.html`, true, "100644", 4],
    [`${FOLDER}/site/empty`, false, "100644", 0],
  ]);
});
