// biome-ignore-all lint/suspicious/noTemplateCurlyInString: Compose files and Dockerfiles have variables too
import { once } from "node:events";
import { createServer } from "node:net";
import { join } from "node:path";
import type { Lab } from "@compose-labs/lab";
import { afterAll, describe, expect, test } from "vitest";
import { FINDING_CODES, makeRunModel } from "../src/index.ts";
import { startYamlParser } from "../src/yaml/parser.ts";
import { allow, composeWith, demoLab, prepare, type Tree, temporaryFolder, writeTree } from "./demo-lab.ts";

/** One line a behaviour: this tree gives exactly these findings. Notes are in round brackets. */
type Row = [code: string, tree: Tree, codes: string[], lab?: Lab];

const reached = new Set<string>();
const parser = startYamlParser({ signal: new AbortController().signal });
const dockerfile = (text: string, build = "build: ."): Tree => ({
  "compose.yaml": `services:\n  web:\n    ${build}\n`,
  Dockerfile: text,
});
const many = (count: number, line: (index: number) => string): string =>
  Array.from({ length: count }, (_, index) => line(index)).join("\n");

const FILES: Row[] = [
  [
    "fs.symlink-outside",
    { "a.txt": "-> ../../etc/passwd", "b.txt": "-> /etc/passwd" },
    ["fs.symlink-outside a.txt", "fs.symlink-outside b.txt"],
  ],
  ["fs.symlink-outside", { a: "-> b", b: "-> ../c" }, ["fs.symlink-outside b"]],
  ["fs.count", { a: "", b: "", c: "" }, ["fs.count c"], demoLab({ submission: { files: ["**"], maxFiles: 2 } })],
  ["fs.size", { a: "x".repeat(9) }, ["fs.size a"], demoLab({ submission: { files: ["**"], maxBytes: 8 } })],
  ["yaml.size", { "compose.yaml": `x-a: ${"a".repeat(65_536)}` }, ["yaml.size compose.yaml"]],
  ["yaml.encoding", { "compose.yaml": Buffer.from("services: {}", "utf16le") }, ["yaml.encoding compose.yaml"]],
  ["yaml.encoding", { "compose.yaml": Buffer.from("\ufeffa: 1", "utf16le") }, ["yaml.encoding compose.yaml"]],
  ["yaml.encoding", { "compose.yaml": Buffer.from([0x61, 0x3a, 0x20, 0xe9]) }, ["yaml.encoding compose.yaml"]],
  ["yaml.depth", { "compose.yaml": `a: 1\nb: ${"[".repeat(20_000)}` }, ["yaml.depth compose.yaml:2"]],
  ["yaml.depth", { "compose.yaml": many(102, (index) => `${" ".repeat(index)}a:`) }, ["yaml.depth compose.yaml:101"]],
  ["yaml.depth", { "compose.yaml": "- ".repeat(200) }, ["yaml.depth compose.yaml:1"]],
  ["yaml.syntax", { "compose.yaml": "services:\n  web:\n   image: a\n  - b\n" }, ["yaml.syntax compose.yaml:4"]],
  ["yaml.syntax", composeWith("user: 'me\ninit: true\n"), ["yaml.syntax compose.yaml:4"]],
  ["yaml.syntax", { "compose.yaml": "services:\n\tweb: a\n" }, ["yaml.syntax compose.yaml:2"]],
  ["yaml.one-document", { "compose.yaml": "services: {}\n---\na: 1\n" }, ["yaml.one-document compose.yaml:2"]],
  ["yaml.tags", composeWith("ports: !reset []"), ["yaml.tags compose.yaml:4"]],
  ["yaml.tags", composeWith("command: !!js/function x"), ["yaml.tags compose.yaml:4"]],
  ["yaml.duplicate", composeWith("init: true\nuser: a\ninit: false"), ["yaml.duplicate compose.yaml:6"]],
  ["yaml.aliases", { "compose.yaml": `a: &a x\nb: [${"*a, ".repeat(101)}]` }, ["yaml.aliases compose.yaml:2"]],
  ["yaml.aliases", { "compose.yaml": "a: &a\n  b: *a\n" }, ["yaml.aliases compose.yaml:2"]],
  ["dotenv.reserved", { ...composeWith(""), ".env": "A=1\nCOMPOSE_FILE=x\n" }, ["dotenv.reserved .env:2"]],
  ["dotenv.reserved", { ...composeWith(""), "sub/.env": "export LD_PRELOAD=x" }, ["dotenv.reserved sub/.env:1"]],
  ["dotenv.reserved", { ...composeWith(""), ".env": 'A="x\nGIT_SSH_COMMAND=x\n"' }, ["dotenv.reserved .env:2"]],
  [
    "dotenv.syntax",
    { ...composeWith(""), ".env": 'A="x" GIT_SSH_COMMAND=x' },
    ["dotenv.reserved .env:1", "dotenv.syntax .env:1"],
  ],
  ["dotenv.reserved", { ...composeWith(""), ".env": "OPTIONS=--path=/data --home=/x # PATH=x\n" }, []],
  ["dotenv.syntax", { ...composeWith(""), ".env": "# c\n\n=3" }, ["dotenv.syntax .env:3"]],
];

