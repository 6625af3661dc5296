import { expect, test } from "vitest";
import { installCommands, startCommands } from "../src/setup/engine-commands.ts";
import { type EngineAnswer, planEngine } from "../src/setup/engine-plan.ts";
import { describeSystem, type MachineFacts } from "../src/setup/machine-facts.ts";

const SYSTEMS = {
  debian12: 'PRETTY_NAME="Debian GNU/Linux 12 (bookworm)"\nVERSION_ID="12"\nID=debian\n',
  debian13: 'PRETTY_NAME="Debian GNU/Linux 13 (trixie)"\nVERSION_ID="13"\nID=debian\n',
  debian11: 'PRETTY_NAME="Debian GNU/Linux 11 (bullseye)"\nVERSION_ID="11"\nID=debian\n',
  sid: 'PRETTY_NAME="Debian GNU/Linux forky/sid"\nID=debian\n',
  ubuntu: 'PRETTY_NAME="Ubuntu 24.04.1 LTS"\nVERSION_ID="24.04"\nID=ubuntu\nID_LIKE=debian\n',
  mint: 'ID=linuxmint\nID_LIKE=\'ubuntu debian\'\nVERSION_ID="22"\nPRETTY_NAME="Linux Mint 22"\n',
  fedora: 'ID=fedora\nVERSION_ID=41\nPRETTY_NAME="Fedora Linux 41"\n',
  arch: 'ID=arch\nPRETTY_NAME="Arch Linux"\n',
  alpine: 'ID=alpine\nVERSION_ID=3.20.3\nPRETTY_NAME="Alpine Linux v3.20"\n',
  unknown: "",
};

const machine = (name: keyof typeof SYSTEMS, more: Partial<MachineFacts> = {}): MachineFacts => ({
  release: describeSystem("linux", SYSTEMS[name]),
  root: true,
  systemd: false,
  dockerd: undefined,
  ...more,
});
const ABSENT: EngineAnswer = { state: "absent" };

test("an engine that answers is used, whatever the machine is", () => {
  for (const name of ["debian12", "fedora"] as const) {
    expect(planEngine({ state: "answers", host: "unix:///x" }, machine(name), true)).toEqual({ action: "use" });
  }
});

test("root on Debian and Ubuntu gets the distribution's packages", () => {
  expect(planEngine(ABSENT, machine("debian12"), true)).toEqual({
    action: "install",
    packages: ["docker.io", "docker-cli", "docker-compose", "docker-buildx", "containerd"],
    nextRelease: true,
  });
  expect(planEngine(ABSENT, machine("debian13"), true)).toMatchObject({ action: "install", nextRelease: false });
  expect(planEngine(ABSENT, machine("sid"), true)).toMatchObject({ action: "install", nextRelease: false });
  expect(planEngine(ABSENT, machine("ubuntu"), true)).toEqual({
    action: "install",
    packages: ["docker.io", "docker-compose-v2", "docker-buildx"],
    nextRelease: false,
  });
});

test("a daemon that is installed is only started", () => {
  const facts = machine("fedora", { dockerd: "/usr/bin/dockerd" });
  expect(planEngine(ABSENT, facts, true)).toEqual({ action: "start", dockerd: "/usr/bin/dockerd" });
});

const refusal = (answer: EngineAnswer, facts: MachineFacts, install: boolean): string => {
  const plan = planEngine(answer, facts, install);
  return plan.action === "refuse" ? `${plan.fault.code}: ${plan.fault.message}\n${plan.fault.hint}` : plan.action;
};

test("everybody else is told what to type", () => {
  expect(refusal(ABSENT, machine("debian13", { root: false }), true)).toMatchInlineSnapshot(`
    "ENGINE_ABSENT: found no container engine on Debian GNU/Linux 13 (trixie); setting one up by itself works for root on Debian 12 or later and Ubuntu 22.04 or later
    Install Docker with Compose and buildx, then run the command again:
      sudo apt-get update
      sudo apt-get install -y docker.io docker-cli docker-compose docker-buildx
      sudo usermod -aG docker $USER   # then log in again"
  `);
  expect(refusal(ABSENT, machine("ubuntu"), false)).toMatchInlineSnapshot(`
    "ENGINE_ABSENT: found no container engine on Ubuntu 24.04.1 LTS; installing one was forbidden by --no-install or NO_ENGINE_INSTALL
    Install Docker with Compose and buildx, then run the command again:
      apt-get update
      apt-get install -y docker.io docker-compose-v2 docker-buildx
      # nothing more: root may use the engine"
  `);
  expect(refusal(ABSENT, machine("debian12", { dockerd: "/usr/sbin/dockerd" }), false)).toMatchInlineSnapshot(`
    "ENGINE_ABSENT: found /usr/sbin/dockerd, but it is not running (starting it was forbidden by --no-install or NO_ENGINE_INSTALL)
    Start it, then run the command again:
      sh -c 'dockerd >/var/log/dockerd.log 2>&1 &'"
  `);
});

test("a configured engine that does not answer is never replaced by another", () => {
  const answer = { state: "silent", host: "tcp://10.0.0.9:2376", reason: "ECONNREFUSED" } as const;
  expect(refusal(answer, machine("debian12"), true)).toMatch(
    /^ENGINE_UNREACHABLE: the configured container engine at tcp:\/\/10\.0\.0\.9:2376 does not answer \(ECONNREFUSED\)\nStart that engine/,
  );
});

test("a socket that refuses this user is a matter of rights, not of absence", () => {
  const answer = { state: "forbidden", host: "unix:///var/run/docker.sock" } as const;
  expect(refusal(answer, machine("ubuntu", { root: false }), true)).toMatch(/^ENGINE_FORBIDDEN: .*usermod -aG docker/s);
});

test("each system has its own commands", () => {
  const first = (facts: MachineFacts) => installCommands({ ...facts, root: false })[0];
  expect(first(machine("mint"))).toBe("sudo apt-get update");
  expect(installCommands({ ...machine("mint"), root: false })[1]).toContain("docker-compose-v2");
  expect(first(machine("fedora"))).toMatch(/^sudo dnf install/);
  expect(first(machine("arch"))).toMatch(/^sudo pacman -S/);
  expect(first(machine("alpine"))).toMatch(/^sudo apk add/);
  expect(first(machine("debian11"))).toContain("get.docker.com");
  expect(first(machine("debian12"))).toContain("get.docker.com");
  expect(first(machine("unknown"))).toContain("get.docker.com");
  const mac = { ...machine("unknown"), release: describeSystem("darwin", "") };
  expect(first(mac)).toContain("brew install");
  const windows = { ...machine("unknown"), release: describeSystem("win32", "") };
  expect(first(windows)).toContain("winget install");
  expect(startCommands(machine("ubuntu", { systemd: true, root: false }))).toEqual(["sudo systemctl start docker"]);
});
