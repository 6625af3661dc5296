import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { faultError } from "@compose-labs/lab";
import { describe, expect, test } from "vitest";
import { nothingRemoved } from "../src/janitor/clear-label.ts";
import { examine, judgeFacts } from "../src/setup/doctor.ts";
import type { DoctorEngine, DoctorFacts } from "../src/setup/doctor-facts.ts";
import { ENGINE_HOLES, findHoles, RUNC_HOLES } from "../src/setup/doctor-holes.ts";
import { isBefore, parseVersion } from "../src/setup/doctor-version.ts";

const GB = 1024 ** 3;
const engine: DoctorEngine = {
  name: "Docker",
  version: "29.5.1",
  runc: "1.3.3",
  containers: "linux",
  cgroup: "2",
  unheld: [],
  storageDriver: "overlay2",
};
const healthy: DoctorFacts = {
  node: "v24.21.0",
  engine,
  compose: "2.40.2",
  buildx: "0.29.1",
  engineDisk: { path: "/var/lib/docker", free: 50 * GB },
  temporaryDisk: { path: "/tmp", free: 20 * GB },
  leftovers: { runs: [], live: [], kept: [] },
};

/** The item of that name, in the words of one line. */
function line(name: string, change: Partial<DoctorFacts> | { with: Partial<DoctorEngine> }): string {
  const facts = "with" in change ? { ...healthy, engine: { ...engine, ...change.with } } : { ...healthy, ...change };
  const item = judgeFacts(facts).find((it) => it.name === name);
  return item === undefined ? "no item" : [item.state, item.found, item.advice].filter(Boolean).join(" | ");
}

test("a healthy machine has nothing to be said", () => {
  expect(judgeFacts(healthy)).toEqual([
    { name: "Node", state: "ok", found: "v24.21.0" },
    { name: "Engine", state: "ok", found: "Docker 29.5.1" },
    { name: "Compose", state: "ok", found: "2.40.2" },
    { name: "buildx", state: "ok", found: "0.29.1" },
    { name: "runc", state: "ok", found: "1.3.3" },
    { name: "Limits", state: "ok", found: "cgroup v2" },
    { name: "Storage driver", state: "ok", found: "overlay2" },
    { name: "Engine's disk", state: "ok", found: "50.0 GB free at /var/lib/docker" },
    { name: "Temporary folder", state: "ok", found: "20.0 GB free at /tmp" },
    { name: "Leftovers", state: "ok", found: "none" },
  ]);
});

test("an old Node is bad", () => {
  expect(line("Node", { node: "v20.19.0" })).toBe(
    "bad | v20.19.0 | Use Node 24 or later: `npm install` brings one along.",
  );
});

