import { drop, each, keep, refuse, type Shape, silent } from "./shape.ts";

const free: Shape = { title: "free names", free: true };

const build: Shape = {
  title: "`build`",
  keys: {
    ...each("context dockerfile dockerfile_inline target network", keep()),
    ...each("args labels additional_contexts", keep(free)),
    secrets: keep({
      title: "a secret",
      items: { title: "a secret", keys: each("source target uid gid mode", keep()) },
    }),
    ...each("no_cache no_cache_filter pull shm_size ulimits provenance sbom", drop),
    ssh: refuse("build.ssh"),
    tags: refuse("build.tags"),
    ...each("cache_from cache_to", refuse("build.cache")),
    extra_hosts: refuse("build.extra_hosts"),
    isolation: refuse("service.runtime"),
    platforms: refuse("service.platform"),
    ...each("privileged entitlements", refuse("build.privileged")),
  },
};

const healthcheck: Shape = {
  title: "`healthcheck`",
  keys: each("disable interval retries test timeout start_period start_interval", keep()),
};

const limits: Shape = { title: "`limits`", keys: each("cpus memory pids", keep()) };
const deploy: Shape = {
  title: "`deploy`",
  keys: {
    ...each("mode endpoint_mode rollback_config update_config placement", drop),
    restart_policy: keep({
      title: "`restart_policy`",
      keys: { ...each("condition max_attempts", keep()), ...each("delay window", drop) },
    }),
    replicas: keep(),
    labels: keep(free),
    resources: keep({
      title: "`resources`",
      keys: {
        limits: keep(limits),
        reservations: keep({
          title: "`reservations`",
          keys: {
            ...each("cpus memory", drop),
            ...each("devices generic_resources", refuse("service.deploy.devices")),
          },
        }),
      },
    }),
  },
};

const mount: Shape = {
  title: "a mount",
  keys: {
    ...each("type source target read_only", keep()),
    consistency: silent,
    // A source that is missing is refused, so that none is ever made.
    bind: keep({
      title: "`bind`",
      keys: { create_host_path: silent, ...each("propagation recursive selinux", drop) },
    }),
    volume: keep({ title: "`volume`", keys: { nocopy: keep(), subpath: drop } }),
    tmpfs: keep({ title: "`tmpfs`", keys: each("size mode", keep()) }),
    // A mount of type image is refused by its type; its options need no word of their own.
    ...each("image cluster", silent),
  },
};

const endpoint: Shape = {
  title: "a service's network",
  keys: {
    aliases: keep(),
    ...each("priority gw_priority interface_name", drop),
    ...each("ipv4_address ipv6_address", keep()),
    ...each("mac_address link_local_ips driver_opts", refuse("networks.endpoint")),
  },
};

const file: Shape = {
  title: "a secret or config",
  items: { title: "a secret or config", keys: each("source target uid gid mode", keep()) },
};

/** Everything that a service of the Compose specification may say, and what becomes of it. */
export const service: Shape = {
  title: "a service",
  keys: {
    ...each("image command entrypoint hostname domainname init working_dir user stdin_open tty", keep()),
    ...each("profiles read_only stop_signal stop_grace_period expose restart scale links volumes_from", keep()),
    ...each("mem_limit memswap_limit pids_limit cpus shm_size tmpfs extra_hosts container_name network_mode", keep()),
    ...each("privileged cap_add cap_drop security_opt pid ipc uts userns_mode cgroup oom_kill_disable", keep()),
    ...each("environment labels annotations sysctls", keep(free)),
    build: keep(build),
    healthcheck: keep(healthcheck),
    deploy: keep(deploy),
    depends_on: keep({
      title: "`depends_on`",
      each: { title: "a dependency", keys: each("condition required restart", keep()) },
    }),
    ports: keep({
      title: "`ports`",
      items: {
        title: "a port",
        keys: {
          ...each("target published protocol host_ip", keep()),
          ...each("name app_protocol", silent),
          mode: drop,
        },
      },
    }),
    volumes: keep({ title: "`volumes`", items: mount }),
    networks: keep({ title: "`networks`", each: endpoint }),
    ...each("secrets configs", keep(file)),
    ulimits: keep({ title: "`ulimits`", each: { title: "a limit", keys: each("soft hard", keep()) } }),
    logging: keep({ title: "`logging`", keys: { driver: keep(), options: keep(free) } }),
    extends: keep({ title: "`extends`", keys: each("file service", keep()) }),
    env_file: keep({
      title: "`env_file`",
      items: { title: "an env file", keys: each("path required format", keep()) },
    }),
    label_file: keep(),
    blkio_config: keep({
      title: "`blkio_config`",
      keys: {
        weight: drop,
        ...each(
          "device_read_bps device_read_iops device_write_bps device_write_iops weight_device",
          refuse("service.devices"),
        ),
      },
    }),
    ...each("develop dns dns_opt dns_search storage_opt cpuset cpu_rt_period cpu_rt_runtime", drop),
    ...each("mem_swappiness oom_score_adj cpu_count cpu_percent cpu_shares cpu_quota cpu_period", drop),
    attach: silent,
    ...each("pull_policy pull_refresh_after mem_reservation", drop),
    devices: refuse("service.devices"),
    device_cgroup_rules: refuse("service.device_cgroup_rules"),
    gpus: refuse("service.gpus"),
    cgroup_parent: refuse("service.cgroup_parent"),
    credential_spec: refuse("service.credential_spec"),
    external_links: refuse("service.external_links"),
    group_add: refuse("service.group_add"),
    ...each("runtime isolation", refuse("service.runtime")),
    platform: refuse("service.platform"),
    mac_address: refuse("networks.endpoint"),
    provider: refuse("service.provider"),
    use_api_socket: refuse("service.use_api_socket"),
    models: refuse("top.models"),
    ...each("pre_start post_start pre_stop", refuse("service.hooks")),
  },
};
