import type { MachineFacts } from "./machine-facts.ts";

/** The lines to type for an engine, Compose and buildx on this system. */
export function installCommands(facts: MachineFacts): string[] {
  const { release, root } = facts;
  const families = [release.id, ...release.like];
  const family = families.find((name) => name in COMMANDS) ?? "unknown";
  const version = Number(release.version ?? Number.POSITIVE_INFINITY);
  const old = (release.id === "debian" && version < 13) || (release.id === "ubuntu" && version < 22.04);
  const lines = old ? DOCKER_SCRIPT : (COMMANDS[family] ?? DOCKER_SCRIPT);
  return root ? lines.map(asRoot) : lines;
}

export function startCommands(facts: MachineFacts): string[] {
  const line = facts.systemd ? "sudo systemctl start docker" : "sudo sh -c 'dockerd >/var/log/dockerd.log 2>&1 &'";
  return [facts.root ? asRoot(line) : line];
}

/** What the distribution of an older release lacks, Docker's own packages have. */
const DOCKER_SCRIPT = [
  "curl -fsSL https://get.docker.com | sudo sh",
  "sudo usermod -aG docker $USER   # then log in again",
];

const GROUP = "sudo usermod -aG docker $USER   # then log in again";
const START = "sudo systemctl enable --now docker";

const COMMANDS: Record<string, string[]> = {
  debian: ["sudo apt-get update", "sudo apt-get install -y docker.io docker-cli docker-compose docker-buildx", GROUP],
  ubuntu: ["sudo apt-get update", "sudo apt-get install -y docker.io docker-compose-v2 docker-buildx", GROUP],
  fedora: ["sudo dnf install -y moby-engine docker-cli docker-compose docker-buildx", START, GROUP],
  arch: ["sudo pacman -S --needed docker docker-compose docker-buildx", START, GROUP],
  alpine: [
    "sudo apk add docker docker-cli-compose docker-cli-buildx",
    "sudo rc-update add docker && sudo service docker start",
    "sudo addgroup $USER docker   # then log in again",
  ],
  macos: ["brew install --cask docker", "open -a Docker   # wait until it says that it is running"],
  windows: [
    "winget install -e --id Docker.DockerDesktop",
    "# start Docker Desktop and wait until it says that it is running; labs run from PowerShell or WSL 2",
  ],
  unknown: DOCKER_SCRIPT,
};

/** Root needs neither sudo nor the group. */
function asRoot(line: string): string {
  return line.includes("usermod") || line.includes("addgroup")
    ? "# nothing more: root may use the engine"
    : line.replaceAll("sudo ", "");
}
