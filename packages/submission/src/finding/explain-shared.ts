import type { Explanations } from "./explanation.ts";

const OWN_NETWORK = "Remove the line; each run has a network of its own.";

/** Mounts, networks, volumes, secrets, configs and labels. */
export const sharedExplanations = {
  "mount.host": {
    severity: "refuse",
    message: "service `{service}` mounts `{source}` of the host",
    remedy: "Mount a folder of the submission by a relative path (`./data`), or a named volume.",
  },
  "mount.outside": {
    severity: "refuse",
    message: "service `{service}` mounts `{source}`, which lies outside the submission",
    remedy: "Mount a folder of the submission by a relative path (`./data`), or a named volume.",
  },
  "mount.missing": {
    severity: "refuse",
    message:
      "service `{service}` mounts `{source}`, and there is no such file or folder; the engine would make an empty folder",
    remedy: "[Did you mean `{likely}`? ]Correct the path, or hand the folder in with a file in it.",
  },
  "mount.nested-writable": {
    severity: "refuse",
    message: "service `{service}` mounts `{source}`, which lies inside `{outer}` that service `{other}` can write",
    remedy: "Mount `{outer}` read-only (`:ro`), or mount folders that do not contain each other.",
  },
  "mount.target": {
    severity: "refuse",
    message: "service `{service}` mounts onto `{target}`, which is not an absolute path in the container",
    remedy:
      "Write `SOURCE:/path`. A source of a single letter is read as a Windows drive: give the volume a longer name.",
  },
  "mount.type": {
    severity: "refuse",
    message: "service `{service}` has a mount of type `{type}`",
    remedy: "Use `bind`, `volume` or `tmpfs`.",
  },
  "mount.writable": {
    severity: "note",
    message: "`{source}` is mounted read-only while grading",
    remedy: "Write data into a named volume, and add `:ro` to folders that are only read.",
  },
  "volumes.driver": {
    severity: "refuse",
    message: "volume `{volume}` uses the driver `{value}`",
    remedy: "Remove `driver`; volumes of the engine itself are used.",
  },
  "volumes.driver_opts": {
    severity: "refuse",
    message: "`driver_opts` of volume `{volume}` can mount any folder of the host",
    remedy: "Remove `driver_opts`.",
  },
  "volumes.external": {
    severity: "refuse",
    message: "volume `{volume}` is `external`, so it belongs to somebody else",
    remedy: "Remove `external`; the stack has volumes of its own.",
  },
  "volumes.name": {
    severity: "refuse",
    message: "volume `{volume}` has the fixed name `{value}`, which may be somebody else's",
    remedy: "Remove `name`; Compose names the volume after the project.",
  },
  "networks.count": {
    severity: "refuse",
    message: "the stack has {count} networks, and more than {limit} would take the subnets of other runs",
    remedy: "Declare only the networks that keep services apart.",
  },
  "networks.driver": {
    severity: "refuse",
    message: "network `{network}` sets `{key}`, which changes the host's own network",
    remedy: OWN_NETWORK,
  },
  "networks.external": {
    severity: "refuse",
    message: "network `{network}` is `external`, so it belongs to somebody else",
    remedy: "Remove `external`; the stack has networks of its own.",
  },
  "networks.name": {
    severity: "refuse",
    message: "network `{network}` has the fixed name `{value}`, which may be somebody else's",
    remedy: "Remove `name`; Compose names the network after the project.",
  },
  "networks.ipam": {
    severity: "refuse",
    message: "`{key}` of `{network}` fixes addresses, which may be in use on the host",
    remedy: "Remove it; services find each other by name.",
  },
  "networks.aliases": {
    severity: "refuse",
    message: "service `{service}` takes the name `{value}`, {problem}",
    remedy: "Choose a name without dots that no other service has.",
  },
  "networks.endpoint": {
    severity: "refuse",
    message: "`{key}` of service `{service}` fixes what the engine gives by itself",
    remedy: "Remove it.",
  },
  "secrets.environment": {
    severity: "refuse",
    message: "the {kind} `{name}` is taken from the grader's environment",
    remedy: "Take it from a file of the submission with `file:`.",
  },
  "secrets.outside": {
    severity: "refuse",
    message: "the secret `{name}` is `{path}`, which lies outside the submission",
    remedy: "Name a file of the submission by a relative path.",
  },
  "secrets.missing": {
    severity: "refuse",
    message: "the {kind} `{name}` is `{path}`, and there is no such file",
    remedy: "[Did you mean `{likely}`? ]Correct the path, or hand the file in.",
  },
  "secrets.external": {
    severity: "refuse",
    message: "the {kind} `{name}` sets `{key}`, which needs a swarm",
    remedy: "Take it from a file of the submission with `file:`.",
  },
  "configs.outside": {
    severity: "refuse",
    message: "the config `{name}` is `{path}`, which lies outside the submission",
    remedy: "Name a file of the submission by a relative path.",
  },
  "labels.reserved": {
    severity: "refuse",
    message: "the label `{label}` belongs to the tools that run the stack",
    remedy: "Remove it, or use a prefix of your own.",
  },
} as const satisfies Explanations;
