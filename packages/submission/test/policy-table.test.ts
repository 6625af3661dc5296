import { expect, test } from "vitest";
import { FINDING_CODES } from "../src/index.ts";
import type { KeyRule, Shape } from "../src/keys/shape.ts";
import { composeFile } from "../src/keys/top.ts";

/**
 * The whole policy on one page: each key of the Compose specification, level by level, and what becomes of it.
 *
 *   allow            taken over as it is written
 *   bound            taken over within the lab's bounds, or replaced by the grader's own
 *   check <codes>    taken over unless its value gives one of these findings
 *   drop             left out, with the note `schema.dropped`
 *   silent           left out without a word, for it changes nothing that could be seen
 *   refuse <code>    refused, unless its value is empty or false
 *
 * Keys that begin with `x-` may stand anywhere and are left out. Any other key is refused (`schema.unknown-key`).
 */
const POLICY = `
(top level)
  version name                                           drop
  include                                                check include.outside include.remote include.missing include.cycle
  services                                               check services.count names.reserved schema.service
  networks                                               check networks.count names.reserved
  volumes secrets configs                                check names.reserved
  models                                                 refuse top.models

include[]
  path                                                   check include.outside include.remote include.missing
  project_directory                                      check include.outside
  env_file                                               check env.outside env.missing dotenv.reserved

services.*
  command entrypoint init working_dir user               allow
  stdin_open tty profiles read_only domainname           allow
  expose annotations stop_signal                         allow
  healthcheck                                            bound
  environment                                            check interp.unset
  env_file                                               check env.outside env.missing
  label_file                                             check service.label_file
  labels                                                 check labels.reserved
  image                                                  check image.allowlist build.image-name
  build                                                  check build.outside build.remote build.missing
  extends                                                check extends.outside extends.missing extends.cycle
  depends_on links                                       check schema.depends
  hostname                                               check networks.aliases
  networks                                               check schema.network
  network_mode                                           check service.network_mode
  extra_hosts                                            check service.extra_hosts
  ports                                                  check ports.publish ports.count schema.ports
  volumes                                                check mount.host mount.outside mount.missing mount.type
  volumes_from                                           check service.volumes_from
  tmpfs shm_size                                         bound
  secrets configs                                        check schema.resource
  mem_limit memswap_limit pids_limit cpus                bound
  stop_grace_period                                      bound
  ulimits deploy                                         bound
  logging                                                check service.logging
  container_name                                         check service.container_name
  restart                                                check service.restart
  scale                                                  check service.scale
  privileged                                             check service.privileged
  cap_add                                                check service.cap_add
  cap_drop                                               allow
  security_opt                                           check service.security_opt
  pid                                                    check service.pid
  ipc                                                    check service.ipc
  uts                                                    check service.uts
  userns_mode                                            check service.userns_mode
  cgroup                                                 check service.cgroup
  oom_kill_disable                                       check service.oom
  sysctls                                                check service.sysctls
  blkio_config                                           check service.devices
  develop dns dns_opt dns_search storage_opt             drop
  cpuset cpu_rt_period cpu_rt_runtime cpu_count          drop
  cpu_percent cpu_shares cpu_quota cpu_period            drop
  mem_swappiness mem_reservation oom_score_adj           drop
  pull_policy pull_refresh_after                         drop
  attach                                                 silent
  devices                                                refuse service.devices
  device_cgroup_rules                                    refuse service.device_cgroup_rules
  gpus                                                   refuse service.gpus
  cgroup_parent                                          refuse service.cgroup_parent
  credential_spec                                        refuse service.credential_spec
  external_links                                         refuse service.external_links
  group_add                                              refuse service.group_add
  runtime isolation                                      refuse service.runtime
  platform                                               refuse service.platform
  mac_address                                            refuse networks.endpoint
  provider                                               refuse service.provider
  use_api_socket                                         refuse service.use_api_socket
  models                                                 refuse top.models
  pre_start post_start pre_stop                          refuse service.hooks

services.*.build
  context                                                check build.outside build.remote build.missing
  dockerfile                                             check build.outside dockerfile.missing dockerfile.from
  dockerfile_inline                                      check dockerfile.from dockerfile.add-remote dockerfile.run-flags
  target                                                 check dockerfile.syntax-error
  args                                                   check build.syntax
  additional_contexts                                    check build.outside build.remote
  labels                                                 check labels.reserved
  network                                                check build.network
  secrets                                                check secrets.outside
  no_cache no_cache_filter pull shm_size ulimits         drop
  provenance sbom                                        drop
  ssh                                                    refuse build.ssh
  tags                                                   refuse build.tags
  cache_from cache_to                                    refuse build.cache
  extra_hosts                                            refuse build.extra_hosts
  isolation                                              refuse service.runtime
  platforms                                              refuse service.platform
  privileged entitlements                                refuse build.privileged

services.*.build.secrets[]
  source target uid gid mode                             allow

services.*.healthcheck
  disable interval retries test timeout                  allow
  start_period start_interval                            bound

services.*.deploy
  replicas                                               check service.scale
  labels                                                 check labels.reserved
  resources                                              bound
  mode endpoint_mode rollback_config update_config       drop
  placement                                              drop
  restart_policy                                         check service.restart

services.*.deploy.restart_policy
  condition max_attempts                                 check service.restart
  delay window                                           drop

services.*.deploy.resources
  limits reservations                                    bound

services.*.deploy.resources.limits
  cpus memory pids                                       bound

services.*.deploy.resources.reservations
  cpus memory                                            drop
  devices generic_resources                              refuse service.deploy.devices

services.*.blkio_config
  weight                                                 drop
  device_read_bps device_read_iops                       refuse service.devices
  device_write_bps device_write_iops weight_device       refuse service.devices

services.*.depends_on.*
  condition required restart                             allow

services.*.env_file[]
  path required format                                   check env.outside env.missing

services.*.extends
  file service                                           check extends.outside extends.missing extends.cycle

services.*.logging
  driver options                                         check service.logging

services.*.networks.*
  aliases                                                check networks.aliases
  ipv4_address ipv6_address                              check networks.ipam
  priority gw_priority interface_name                    drop
  mac_address link_local_ips driver_opts                 refuse networks.endpoint

services.*.ports[]
  target published protocol host_ip                      check ports.publish
  mode                                                   drop
  name app_protocol                                      silent

services.*.secrets[]
  source target uid gid mode                             allow

services.*.configs[]
  source target uid gid mode                             allow

services.*.ulimits.*
  soft hard                                              bound

services.*.volumes[]
  type                                                   check mount.type
  source                                                 check mount.host mount.outside mount.missing
  target                                                 check mount.target
  read_only                                              check mount.writable
  bind volume                                            allow
  tmpfs                                                  bound
  consistency image cluster                              silent

services.*.volumes[].bind
  create_host_path                                       silent
  propagation recursive selinux                          drop

services.*.volumes[].volume
  nocopy                                                 allow
  subpath                                                drop

services.*.volumes[].tmpfs
  size mode                                              bound

networks.*
  name                                                   check networks.name
  driver                                                 check networks.driver
  internal                                               bound
  labels                                                 check labels.reserved
  ipam                                                   check networks.ipam
  enable_ipv4                                            drop
  external                                               refuse networks.external
  driver_opts enable_ipv6 attachable                     refuse networks.driver

networks.*.ipam
  driver config                                          check networks.ipam
  options                                                bound

networks.*.ipam.config[]
  subnet ip_range gateway aux_addresses                  check networks.ipam

volumes.*
  name                                                   check volumes.name
  driver                                                 check volumes.driver
  labels                                                 check labels.reserved
  driver_opts                                            refuse volumes.driver_opts
  external                                               refuse volumes.external

secrets.*
  name                                                   drop
  file                                                   check secrets.outside secrets.missing
  labels                                                 check labels.reserved
  environment                                            refuse secrets.environment
  external driver driver_opts template_driver            refuse secrets.external

configs.*
  name                                                   drop
  file                                                   check configs.outside secrets.missing
  content                                                allow
  labels                                                 check labels.reserved
  environment                                            refuse secrets.environment
  external driver driver_opts template_driver            refuse secrets.external
`;