const SCHEMA: Row[] = [
  ["schema.missing", { "docker-compose.yml": "services: {}" }, ["schema.missing compose.yaml"]],
  ["schema.ambiguous", { ...composeWith(""), "compose.yml": "" }, ["schema.ambiguous compose.yml"]],
  ["schema.ambiguous", { ...composeWith(""), "compose.override.yaml": "" }, ["schema.ambiguous compose.override.yaml"]],
  ["schema.empty", { "compose.yaml": "# nothing\n" }, ["schema.empty compose.yaml"]],
  ["schema.empty", { "compose.yaml": "volumes: {}\nservices: {}\n" }, ["schema.empty compose.yaml:2"]],
  ["schema.root", { "compose.yaml": "- a\n" }, ["schema.root compose.yaml:1"]],
  ["schema.root", { "compose.yaml": "services:\n  - web\n" }, ["schema.root compose.yaml:1"]],
  ["schema.root", { "compose.yaml": "services:\n  web: nginx\n" }, ["schema.root compose.yaml:2"]],
  ["schema.unknown-key", composeWith("port: ['80:80']"), ["schema.unknown-key compose.yaml:4"]],
  ["schema.unknown-key", composeWith("", "service: {}"), ["schema.unknown-key compose.yaml:5"]],
  ["schema.unknown-key", composeWith("healthcheck:\n  tset: [CMD]"), ["schema.unknown-key compose.yaml:5"]],
  ["schema.dropped", composeWith("dns: 1.1.1.1"), ["(schema.dropped compose.yaml:4)"]],
  ["schema.service", { "compose.yaml": "services:\n  web:\n    command: a\n" }, ["schema.service compose.yaml:2"]],
  ["schema.depends", composeWith("depends_on: [wbe]"), ["schema.depends compose.yaml:4"]],
  ["schema.depends", composeWith("links: [other]"), ["schema.depends compose.yaml:4"]],
  [
    "schema.depends",
    {
      "compose.yaml":
        "services:\n  web:\n    image: busybox:1.37\n    depends_on: [db]\n  db:\n    image: busybox:1.37\n    profiles: [extra]\n",
    },
    ["schema.depends compose.yaml:4"],
  ],
  ["schema.network", composeWith("networks: [back]"), ["schema.network compose.yaml:4"]],
  ["schema.volume", composeWith("volumes: ['data:/d']"), ["schema.volume compose.yaml:4"]],
  ["schema.resource", composeWith("configs:\n  - source: app"), ["schema.resource compose.yaml:5"]],
  ["schema.resource", composeWith("secrets: [s]"), ["schema.resource compose.yaml:4"]],
  ["schema.ports", composeWith("ports: ['80', '80a:80']"), ["schema.ports compose.yaml:4"]],
  ["schema.bytes", composeWith("init: true\nmem_limit: 12x"), ["schema.bytes compose.yaml:5"]],
  ["schema.invalid", composeWith("ports: 80"), ["schema.invalid compose.yaml:4"]],
  ["schema.invalid", composeWith("init: true\nhealthcheck: {interval: 5x}"), ["schema.invalid compose.yaml:5"]],
  ["schema.invalid", composeWith("init: true\ncpus: x"), ["schema.invalid compose.yaml:5"]],
  ["schema.invalid", composeWith("network_mode: none\nnetworks: [default]"), ["schema.invalid compose.yaml:2"]],
  ["schema.invalid", composeWith("restart: sometimes"), ["schema.invalid compose.yaml:4"]],
  ["schema.invalid", composeWith("restart: always:3"), ["schema.invalid compose.yaml:4"]],
  [
    "schema.invalid",
    composeWith("deploy:\n  restart_policy:\n    condition: sometimes"),
    ["schema.invalid compose.yaml:6"],
  ],
  [
    "schema.invalid",
    composeWith("deploy:\n  restart_policy:\n    max_attempts: 3\n    condition: any"),
    ["schema.invalid compose.yaml:7"],
  ],
  ["interp.syntax", composeWith('environment: {A: "${X"}'), ["interp.syntax compose.yaml:4"]],
  ["interp.required", composeWith('environment:\n  A: "${X:?set it}"'), ["interp.required compose.yaml:5"]],
  ["interp.count", composeWith(`command: "${"$$".repeat(1_001)}"`), ["interp.count compose.yaml:4"]],
  [
    "interp.size",
    { ...composeWith('command: "$A19"'), ".env": many(20, (i) => (i === 0 ? "A0=x" : `A${i}=$A${i - 1}$A${i - 1}`)) },
    ["interp.size .env", "interp.size compose.yaml:4"],
  ],
  [
    "interp.size",
    { ...composeWith(`command: "${"$A ".repeat(30)}"`), ".env": `A="${"x".repeat(5_000)}\n${"y".repeat(5_000)}"` },
    ["interp.size compose.yaml:4"],
  ],
  [
    "interp.size",
    { ...composeWith("env_file: a.env"), "a.env": many(20, (i) => (i === 0 ? "A0=x" : `A${i}=$A${i - 1}$A${i - 1}`)) },
    ["interp.size a.env"],
  ],
  ["interp.unset", composeWith("environment:\n  - A=1\n  - B"), ["(interp.unset compose.yaml:6)"]],
  [
    "interp.unset",
    dockerfile("FROM scratch", "build:\n      context: .\n      args: [A]"),
    ["(interp.unset compose.yaml:5)"],
  ],
  ["interp.unset", composeWith('environment:\n  A: "${X}"'), ["(interp.unset compose.yaml:5)"]],
  ["include.outside", { ...composeWith("", "include: [../x.yaml]") }, ["include.outside compose.yaml:5"]],
  ["include.outside", { ...composeWith("", "include: ['${X}.yaml']") }, ["include.outside compose.yaml:5"]],
  ["include.outside", { ...composeWith("", "include: [/etc/passwd]") }, ["include.outside compose.yaml:5"]],
  [
    "schema.invalid",
    { ...composeWith("", "include: a.yaml"), "a.yaml": "services: {}" },
    ["schema.invalid compose.yaml:5"],
  ],
  ["include.remote", composeWith("", "include: ['oci://a/b']"), ["include.remote compose.yaml:5"]],
  ["include.missing", { ...composeWith("", "include: [bd.yaml]"), "db.yaml": "" }, ["include.missing compose.yaml:5"]],
  [
    "include.cycle",
    { ...composeWith("", "include: [a.yaml]"), "a.yaml": "include: [compose.yaml]" },
    ["include.cycle a.yaml:1"],
  ],
  [
    "env.outside",
    { ...composeWith("", "include: [{path: a.yaml, env_file: /etc/x}]"), "a.yaml": "services: {}" },
    ["env.outside compose.yaml:5"],
  ],
  [
    "extends.outside",
    composeWith("extends: {file: ../a.yaml, service: x}"),
    ["extends.outside compose.yaml:4", "extends.missing compose.yaml:4"],
  ],
  ["extends.missing", composeWith("extends: {service: wbe}"), ["extends.missing compose.yaml:4"]],
  ["extends.cycle", composeWith("extends: {service: web}"), ["extends.cycle compose.yaml:4"]],
  [
    "env.outside",
    {
      ...composeWith("", "include: [a/a.yaml, {path: a/a.yaml, project_directory: .}]"),
      "a/a.yaml": "services:\n  other:\n    env_file: ../x.env\n",
      "x.env": "",
    },
    ["env.outside a/a.yaml:3"],
  ],
  [
    "dotenv.reserved",
    {
      ...composeWith("", "include: [{path: a.yaml, env_file: b.env}]"),
      "a.yaml": "services: {}",
      "b.env": "GIT_SSH_COMMAND=x",
    },
    ["dotenv.reserved b.env:1"],
  ],
  ["env.outside", composeWith("env_file: [/proc/self/environ]"), ["env.outside compose.yaml:4"]],
  ["env.missing", { ...composeWith("env_file: ap.env"), "app.env": "" }, ["env.missing compose.yaml:4"]],
  [
    "schema.invalid",
    { ...composeWith("init: true\nenv_file: a.env"), "a.env": "A=1\nset the colour to blue\n" },
    ["schema.invalid compose.yaml:5"],
  ],
  ["names.reserved", composeWith("", '  "a/../b": {image: "busybox:1.37"}'), ["names.reserved compose.yaml:5"]],
  ["names.reserved", composeWith("", '  "": {image: "busybox:1.37"}'), ["names.reserved compose.yaml:5"]],
  ["schema.unknown-key", composeWith("init: true\n? {a: b}\n: x"), ["schema.unknown-key compose.yaml:5"]],
  ["schema.ports", composeWith("ports:\n  - {}"), ["schema.ports compose.yaml:5"]],
  ["schema.invalid", composeWith('environment: {A: ""}\nvolumes: [""]'), ["schema.invalid compose.yaml:5"]],
  ["schema.invalid", composeWith("healthcheck:\n  test:\n    - BOGUS\n    - x"), ["schema.invalid compose.yaml:6"]],
  ["names.reserved", { "compose.yaml": "services:\n  __proto__: {image: a}\n" }, ["names.reserved compose.yaml:2"]],
  ["top.models", composeWith("", "models: {a: {model: b}}"), ["top.models compose.yaml:5"]],
];