describe("the engine", () => {
  test("that is absent is bad, and nothing is said of what was not asked", () => {
    const trouble = { code: "ENGINE_ABSENT", message: "found no engine", hint: "Install Docker." };
    const items = judgeFacts({ ...healthy, engine: trouble, compose: undefined, leftovers: trouble });
    expect(items.map((it) => `${it.state} ${it.name}`)).toEqual(["ok Node", "bad Engine", "ok Temporary folder"]);
    expect(items[1]).toEqual({ name: "Engine", state: "bad", found: "found no engine", advice: "Install Docker." });
  });

  test("that has no Compose is not itself to blame", () => {
    const trouble = { code: "COMPOSE_ABSENT", message: "found no Compose", hint: undefined };
    expect(line("Compose", { engine: trouble })).toBe("bad | found no Compose");
    expect(line("Engine", { engine: trouble })).toBe("no item");
  });

  test("with Windows containers is bad", () => {
    expect(line("Engine", { with: { containers: "windows" } })).toBe(
      "bad | Docker 29.5.1, windows containers | Switch the engine to Linux containers: the labs' images are for Linux.",
    );
  });

  test("that is Podman is not what the labs are proven on", () => {
    expect(line("Engine", { with: { name: "Podman", version: "5.4.0" } })).toBe(
      "warn | Podman 5.4.0 | Labs are proven on Docker; with Podman, health checks need systemd to run.",
    );
  });

  test("with known holes names them, and what a distribution may have done about it", () => {
    expect(line("Engine", { with: { version: "26.1.5+dfsg1" } })).toBe(
      "warn | Docker 26.1.5+dfsg1 | CVE-2026-41567 (fixed in 29.5.1): a compressed archive sent into a container runs the container's own tool as the engine (the grader sends none). Upgrade it, unless your distribution has fixed it in its own build: see its security tracker.",
    );
  });

  test("of before 25 is slower, too", () => {
    const found = line("Engine", { with: { version: "24.0.9" } });
    expect(found).toContain("CVE-2024-23651, -23652, -23653 (fixed in 25.0.2): ");
    expect(found).toContain(
      "CVE-2024-29018 (fixed in 23.0.11, 25.0.5, 26.0.0-rc3): internal networks let name look-ups out.",
    );
    expect(found).toMatch(/Upgrade it\. Docker 25 or later polls health checks fast .* grading is slower\.$/);
  });

  test("of an unreadable version is not known to be right", () => {
    expect(line("Engine", { with: { version: "dev" } })).toBe(
      "warn | Docker dev | Its version could not be read, so whether it has known holes is not known.",
    );
  });

  test.each([
    ["23.0.10", true],
    ["23.0.11", false],
    ["24.0.9", true],
    ["25.0.4", true],
    ["25.0.5", false],
    ["26.0.0-rc2", true],
    ["26.0.0-rc3", false],
    ["26.0.0", false],
  ])("%s leaks names of internal networks: %s", (version, leaks) => {
    const parsed = parseVersion(version);
    const ids = parsed && findHoles(parsed, ENGINE_HOLES).map((it) => it.id);
    expect(ids?.includes("CVE-2024-29018")).toBe(leaks);
  });
});

describe("Compose", () => {
  test("that is missing is bad", () => {
    expect(line("Compose", { compose: undefined })).toMatch(
      /^bad \| none \| Install Docker Compose 2\.40\.2 or later: /,
    );
  });

  test("that is too old is bad", () => {
    expect(line("Compose", { compose: "2.19.1" })).toMatch(/^bad \| 2\.19\.1, at least 2\.20 is needed \| Install /);
  });

  test.each([
    ["2.20.0", [".env"]],
    ["2.26.1-4", [".env"]],
    ["2.34.0", [".env", "CVE-2025-62725"]],
    ["2.39.3", ["CVE-2025-62725"]],
    ["2.40.1", ["CVE-2025-62725"]],
    ["2.40.2", []],
    ["5.1.0", []],
  ])("%s has the holes %j", (compose, ids) => {
    const found = line("Compose", { compose });
    for (const id of [".env", "CVE-2025-62725"]) expect(found.includes(id)).toBe(ids.includes(id));
    expect(found.startsWith(ids.length === 0 ? "ok" : "warn")).toBe(true);
    expect(found.endsWith("your own `docker compose` in a folder you do not trust is.")).toBe(ids.length > 0);
  });
});

test("buildx that is missing is a warning", () => {
  expect(line("buildx", { buildx: undefined })).toMatch(/^warn \| none \| Install the buildx plugin/);
});

describe("runc", () => {
  test("that is not used is no trouble", () => {
    expect(line("runc", { with: { runc: undefined } })).toBe("ok | the engine does not use it or does not say");
  });

  test.each([
    ["1.1.5+ds1", 2],
    ["1.1.11", 2],
    ["1.1.12", 1],
    ["1.2.7", 1],
    ["1.2.8", 0],
    ["1.3.2", 1],
    ["1.3.3", 0],
    ["1.4.0-rc.2", 1],
    ["1.4.0-rc.3", 0],
    ["1.4.0", 0],
  ])("%s has %i known holes", (runc, count) => {
    const version = parseVersion(runc);
    expect(version && findHoles(version, RUNC_HOLES)).toHaveLength(count);
    expect(line("runc", { with: { runc } }).startsWith(count === 0 ? "ok" : "warn")).toBe(true);
  });
});

describe("limits", () => {
  test("of cgroup v1 serve all labs but those that ask for v2", () => {
    expect(line("Limits", { with: { cgroup: "1" } })).toBe(
      "ok | cgroup v1 | Labs that ask for cgroup v2 are not run here; the others are not affected.",
    );
  });

  test("that are not held are named", () => {
    expect(line("Limits", { with: { unheld: ["memory", "pids"] } })).toMatch(
      /^warn \| cgroup v2, no limits on memory, pids \| A submission is not bounded in memory and pids: /,
    );
  });
});