/** `path key` and what the page says of it. */
const written = new Map<string, string>();
let level = "";
for (const line of POLICY.split("\n")) {
  if (/^\S/.test(line)) level = line;
  const [, keys = "", fate = ""] = /^ {2}(\S+(?: \S+)*?) {2,}(\S.*)$/.exec(line) ?? [];
  for (const key of keys.split(" ").filter(Boolean)) written.set(`${level} ${key}`, fate);
}

/** `path key` and the rule of the code. */
const rules = new Map<string, KeyRule>();
function collect(shape: Shape, path: string): void {
  for (const [key, rule] of Object.entries(shape.keys ?? {})) {
    rules.set(`${path === "" ? "(top level)" : path} ${key}`, rule);
    if (rule.policy !== "refuse" && rule.shape) collect(rule.shape, path === "" ? key : `${path}.${key}`);
  }
  if (shape.each) collect(shape.each, `${path}.*`);
  if (shape.items) collect(shape.items, `${path}[]`);
}
collect(composeFile, "");

test("the page and the code have the same keys", () => {
  expect([...rules.keys()].toSorted()).toEqual([...written.keys()].toSorted());
});

test.each([...written])("%s: %s", (path, fate) => {
  const [word, ...codes] = fate.split(" ");
  const rule = rules.get(path);
  if (word === "refuse") expect(rule).toEqual({ policy: "refuse", code: codes[0] });
  else expect(rule?.policy).toBe(word === "drop" || word === "silent" ? word : "keep");
  expect(codes.filter((code) => !(FINDING_CODES as string[]).includes(code))).toEqual([]);
  expect(codes.length > 0).toBe(word === "check" || word === "refuse");
});