const SERVICE: Row[] = [
  [
    "image.allowlist",
    { "compose.yaml": "services:\n  web:\n    image: busybox:1.36\n" },
    ["image.allowlist compose.yaml:3"],
  ],
  ["service.privileged", composeWith("privileged: yes"), ["service.privileged compose.yaml:4"]],
  ["service.privileged", composeWith("privileged: true"), ["service.privileged compose.yaml:4"]],
  ["service.cap_add", composeWith("cap_add:\n  - CHOWN\n  - cap_sys_admin"), ["service.cap_add compose.yaml:6"]],
  ["service.security_opt", composeWith("security_opt: ['seccomp:./x']"), ["service.security_opt compose.yaml:4"]],
  ["service.devices", composeWith("devices: ['/dev/sda']"), ["service.devices compose.yaml:4"]],
  [
    "service.devices",
    composeWith("blkio_config: {weight_device: [{path: /dev/sda, weight: 1}]}"),
    ["service.devices compose.yaml:4"],
  ],
  [
    "service.device_cgroup_rules",
    composeWith("device_cgroup_rules: ['c 1:3 mr']"),
    ["service.device_cgroup_rules compose.yaml:4"],
  ],
  ["service.gpus", composeWith("gpus: all"), ["service.gpus compose.yaml:4"]],
  [
    "service.deploy.devices",
    composeWith("deploy: {resources: {reservations: {devices: [{capabilities: [gpu]}]}}}"),
    ["service.deploy.devices compose.yaml:4"],
  ],
  ["service.pid", composeWith("pid: container:x"), ["service.pid compose.yaml:4"]],
  ["service.ipc", composeWith("ipc: host"), ["service.ipc compose.yaml:4"]],
  ["service.uts", composeWith("uts: host"), ["service.uts compose.yaml:4"]],
  ["service.userns_mode", composeWith("userns_mode: host"), ["service.userns_mode compose.yaml:4"]],
  ["service.cgroup", composeWith("cgroup: host"), ["service.cgroup compose.yaml:4"]],
  ["service.cgroup_parent", composeWith("cgroup_parent: /x"), ["service.cgroup_parent compose.yaml:4"]],
  ["service.network_mode", composeWith("network_mode: bridge"), ["service.network_mode compose.yaml:4"]],
  ["service.runtime", composeWith("runtime: runc"), ["service.runtime compose.yaml:4"]],
  ["service.platform", composeWith("platform: linux/arm64"), ["service.platform compose.yaml:4"]],
  ["service.sysctls", composeWith("sysctls: [kernel.shmmax=1]"), ["service.sysctls compose.yaml:4"]],
  ["service.oom", composeWith("oom_kill_disable: true"), ["service.oom compose.yaml:4"]],
  ["service.group_add", composeWith("group_add: [docker]"), ["service.group_add compose.yaml:4"]],
  ["service.credential_spec", composeWith("credential_spec: {file: x}"), ["service.credential_spec compose.yaml:4"]],
  ["service.volumes_from", composeWith("volumes_from: ['container:x']"), ["service.volumes_from compose.yaml:4"]],
  ["service.external_links", composeWith("external_links: [x]"), ["service.external_links compose.yaml:4"]],
  [
    "service.extra_hosts",
    composeWith("extra_hosts: ['a:10.0.0.1', 'h:host-gateway']"),
    ["service.extra_hosts compose.yaml:4"],
  ],
  ["service.extra_hosts", composeWith("extra_hosts: {h: 8.8.8.8}"), ["service.extra_hosts compose.yaml:4"]],
  ["service.label_file", composeWith("label_file: /etc/passwd"), ["service.label_file compose.yaml:4"]],
  ["service.label_file", composeWith("label_file: [./none]"), ["service.label_file compose.yaml:4"]],
  ["service.hooks", composeWith("post_start: [{command: x}]"), ["service.hooks compose.yaml:4"]],
  ["service.hooks", composeWith("pre_start: [{image: x}]"), ["service.hooks compose.yaml:4"]],
  ["service.provider", composeWith("provider: {type: ./x}"), ["service.provider compose.yaml:4"]],
  ["service.use_api_socket", composeWith("use_api_socket: true"), ["service.use_api_socket compose.yaml:4"]],
  ["service.scale", composeWith("deploy:\n  replicas: 4"), ["service.scale compose.yaml:5"]],
  [
    "services.count",
    { "compose.yaml": `services:\n${many(11, (index) => `  s${index}: {image: "busybox:1.37"}`)}` },
    ["services.count compose.yaml:1"],
  ],
  ["service.container_name", composeWith("container_name: x"), ["(service.container_name compose.yaml:4)"]],
  ["service.restart", composeWith("restart: always"), ["(service.restart compose.yaml:4)"]],
  ["service.restart", composeWith("restart: always"), [], demoLab(allow("service.restart"))],
  [
    "service.restart",
    composeWith("restart: 'no'\ndeploy: {restart_policy: {condition: any}}"),
    ["(service.restart compose.yaml:5)"],
  ],
  ["service.restart", composeWith("restart: always\ndeploy: {restart_policy: {condition: none}}"), []],
  [
    "schema.dropped",
    composeWith("deploy:\n  restart_policy:\n    condition: none\n    delay: 5s\n    window: 10s"),
    ["(schema.dropped compose.yaml:7)", "(schema.dropped compose.yaml:8)"],
  ],
  ["service.logging", composeWith("logging: {driver: syslog}"), ["(service.logging compose.yaml:4)"]],
  ["ports.count", composeWith("ports: ['1000-1020:1000-1020']"), ["ports.count compose.yaml:4"]],
  [
    "ports.count",
    composeWith("ports:\n  - '1000-1012:1000-1012'\n  - '2000-2010:2000-2010'"),
    ["ports.count compose.yaml:6"],
  ],
  [
    "ports.count",
    {
      "compose.yaml": `services:\n  a: {extends: {file: b.yaml, service: b}}\n  c: {extends: {file: b.yaml, service: b}}\n`,
      "b.yaml": `services:\n  b:\n    image: busybox:1.37\n    ports: ['1000-1012:1000-1012']\n`,
    },
    ["(ports.publish b.yaml:4)", "(ports.publish b.yaml:4)", "ports.count b.yaml:4"],
  ],
  ["ports.publish", composeWith("ports: ['80:80']"), ["(ports.publish compose.yaml:4)"]],
  ["limits.lowered", composeWith("mem_limit: 1g\npids_limit: 100"), ["(limits.lowered compose.yaml:4)"]],
];

