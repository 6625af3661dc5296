import { service } from "./service.ts";
import { drop, each, keep, refuse, type Shape } from "./shape.ts";

const free: Shape = { title: "free names", free: true };

const network: Shape = {
  title: "a network",
  keys: {
    ...each("name driver internal", keep()),
    labels: keep(free),
    external: refuse("networks.external"),
    enable_ipv4: drop,
    ...each("driver_opts enable_ipv6 attachable", refuse("networks.driver")),
    ipam: keep({
      title: "`ipam`",
      keys: {
        driver: keep(),
        options: keep(free),
        config: keep({
          title: "`ipam.config`",
          items: {
            title: "`ipam.config`",
            keys: { ...each("subnet ip_range gateway", keep()), aux_addresses: keep(free) },
          },
        }),
      },
    }),
  },
};

const volume: Shape = {
  title: "a volume",
  keys: {
    ...each("name driver", keep()),
    labels: keep(free),
    driver_opts: refuse("volumes.driver_opts"),
    external: refuse("volumes.external"),
  },
};

const elsewhere = each("external driver driver_opts template_driver", refuse("secrets.external"));

const secret: Shape = {
  title: "a secret",
  keys: {
    name: drop,
    file: keep(),
    labels: keep(free),
    environment: refuse("secrets.environment"),
    ...elsewhere,
  },
};

const config: Shape = {
  title: "a config",
  keys: {
    name: drop,
    ...each("file content", keep()),
    labels: keep(free),
    environment: refuse("secrets.environment"),
    ...elsewhere,
  },
};

const included: Shape = { title: "`include`", keys: each("path project_directory env_file", keep()) };

/** The whole Compose file. */
export const composeFile: Shape = {
  title: "the top level of a Compose file",
  keys: {
    ...each("version name", drop),
    include: keep({ title: "`include`", items: included }),
    services: keep({ title: "`services`", each: service }),
    networks: keep({ title: "`networks`", each: network }),
    volumes: keep({ title: "`volumes`", each: volume }),
    secrets: keep({ title: "`secrets`", each: secret }),
    configs: keep({ title: "`configs`", each: config }),
    models: refuse("top.models"),
  },
};
