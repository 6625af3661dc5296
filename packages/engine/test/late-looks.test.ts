import { expect, it } from "vitest";
import { lateLooks } from "../src/stack/late-looks.ts";
import { type ServiceSketch, sketchRun } from "./stack-fixture.ts";

const db = (firstLook: number): ServiceSketch => ({ healthcheck: {}, facts: { health: { firstLook } } });
const web: ServiceSketch = { depends_on: { db: { condition: "service_healthy" } } };
const late = (services: Record<string, ServiceSketch>, wall: number) =>
  [...lateLooks(sketchRun(services, { wall }), Object.keys(services))].map(({ name }) => name);

it("names a health check that others wait for and that first looks after the run", () => {
  expect(late({ db: db(61), web }, 60)).toEqual(["db"]);
  expect(late({ db: db(60), web }, 60)).toEqual([]);
});

it("counts who starts on demand only among those who wait", () => {
  expect(late({ db: db(61), web: { ...web, profiles: ["tools"] } }, 60)).toEqual(["db"]);
});

it("leaves a health check alone that nobody waits for", () => {
  const started: ServiceSketch = { depends_on: { db: { condition: "service_started" } } };
  expect(late({ db: db(3600) }, 60)).toEqual([]);
  expect(late({ db: db(3600), web: started }, 60)).toEqual([]);
});

it("leaves the engine's own interval alone, however short the run", () => {
  expect(late({ db: db(30), web }, 5)).toEqual([]);
  expect(late({ db: db(31), web }, 5)).toEqual(["db"]);
});
