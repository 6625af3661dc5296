import type { Explanations } from "./explanation.ts";

const NEVER = "Remove the line; no lab needs it.";

/** Keys of one service that reach out of its container. */
export const serviceExplanations = {
  "image.allowlist": {
    severity: "refuse",
    message: "service `{service}` uses the image `{image}`, which this lab does not use",
    remedy: "[Did you mean `{likely}`? ]Use one of: {allowed}.",
  },
  "service.privileged": {
    severity: "refuse",
    message: "`privileged` gives service `{service}` the rights of root on the host and all its devices",
    remedy: NEVER,
  },
  "service.cap_add": {
    severity: "refuse",
    message: "`cap_add` gives service `{service}` the capability `{value}`, which reaches beyond its container",
    remedy: "Remove it; only capabilities that Docker grants by default may be named.",
  },
  "service.security_opt": {
    severity: "refuse",
    message: "`security_opt` of service `{service}` sets `{value}`, which weakens or reads what protects the host",
    remedy: "Remove it; only `no-new-privileges:true` is allowed.",
  },
  "service.devices": {
    severity: "refuse",
    message: "`{key}` gives service `{service}` access to devices of the host",
    remedy: NEVER,
  },
  "service.device_cgroup_rules": {
    severity: "refuse",
    message: "`device_cgroup_rules` gives service `{service}` access to devices of the host",
    remedy: NEVER,
  },
  "service.gpus": {
    severity: "refuse",
    message: "`gpus` gives service `{service}` access to devices of the host",
    remedy: NEVER,
  },
  "service.deploy.devices": {
    severity: "refuse",
    message: "`deploy.resources.reservations` gives service `{service}` access to devices of the host",
    remedy: NEVER,
  },
  "service.pid": {
    severity: "refuse",
    message: "`pid: {value}` lets service `{service}` see and reach processes outside its own stack",
    remedy: "Remove it, or write `service:` and the name of a service of this file.",
  },
  "service.ipc": {
    severity: "refuse",
    message: "`ipc: {value}` shares memory with what is outside the stack of service `{service}`",
    remedy: "Remove it, or write `private`, `shareable`, or `service:` and the name of a service of this file.",
  },
  "service.uts": {
    severity: "refuse",
    message: "`uts: {value}` gives service `{service}` the host's name space of host names",
    remedy: NEVER,
  },
  "service.userns_mode": {
    severity: "refuse",
    message: "`userns_mode: {value}` takes service `{service}` out of the engine's user name space",
    remedy: NEVER,
  },
  "service.cgroup": {
    severity: "refuse",
    message: "`cgroup: {value}` puts service `{service}` into the host's control groups",
    remedy: "Remove it, or write `private`.",
  },
  "service.cgroup_parent": {
    severity: "refuse",
    message: "`cgroup_parent` takes service `{service}` out of the limits of this run",
    remedy: NEVER,
  },
  "service.network_mode": {
    severity: "refuse",
    message: "`network_mode: {value}` puts service `{service}` on a network that is not its stack's own",
    remedy: "Use `networks:`; `none` and `service:` with the name of a service of this file are allowed too.",
  },
  "service.runtime": {
    severity: "refuse",
    message: "`{key}` runs service `{service}` with another runtime than the engine's own",
    remedy: NEVER,
  },
  "service.platform": {
    severity: "refuse",
    message: "`{key}` asks for another kind of processor than the grader may have",
    remedy: "Remove it; the images of the lab fit every machine that grades.",
  },
  "service.sysctls": {
    severity: "refuse",
    message: "`sysctls` of service `{service}` sets `{value}`, which may act beyond its network",
    remedy: "Remove it; `net.core.somaxconn`, `net.ipv4.ip_unprivileged_port_start` and `net.ipv4.tcp_*` are allowed.",
  },
  "service.oom": {
    severity: "refuse",
    message: "`oom_kill_disable` lets service `{service}` hang the machine when memory runs out",
    remedy: NEVER,
  },
  "service.group_add": {
    severity: "refuse",
    message: "`group_add` gives service `{service}` groups that may mean something on the host",
    remedy: NEVER,
  },
  "service.credential_spec": {
    severity: "refuse",
    message: "`credential_spec` makes the engine read a file of the host",
    remedy: NEVER,
  },
  "service.volumes_from": {
    severity: "refuse",
    message: "`volumes_from` of service `{service}` takes mounts of `{value}`, which is not a service of this file",
    remedy: "Mount the volume itself under `volumes:`.",
  },
  "service.external_links": {
    severity: "refuse",
    message: "`external_links` connects service `{service}` to containers of others",
    remedy: "Remove it; services of one file find each other by name.",
  },
  "service.extra_hosts": {
    severity: "refuse",
    message: "`extra_hosts` names `{value}`, which is the host or an address outside private networks",
    remedy: "Remove it; services of one file find each other by name.",
  },
  "service.label_file": {
    severity: "refuse",
    message: "`label_file` names `{path}`, which is not a plain path of a file inside the submission",
    remedy: "Write the labels under `labels:`.",
  },
  "service.hooks": {
    severity: "refuse",
    message: "`{key}` runs commands outside the limits of service `{service}`",
    remedy: "Let the service's own command or a one-shot service do it.",
  },
  "service.provider": {
    severity: "refuse",
    message: "`provider` makes Compose run a program on the host",
    remedy: "Remove it and give the service an image.",
  },
  "service.use_api_socket": {
    severity: "refuse",
    message: "`use_api_socket` hands the engine and its registry passwords to service `{service}`",
    remedy: NEVER,
  },
  "service.scale": {
    severity: "refuse",
    message: "service `{service}` asks for {count} containers, and this lab starts at most {limit} of one service",
    remedy: "Ask for fewer in `scale` or `deploy.replicas`.",
  },
  "services.count": {
    severity: "refuse",
    message: "the file has {count} services, and this lab starts at most {limit}",
    remedy: "Remove services that the task does not ask for.",
  },
  "service.container_name": {
    severity: "note",
    message: "`container_name: {value}` is left out while grading, because a fixed name can be taken only once",
    remedy: "Remove it, and reach the service by its service name `{service}`.",
  },
  "service.restart": {
    severity: "note",
    message:
      "the restart policy `{value}` of service `{service}` is not applied while grading, so that a crash is seen as a crash",
    remedy: "Nothing to do.",
  },
  "service.logging": {
    severity: "note",
    message: "`logging` of service `{service}` is replaced while grading, because the grader reads the log itself",
    remedy: "Nothing to do.",
  },
  "limits.lowered": {
    severity: "note",
    message: "service `{service}` asks for {key} {value} and gets {limit} while grading",
    remedy: "Nothing to do, unless the service needs more than that.",
  },
  "ports.count": {
    severity: "refuse",
    message: "service `{service}` brings the stack to {count} published ports, and at most {limit} are allowed",
    remedy: "Publish only the ports that are needed from outside the stack.",
  },
  "ports.publish": {
    severity: "note",
    message:
      "published ports of service `{service}` are left out while grading; the grader asks on the stack's network",
    remedy: "Nothing to do.",
  },
} as const satisfies Explanations;