const SHARED: Row[] = [
  ["mount.host", composeWith("volumes: ['/var/run/docker.sock:/s']"), ["mount.host compose.yaml:4"]],
  ["mount.host", composeWith("volumes: ['~/.ssh:/s:ro']"), ["mount.host compose.yaml:4"]],
  [
    "mount.host",
    composeWith("volumes: ['${PWD}/../..:/s:ro']"),
    ["(interp.unset compose.yaml:4)", "mount.host compose.yaml:4"],
  ],
  [
    "mount.outside",
    composeWith("volumes:\n  - type: bind\n    source: ../x\n    target: /x"),
    ["mount.outside compose.yaml:5"],
  ],
  ["mount.missing", { ...composeWith("volumes: ['./wwww:/x:ro']"), "www/a": "" }, ["mount.missing compose.yaml:4"]],
  [
    "mount.nested-writable",
    { ...composeWith("volumes:\n  - ./a:/x\n  - ./a/b:/y:ro"), "a/b/c": "" },
    ["(mount.writable compose.yaml:5)", "mount.nested-writable compose.yaml:6"],
  ],
  ["mount.target", composeWith("volumes: ['v:/x']", "volumes: {v: {}}"), ["mount.target compose.yaml:4"]],
  ["mount.type", composeWith("volumes: [{type: image, source: x, target: /x}]"), ["mount.type compose.yaml:4"]],
  ["mount.writable", { ...composeWith("volumes: ['./a:/x']"), "a/b": "" }, ["(mount.writable compose.yaml:4)"]],
  ["mount.writable", { ...composeWith("volumes: ['./a:/x']"), "a/b": "" }, [], demoLab(allow("mount.writable"))],
  [
    "volumes.driver",
    composeWith("volumes: ['aa:/x']", "volumes: {aa: {driver: nfs}}"),
    ["volumes.driver compose.yaml:5"],
  ],
  [
    "volumes.driver_opts",
    composeWith("", "volumes:\n  unused:\n    driver_opts: {type: none, o: bind, device: /}"),
    ["volumes.driver_opts compose.yaml:7"],
  ],
  ["volumes.external", composeWith("", "volumes: {unused: {external: true}}"), ["volumes.external compose.yaml:5"]],
  ["volumes.name", composeWith("volumes: ['aa:/x']", "volumes: {aa: {name: b}}"), ["volumes.name compose.yaml:5"]],
  ["volumes.name", composeWith("volumes: ['aa:/x']", "volumes: {aa: {name: b}}"), [], demoLab(allow("volumes.name"))],
  [
    "networks.driver",
    composeWith("networks: [a]", "networks: {a: {driver: macvlan}}"),
    ["networks.driver compose.yaml:5"],
  ],
  [
    "networks.driver",
    composeWith("networks: [a]", "networks: {a: {driver_opts: {a: b}}}"),
    ["networks.driver compose.yaml:5"],
  ],
  [
    "networks.external",
    composeWith("networks: [a]", "networks: {a: {external: true}}"),
    ["networks.external compose.yaml:5"],
  ],
  [
    "networks.count",
    composeWith(
      `networks: [${many(11, (i) => `n${i}`).replaceAll("\n", ", ")}]`,
      `networks:\n${many(11, (i) => `  n${i}:`)}`,
    ),
    ["networks.count compose.yaml:5"],
  ],
  ["networks.name", composeWith("networks: [a]", "networks: {a: {name: bridge}}"), ["networks.name compose.yaml:5"]],
  [
    "networks.ipam",
    composeWith("networks: [a]", "networks: {a: {ipam: {config: [{subnet: 10.9.0.0/24}]}}}"),
    ["networks.ipam compose.yaml:5"],
  ],
  [
    "networks.ipam",
    composeWith("networks: [a]", "networks: {a: {ipam: {config: [{subnet: 10.9.0.0/24}]}}}"),
    [],
    demoLab(allow("networks.ipam")),
  ],
  [
    "networks.ipam",
    composeWith("networks: [a]", "networks: {a: {ipam: {config: [{subnet: 8.8.8.0/24}]}}}"),
    ["networks.ipam compose.yaml:5"],
    demoLab(allow("networks.ipam")),
  ],
  [
    "networks.aliases",
    composeWith("networks: {default: {aliases: [registry.example]}}"),
    ["networks.aliases compose.yaml:4"],
  ],
  [
    "networks.aliases",
    { "compose.yaml": 'services:\n  db: {image: "busybox:1.37"}\n  web:\n    image: busybox:1.37\n    hostname: db\n' },
    ["networks.aliases compose.yaml:5"],
  ],
  ["networks.endpoint", composeWith("mac_address: 02:42:ac:11:65:43"), ["networks.endpoint compose.yaml:4"]],
  [
    "secrets.environment",
    composeWith("", "secrets: {s: {environment: TOKEN}}"),
    ["secrets.environment compose.yaml:5"],
  ],
  [
    "secrets.outside",
    composeWith("secrets: [s]", "secrets: {s: {file: /etc/shadow}}"),
    ["secrets.outside compose.yaml:5"],
  ],
  ["secrets.missing", composeWith("secrets: [s]", "secrets: {s: {file: ./s.txt}}"), ["secrets.missing compose.yaml:5"]],
  ["secrets.external", composeWith("", "secrets: {s: {external: true}}"), ["secrets.external compose.yaml:5"]],
  ["configs.outside", composeWith("configs: [c]", "configs: {c: {file: ../c}}"), ["configs.outside compose.yaml:5"]],
  ["labels.reserved", composeWith("labels:\n  - com.docker.compose.project=x"), ["labels.reserved compose.yaml:5"]],
  [
    "labels.reserved",
    composeWith("networks: [a]", "networks: {a: {labels: {compose-labs.run: x}}}"),
    ["labels.reserved compose.yaml:5"],
  ],
];