test("slow and unusual storage drivers are a warning", () => {
  expect(line("Storage driver", { with: { storageDriver: "vfs" } })).toMatch(/^warn \| vfs \| It copies every layer/);
  expect(line("Storage driver", { with: { storageDriver: "aufs" } })).toMatch(/^warn \| aufs \| Labs are proven on/);
});

describe("disk", () => {
  test.each([
    [0.5 * GB, "bad | 512 MB free at /x | Make room: at least 5.0 GB should be free there."],
    [2 * GB, "warn | 2.0 GB free at /x | Make room: at least 5.0 GB should be free there."],
    [5 * GB, "ok | 5.0 GB free at /x"],
  ])("of the engine with %i bytes free", (free, expected) => {
    expect(line("Engine's disk", { engineDisk: { path: "/x", free } })).toBe(expected);
  });

  test("of an engine elsewhere is not visible", () => {
    expect(line("Engine's disk", { engineDisk: undefined })).toBe("ok | not visible from here");
  });

  test.each([
    [50 * 1024 ** 2, "bad | 50 MB free at /tmp"],
    [0.5 * GB, "warn | 512 MB free at /tmp"],
  ])("of the temporary folder with %i bytes free", (free, expected) => {
    expect(line("Temporary folder", { temporaryDisk: { path: "/tmp", free } })).toContain(expected);
  });
});

describe("leftovers", () => {
  test("of dead runs are counted", () => {
    const run = (containers: string[], directories: string[]) => ({
      runId: "0123456789ab",
      reason: "dead" as const,
      removed: { ...nothingRemoved(), containers, directories },
    });
    expect(line("Leftovers", { leftovers: { runs: [run(["a", "b"], ["/t"])], live: [], kept: [] } })).toBe(
      "warn | of 1 dead run, containers 2, directories 1 | Remove them: grader clean",
    );
    expect(line("Leftovers", { leftovers: { runs: [run(["a"], []), run([], [])], live: [], kept: [] } })).toBe(
      "warn | of 2 dead runs, containers 1 | Remove them: grader clean",
    );
  });

  test("are not what runs or is kept", () => {
    expect(line("Leftovers", { leftovers: { runs: [], live: ["a"], kept: ["b", "c"] } })).toBe(
      "ok | none (1 running, 2 kept)",
    );
  });

  test("that cannot be looked for are bad", () => {
    const leftovers = { code: "LEASES_UNSAFE", message: "/tmp/x is open", hint: "Remove it." };
    expect(line("Leftovers", { leftovers })).toBe("bad | /tmp/x is open | Remove it.");
  });
});

test("without an engine the doctor still looks at the rest", async () => {
  const base = await mkdtemp(join(tmpdir(), "doctor-"));
  try {
    const items = await examine({
      engine: faultError("ENGINE_UNREACHABLE", "the engine does not answer", { hint: "Start it." }),
      leasesDirectory: join(base, "leases"),
      temporaryDirectory: join(base, "missing"),
      node: "v24.1.0",
      signal: new AbortController().signal,
    });
    expect(items).toEqual([
      { name: "Node", state: "ok", found: "v24.1.0" },
      { name: "Engine", state: "bad", found: "the engine does not answer", advice: "Start it." },
      { name: "Temporary folder", state: "ok", found: "not visible from here" },
    ]);
  } finally {
    await rm(base, { recursive: true });
  }
});

test("versions are compared by number, candidates before their release, suffixes not at all", () => {
  const before = (one: string, other: string) => {
    const version = parseVersion(one);
    return version && isBefore(version, other);
  };
  expect(before("2.9.0", "2.10.0")).toBe(true);
  expect(before("26.0.0-rc3", "26.0.0")).toBe(true);
  expect(before("26.0.0", "26.0.0-rc3")).toBe(false);
  expect(before("2.26.1-4", "2.26.1")).toBe(false);
  expect(before("Docker Compose version v2.20.0", "2.20.0")).toBe(false);
  expect(parseVersion("none")).toBeUndefined();
  expect(() => before("1.0.0", "later")).toThrow('"later" is not a version');
});
