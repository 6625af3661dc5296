import type { StackDrawing } from "@compose-labs/lab";
import { expect, test } from "vitest";
import { renderStack } from "../src/index.ts";
import { sampleStack } from "./fixtures/sample-results.ts";

const service = (name: string, networks: string[], change: Partial<StackDrawing["services"][number]> = {}) => ({
  name,
  image: "busybox:1.37",
  networks,
  volumes: [],
  ports: [],
  dependsOn: [],
  ...change,
});

test("services, networks, volumes and ports", () => {
  expect(`\n${renderStack(sampleStack, { width: 80, unicode: true })}`).toMatchInlineSnapshot(`
    "
      front ───────────────┐
      back (internal) ──┐  │
                        │  │
      proxy             │  ●   nginx:1.26 · running
                        │  │   port 127.0.0.1:8080->80/tcp
                        │  │   bind ./nginx.conf at /etc/nginx/nginx.conf,
                        │  │   read-only
                        │  │   waits until api has started
      api               ●  ●   built from ./api · running (healthy)
                        │      waits until db is healthy
      db                ●      postgres:17 · running (healthy)
                               volume db-data at /var/lib/postgresql/data

      volume cache: no service mounts it
    "
  `);
});

test("one network, and every kind of mount and wait", () => {
  const stack: StackDrawing = {
    services: [
      service("web", ["default"], {
        volumes: [
          { name: "", target: "/cache", type: "volume", readOnly: false },
          { name: "", target: "/run", type: "tmpfs", readOnly: false },
          { name: "./site", target: "/srv", type: "bind", readOnly: true },
        ],
        dependsOn: [
          { service: "migrate", condition: "service_completed_successfully" },
          { service: "other", condition: "something_new" },
        ],
        state: "exited 3",
      }),
      service("migrate", ["default"]),
    ],
    networks: [{ name: "default", internal: false }],
    volumes: [],
  };
  expect(`\n${renderStack(stack, { width: 60, unicode: false })}`).toMatchInlineSnapshot(`
    "
      default ---+
                 |
      web        o   busybox:1.37 - exited 3
                 |   anonymous volume at /cache
                 |   tmpfs at /run
                 |   bind ./site at /srv, read-only
                 |   waits until migrate has ended with 0
                 |   waits until other something_new
      migrate    o   busybox:1.37
    "
  `);
});

test("no networks at all, and a network that nobody joins", () => {
  const stack: StackDrawing = {
    services: [service("job", [])],
    networks: [{ name: "unused", internal: false }],
    volumes: [],
  };
  expect(`\n${renderStack(stack, { width: 80, unicode: true })}`).toMatchInlineSnapshot(`
    "
      job         busybox:1.37

      network unused: no service joins it
    "
  `);
});

test("more networks than fit are named in text", () => {
  const networks = Array.from({ length: 14 }, (_, index) => ({ name: `net-${index}`, internal: false }));
  const stack: StackDrawing = {
    services: [
      service(
        "hub",
        networks.map(({ name }) => name),
      ),
    ],
    networks,
    volumes: [],
  };
  expect(`\n${renderStack(stack, { width: 60, unicode: false })}`).toMatchInlineSnapshot(`
    "
      hub         busybox:1.37
                  on net-0, net-1, net-2, net-3, net-4, net-5,
                  net-6, net-7, net-8, net-9, net-10, net-11,
                  net-12, net-13
    "
  `);
});
