import { faultError, type LabError } from "@compose-labs/lab";
import { installCommands, startCommands } from "./engine-commands.ts";
import type { MachineFacts } from "./machine-facts.ts";

/** What the look for an engine found. */
export type EngineAnswer =
  | { state: "answers"; host: string | undefined }
  /** Somebody configured this one; it is the one to use, and nothing else may be put in its place. */
  | { state: "silent"; host: string; reason: string }
  | { state: "forbidden"; host: string }
  | { state: "absent" };

export type EnginePlan =
  | { action: "use" }
  | { action: "start"; dockerd: string }
  | { action: "install"; packages: string[]; nextRelease: boolean }
  | { action: "refuse"; fault: LabError };

const DEBIAN_PACKAGES = ["docker.io", "docker-cli", "docker-compose", "docker-buildx", "containerd"];
const UBUNTU_PACKAGES = ["docker.io", "docker-compose-v2", "docker-buildx"];

/**
 * Decides how to come by an engine. An engine that answers is used as it is. Otherwise only root may start or install
 * one, only when `install` allows it, and only on Debian 12 or later and Ubuntu 22.04 or later.
 */
export function planEngine(answer: EngineAnswer, facts: MachineFacts, install: boolean): EnginePlan {
  if (answer.state === "answers") return { action: "use" };
  if (answer.state === "silent") return refuse(silent(answer.host, answer.reason));
  if (answer.state === "forbidden") return refuse(forbidden(answer.host));
  const { release, root, dockerd } = facts;
  if (dockerd !== undefined) {
    if (install && root) return { action: "start", dockerd };
    return refuse(stopped(dockerd, facts, install));
  }
  const version = Number(release.version ?? Number.POSITIVE_INFINITY);
  if (install && root && release.id === "debian" && version >= 12) {
    return { action: "install", packages: DEBIAN_PACKAGES, nextRelease: version < 13 };
  }
  if (install && root && release.id === "ubuntu" && version >= 22.04) {
    return { action: "install", packages: UBUNTU_PACKAGES, nextRelease: false };
  }
  return refuse(absent(facts, install));
}

function refuse(fault: LabError): EnginePlan {
  return { action: "refuse", fault };
}

function silent(host: string, reason: string): LabError {
  return faultError("ENGINE_UNREACHABLE", `the configured container engine at ${host} does not answer (${reason})`, {
    hint: "Start that engine, or choose another: unset DOCKER_HOST, or `docker context use default`.",
  });
}

function forbidden(host: string): LabError {
  return faultError("ENGINE_FORBIDDEN", `a container engine is at ${host}, but this user may not use it`, {
    hint: "Let your user in (`sudo usermod -aG docker $USER`, then log in again), or use a rootless engine.",
  });
}

function stopped(dockerd: string, facts: MachineFacts, install: boolean): LabError {
  const why = install ? "" : " (starting it was forbidden by --no-install or NO_ENGINE_INSTALL)";
  return faultError("ENGINE_ABSENT", `found ${dockerd}, but it is not running${why}`, {
    hint: `Start it, then run the command again:\n${indent(startCommands(facts))}`,
  });
}

function absent(facts: MachineFacts, install: boolean): LabError {
  const why = install
    ? "setting one up by itself works for root on Debian 12 or later and Ubuntu 22.04 or later"
    : "installing one was forbidden by --no-install or NO_ENGINE_INSTALL";
  return faultError("ENGINE_ABSENT", `found no container engine on ${facts.release.name}; ${why}`, {
    hint: `Install Docker with Compose and buildx, then run the command again:\n${indent(installCommands(facts))}`,
  });
}

function indent(lines: string[]): string {
  return lines.map((line) => `  ${line}`).join("\n");
}