const BUILD: Row[] = [
  ["build.outside", dockerfile("FROM scratch", "build: .."), ["build.outside compose.yaml:3"]],
  [
    "build.outside",
    dockerfile("FROM scratch", "build: {context: ., dockerfile: /etc/passwd}"),
    ["build.outside compose.yaml:3"],
  ],
  [
    "build.outside",
    dockerfile("FROM scratch", "build: {context: ., additional_contexts: {a: ..}}"),
    ["build.outside compose.yaml:3"],
  ],
  ["build.remote", dockerfile("FROM scratch", "build: 'https://example.org/x.git'"), ["build.remote compose.yaml:3"]],
  [
    "build.remote",
    dockerfile("FROM scratch", "build: {context: ., additional_contexts: {a: 'docker-image://b'}}"),
    ["build.remote compose.yaml:3"],
  ],
  [
    "build.missing",
    { ...dockerfile("FROM scratch", "build: ./ap"), "app/Dockerfile": "FROM scratch" },
    ["build.missing compose.yaml:3"],
  ],
  [
    "build.image-name",
    dockerfile("FROM scratch", "build: .\n    image: docker.io/library/busybox:1.37"),
    ["build.image-name compose.yaml:4"],
  ],
  ["build.network", dockerfile("FROM scratch", "build: {context: ., network: host}"), ["build.network compose.yaml:3"]],
  [
    "build.privileged",
    dockerfile("FROM scratch", "build: {context: ., privileged: true}"),
    ["build.privileged compose.yaml:3"],
  ],
  [
    "build.privileged",
    dockerfile("FROM scratch", "build: {context: ., entitlements: [network.host]}"),
    ["build.privileged compose.yaml:3"],
  ],
  ["build.ssh", dockerfile("FROM scratch", "build: {context: ., ssh: [default]}"), ["build.ssh compose.yaml:3"]],
  ["build.tags", dockerfile("FROM scratch", "build: {context: ., tags: ['a:b']}"), ["build.tags compose.yaml:3"]],
  [
    "build.cache",
    dockerfile("FROM scratch", "build: {context: ., cache_to: ['type=local,dest=/x']}"),
    ["build.cache compose.yaml:3"],
  ],
  [
    "build.extra_hosts",
    dockerfile("FROM scratch", "build: {context: ., extra_hosts: ['a:1.1.1.1']}"),
    ["build.extra_hosts compose.yaml:3"],
  ],
  [
    "build.syntax",
    dockerfile("FROM scratch", "build: {context: ., args: {BUILDKIT_SYNTAX: x}}"),
    ["build.syntax compose.yaml:3"],
  ],
  [
    "dockerfile.missing",
    { "compose.yaml": "services: {web: {build: .}}", dockerfile: "" },
    ["dockerfile.missing compose.yaml:1"],
  ],
  [
    "dockerfile.missing",
    { "compose.yaml": "services:\n  web:\n    build:\n      context: .\n      dockerfile: docker\n", "docker/a": "" },
    ["dockerfile.missing compose.yaml:5"],
  ],
  ["dockerfile.syntax-error", dockerfile("FROM scratch\nCOYP a b\n"), ["dockerfile.syntax-error Dockerfile:2"]],
  ["dockerfile.syntax-error", dockerfile("FROM scratch\nRUN <<EOF\na\n"), ["dockerfile.syntax-error Dockerfile:2"]],
  ["dockerfile.syntax-error", dockerfile(""), ["dockerfile.syntax-error Dockerfile:1"]],
  [
    "dockerfile.syntax-error",
    dockerfile("FROM scratch AS a", "build: {context: ., target: b}"),
    ["dockerfile.syntax-error Dockerfile:1"],
  ],
  ["dockerfile.syntax", dockerfile("# syntax=evil/frontend\nFROM scratch"), ["dockerfile.syntax Dockerfile:1"]],
  ["dockerfile.syntax", dockerfile("#syntax=docker/dockerfile:1.7\r\nFROM busybox:1.37\r\n"), []],
  ["dockerfile.from", dockerfile("FROM busybox"), ["dockerfile.from Dockerfile:1"]],
  ["dockerfile.from", dockerfile("ARG TAG\nFROM busybox:${TAG}"), ["dockerfile.from Dockerfile:2"]],
  ["dockerfile.from", dockerfile("ARG TAG=1.37\nFROM busybox:$TAG"), []],
  [
    "dockerfile.from",
    dockerfile("ARG TAG=1.37\nFROM busybox:$TAG", "build: {context: ., args: {TAG: evil}}"),
    ["dockerfile.from Dockerfile:2"],
  ],
  [
    "dockerfile.from",
    dockerfile("FROM scratch\nRUN --mount=type=bind,from=other,target=/x true"),
    ["dockerfile.from Dockerfile:2"],
  ],
  ["dockerfile.from", dockerfile("FROM scratch\nONBUILD COPY --from=other / /"), ["dockerfile.from Dockerfile:2"]],
  ["dockerfile.from", dockerfile("FROM scratch\nCOPY --from=0 / /"), ["dockerfile.from Dockerfile:2"]],
  ["dockerfile.from", dockerfile("", 'build: {dockerfile_inline: "FROM evil"}'), ["dockerfile.from compose.yaml:3"]],
  [
    "dockerfile.add-remote",
    dockerfile('FROM scratch\nADD ["https://a/b", "/"]'),
    ["dockerfile.add-remote Dockerfile:2"],
  ],
  ["dockerfile.add-remote", dockerfile('FROM scratch\nADD ht"tp://a"/b /'), ["dockerfile.add-remote Dockerfile:2"]],
  [
    "dockerfile.add-remote",
    dockerfile("FROM scratch\nARG U=http\nADD ${U}://a/b \\\n  /"),
    ["dockerfile.add-remote Dockerfile:3"],
  ],
  [
    "dockerfile.add-remote",
    dockerfile("FROM scratch\nADD git@github.com:a/b.git /"),
    ["dockerfile.add-remote Dockerfile:2"],
  ],
  ["dockerfile.run-flags", dockerfile("FROM scratch\nRUN --network=host true"), ["dockerfile.run-flags Dockerfile:2"]],
  [
    "dockerfile.run-flags",
    dockerfile("FROM scratch\nRUN --security=insecure true"),
    ["dockerfile.run-flags Dockerfile:2"],
  ],
  [
    "dockerfile.run-flags",
    dockerfile("FROM scratch\nRUN --mount=type=ssh true"),
    ["dockerfile.run-flags Dockerfile:2"],
  ],
  [
    "dockerfile.run-flags",
    dockerfile("FROM scratch\nRUN --mount=type=cache,target=/c --mount=type=secret,id=s true"),
    [],
  ],
  [
    "dockerfile.run-flags",
    dockerfile('FROM scratch\nRUN --"mount"=type=ssh true'),
    ["dockerfile.run-flags Dockerfile:2"],
  ],
  [
    "dockerfile.run-flags",
    dockerfile("FROM scratch\nRUN --mo\\unt=type=ssh true"),
    ["dockerfile.run-flags Dockerfile:2"],
  ],
  [
    "dockerfile.run-flags",
    dockerfile("FROM scratch\nONBUILD RUN --network=host x"),
    ["dockerfile.run-flags Dockerfile:2"],
  ],
  ["dockerfile.run-flags", dockerfile("FROM scratch\nRUN --device=x true"), ["dockerfile.run-flags Dockerfile:2"]],
  ["dockerfile.from", dockerfile("FROM scratch\nRUN --mount=fr\\om=evil true"), ["dockerfile.from Dockerfile:2"]],
  ["dockerfile.from", dockerfile('FROM scratch\nRUN --mount=\\"from=evil\\" true'), ["dockerfile.from Dockerfile:2"]],
  ["dockerfile.from", dockerfile("FROM scratch\nCOPY --from=$X / /"), ["dockerfile.from Dockerfile:2"]],
  [
    "dockerfile.from",
    dockerfile("FROM scratch AS a\nFROM scratch\nCOPY --from=0 / /\nCOPY --from=A / /\nCOPY --from=1 / /"),
    ["dockerfile.from Dockerfile:5"],
  ],
  ["dockerfile.from", dockerfile("FROM scratch AS a\nFROM A"), []],
  ["dockerfile.from", dockerfile("FROM scratch\nRUN --mount=from=0,target=/x true"), ["dockerfile.from Dockerfile:2"]],
  [
    "dockerfile.from",
    dockerfile(
      "FROM base\nCOPY --from=base / /",
      "build: {context: ., additional_contexts: {base: 'docker-image://busybox:1.37'}}",
    ),
    [],
  ],
  [
    "dockerfile.from",
    dockerfile(`${many(40, (i) => (i === 0 ? "ARG A0=xxxxxxxxxx" : `ARG A${i}=$A${i - 1}$A${i - 1}`))}\nFROM $A39`),
    ["dockerfile.from Dockerfile:41"],
  ],
  [
    "dockerfile.add-remote",
    dockerfile("# escape=`\nFROM scratch\nADD http:/`/a/b /"),
    ["dockerfile.add-remote Dockerfile:3"],
  ],
  [
    "dockerfile.add-remote",
    dockerfile("FROM scratch\nADD deploy@host.example:a/b /"),
    ["dockerfile.add-remote Dockerfile:2"],
  ],
  [
    "dockerfile.add-remote",
    dockerfile("FROM scratch\nADD ssh://git@host/a.git /"),
    ["dockerfile.add-remote Dockerfile:2"],
  ],
  [
    "dockerfile.add-remote",
    dockerfile('FROM scratch\nADD ["\\u0068ttps:\\u002f/a/b", "/"]'),
    ["dockerfile.add-remote Dockerfile:2"],
  ],
  ["dockerfile.add-remote", dockerfile("FROM scratch\nADD $A /"), ["dockerfile.add-remote Dockerfile:2"]],
  [
    "dockerfile.add-remote",
    { ...dockerfile("FROM scratch\nADD a.tar /\nADD <<EOF /x\nhttp://a\nEOF\n"), "a.tar": "" },
    [],
  ],
  // An instruction that one reading takes for the text of a heredoc or of a continued line.
  [
    "dockerfile.syntax-error",
    dockerfile("FROM scratch\nRUN echo <<'RUN true' it's\nADD http://a/b /\nRUN true\n"),
    ["dockerfile.syntax-error Dockerfile:2"],
  ],
  [
    "dockerfile.syntax-error",
    dockerfile("FROM scratch\nRUN echo ${A:-b <<'RUN true'}\nADD http://a/b /\nRUN true\n"),
    ["dockerfile.syntax-error Dockerfile:2"],
  ],
  [
    "dockerfile.add-remote",
    dockerfile('FROM scratch\nRUN echo "a\\" <<\'RUN true\' "\nADD http://a/b /\nRUN true\n'),
    ["dockerfile.add-remote Dockerfile:3"],
  ],
  [
    "dockerfile.add-remote",
    dockerfile("# a comment\n# escape=`\nFROM scratch\nRUN echo `\nADD http://a/b /\n"),
    ["dockerfile.add-remote Dockerfile:5"],
  ],
  [
    "dockerfile.syntax-error",
    dockerfile("# other=x\n# escape=`\nFROM scratch\n"),
    ["dockerfile.syntax-error Dockerfile:2"],
  ],
  ["dockerfile.syntax", dockerfile("# escape=`\n# syntax=docker/dockerfile:1\nFROM scratch\nRUN a `\n  b\n"), []],
  [
    "dockerfile.syntax",
    dockerfile("", 'build: {dockerfile_inline: "# syntax=evil/x\\nFROM scratch"}'),
    ["dockerfile.syntax compose.yaml:3"],
  ],
  [
    "labels.reserved",
    dockerfile('FROM scratch\nLABEL a=b \\\n  "com.docker.compose.project"=x'),
    ["labels.reserved Dockerfile:2"],
  ],
  ["labels.reserved", dockerfile("FROM scratch\nLABEL org.testcontainers x"), ["labels.reserved Dockerfile:2"]],
  ["labels.reserved", dockerfile("FROM scratch\nARG A=com\nLABEL $A.docker.x=y"), ["labels.reserved Dockerfile:3"]],
  ["labels.reserved", dockerfile("FROM scratch\nONBUILD LABEL compose-labs.run=x"), ["labels.reserved Dockerfile:2"]],
  ["labels.reserved", dockerfile('FROM scratch\nLABEL maintainer="a = b" version=$V'), []],
];

