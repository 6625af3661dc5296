import { service } from "./service.ts";
import { each, keep, refuse, type Shape, silent } from "./shape.ts";

const free: Shape = { title: "free names", free: true };

const network: Shape = {
  title: "a network",
  keys: {
    ...each("name driver internal", keep()),
    labels: keep(free),
    external: refuse("networks.external"),
    ...each("attachable enable_ipv4", silent),
    ...each("driver_opts enable_ipv6", refuse("networks.driver")),
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
    ...each("name", silent),
    file: keep(),
    labels: keep(free),
    environment: refuse("secrets.environment"),
    ...elsewhere,
  },
};

const config: Shape = {
  title: "a config",
  keys: {
    ...each("name", silent),
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
    ...each("version name", silent),
    include: keep({ title: "`include`", items: included }),
    services: keep({ title: "`services`", each: service }),
    networks: keep({ title: "`networks`", each: network }),
    volumes: keep({ title: "`volumes`", each: volume }),
    secrets: keep({ title: "`secrets`", each: secret }),
    configs: keep({ title: "`configs`", each: config }),
    models: refuse("top.models"),
  },
};
