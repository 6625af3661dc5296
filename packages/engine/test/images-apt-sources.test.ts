import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, test } from "vitest";
import { findDebianMirror, parseSources } from "../src/images/apt-sources.ts";
import { readMachineSources } from "../src/images/machine-sources.ts";

const DEB822 = `Types: deb deb-src
# a comment inside
URIs: https://mirror.example/debian/
Suites: bookworm bookworm-updates
Components: main contrib
Signed-By: /usr/share/keyrings/debian-archive-keyring.gpg

Types: deb
URIs: https://mirror.example/debian-security
Suites: bookworm-security
Components: main
Enabled: no
`;

test("reads deb822 stanzas: several suites, comments, disabled ones", () => {
  const signedBy = "/usr/share/keyrings/debian-archive-keyring.gpg";
  const common = { uri: "https://mirror.example/debian", components: ["main", "contrib"], signedBy };
  expect(parseSources(DEB822, true)).toEqual([
    { ...common, suite: "bookworm" },
    { ...common, suite: "bookworm-updates" },
  ]);
});

test("reads one-line sources with options and comments", () => {
  const text =
    "# deb http://old.example x main\ndeb [arch=amd64 signed-by=/k.gpg] http://a.example/debian trixie main # ours\ndeb-src http://a.example/debian trixie main\n";
  expect(parseSources(text, false)).toEqual([
    { uri: "http://a.example/debian", suite: "trixie", components: ["main"], signedBy: "/k.gpg" },
  ]);
});

test("the mirror is the machine's Debian archive, not its security or somebody else's packages", () => {
  const sources = [
    ...parseSources("deb https://packages.example/tools stable-tools main\n", false),
    ...parseSources("deb http://a.example/debian-security bookworm-security main\n", false),
    ...parseSources("deb http://a.example/debian bookworm main\n", false),
  ];
  expect(findDebianMirror(sources)?.uri).toBe("http://a.example/debian");
  expect(findDebianMirror(parseSources("deb http://archive.ubuntu.com/ubuntu noble main\n", false))).toBeUndefined();
});

test("reads every sources file of a machine and nothing else", async () => {
  const directory = await mkdtemp(join(tmpdir(), "apt-sources-"));
  try {
    await mkdir(join(directory, "sources.list.d"));
    await writeFile(join(directory, "sources.list"), "deb http://one.example/debian bookworm main\n");
    await writeFile(join(directory, "sources.list.d/a.sources"), DEB822);
    await writeFile(join(directory, "sources.list.d/b.list.save"), "deb http://no.example/debian bookworm main\n");
    expect((await readMachineSources(directory)).map(({ uri }) => uri)).toEqual([
      "http://one.example/debian",
      "https://mirror.example/debian",
      "https://mirror.example/debian",
    ]);
    expect(await readMachineSources(join(directory, "absent"))).toEqual([]);
  } finally {
    await rm(directory, { recursive: true });
  }
});
