import { expect, it } from "vitest";
import { drawStack } from "../src/grading/drawing.ts";

it("draws the student's own model, with paths as they wrote them and the state that services ended in", () => {
  const drawing = drawStack(
    {
      services: {
        web: {
          build: { context: "/copy" },
          networks: { front: null },
          volumes: [
            { type: "bind", source: "/copy/site/pages", target: "/www", read_only: true },
            { type: "volume", source: "data", target: "/data" },
            { type: "tmpfs", target: "/tmp" },
          ],
          ports: [
            { target: 80, published: "8080", host_ip: "127.0.0.1", protocol: "tcp" },
            { target: 53, protocol: "udp" },
          ],
          depends_on: { db: { condition: "service_healthy" } },
        },
        db: { image: "redis:8.0", network_mode: "none" },
        odd: {},
      },
      networks: { front: null, back: { internal: true } },
      volumes: { data: null },
    },
    new Map([["web", "running (healthy)"]]),
    "/copy",
  );
  expect(drawing).toEqual({
    services: [
      {
        name: "web",
        image: "built here",
        networks: ["front"],
        volumes: [
          { name: "./site/pages", target: "/www", type: "bind", readOnly: true },
          { name: "data", target: "/data", type: "volume", readOnly: false },
          { name: "", target: "/tmp", type: "tmpfs", readOnly: false },
        ],
        ports: ["127.0.0.1:8080->80/tcp", "0.0.0.0:any->53/udp"],
        dependsOn: [{ service: "db", condition: "service_healthy" }],
        state: "running (healthy)",
      },
      { name: "db", image: "redis:8.0", networks: ["none"], volumes: [], ports: [], dependsOn: [] },
      { name: "odd", image: "no image", networks: [], volumes: [], ports: [], dependsOn: [] },
    ],
    networks: [
      { name: "front", internal: false },
      { name: "back", internal: true },
    ],
    volumes: ["data"],
  });
});