describe.each([
  ["files", FILES],
  ["the shape of the Compose file", SCHEMA],
  ["services", SERVICE],
  ["mounts, networks, secrets and labels", SHARED],
  ["builds", BUILD],
])("findings in %s", (_, rows) => {
  test.each(rows.map((row, index) => [`${index + 1} ${row[0]}`, ...row.slice(1)] as const))(
    "%s",
    async (_title, tree, codes, lab = demoLab()) => {
      await using answer = await prepare(tree as Tree, lab as Lab, parser);
      const { prepared } = answer;
      const notes =
        prepared.model === undefined || prepared.findings.some(({ severity }) => severity === "refuse")
          ? []
          : makeRunModel({ prepared, lab: lab as Lab, runId: "0123456789ab", labels: {} }).notes;
      const told = notes.map(({ code, place }) => `(${code} ${place.file}:${place.line})`);
      expect([...answer.codes, ...told]).toEqual(codes);
      for (const { code, message, remedy } of [...prepared.findings, ...notes]) {
        reached.add(code);
        expect(`${message} ${remedy}`).not.toMatch(/(?<!\$)\{[a-z]+\}|undefined|\[object|``/);
      }
    },
  );
});

describe("findings that need more than files", () => {
  test("a socket is no part of a submission", async () => {
    await using folder = await temporaryFolder();
    await writeTree(folder.path, composeWith(""));
    await using server = createServer();
    await once(server.listen(join(folder.path, "engine.sock")), "listening");
    await using answer = await prepare(folder.path);
    expect(answer.codes).toEqual(["fs.special engine.sock"]);
    reached.add("fs.special");
  });

  test("a changed given file is replaced, and the student is told", async () => {
    await using lab = await temporaryFolder();
    await writeTree(lab.path, { "starter/app/a.txt": "given" });
    const changed = demoLab({ given: ["app/**"] }, join(lab.path, "starter"));
    await using answer = await prepare({ ...composeWith(""), "app/a.txt": "mine" }, changed);
    expect(answer.codes).toEqual(["(given.replaced app/a.txt)"]);
    reached.add("given.replaced");
  });
});

/** The costs are reached in prepare.test.ts; a file that cannot be read needs a user other than root. */
const ELSEWHERE = ["fs.unreadable", "yaml.cost", "schema.cost"];

afterAll(async () => {
  await parser[Symbol.asyncDispose]();
  expect(FINDING_CODES.filter((code) => !reached.has(code) && !ELSEWHERE.includes(code))).toEqual([]);
});
