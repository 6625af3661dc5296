import { execFile } from "node:child_process";
import { promisify } from "node:util";
import type Dockerode from "dockerode";
import { afterAll, beforeAll, expect, it } from "vitest";
import { connectEngine } from "../src/index.ts";
import { Probe } from "../src/probes/probe.ts";
import { PROBE_IMAGE, sketchRun, startRun } from "./stack-fixture.ts";

const execute = promisify(execFile);
let docker: Dockerode;
let subject: Dockerode.Container;
beforeAll(async () => {
  ({ docker } = await connectEngine({ signal: new AbortController().signal, environment: process.env }));
  subject = await docker.createContainer({ Image: PROBE_IMAGE, Cmd: ["sleep", "300"] });
  await subject.start();
});
afterAll(() => subject.remove({ force: true }));

/** A probe beside the subject, and its own container. */
async function startProbe(note: string): Promise<{ probe: Probe; own: Dockerode.Container }> {
  const labels = { "probe-test": note };
  const probe = await Probe.start({ docker, image: PROBE_IMAGE, labels, kind: "network", container: subject.id });
  const [listed] = await docker.listContainers({ filters: { label: [`probe-test=${note}`] } });
  return { probe, own: docker.getContainer(listed?.Id ?? "") };
}

it("is a fault when the probe's container is removed while it is asked", async () => {
  const { probe, own } = await startProbe("removed");
  const answer = probe.run("sleep 60", 60);
  await Promise.all([
    expect(answer).rejects.toMatchObject({
      kind: "fault",
      code: "PROBE_ENDED",
      message: "the grader's own probe container ended before it answered",
    }),
    own.remove({ force: true }),
  ]);
});

it("is a fault when the probe does not answer in time", async () => {
  const { probe, own } = await startProbe("silent");
  await own.pause();
  await expect(probe.run("true", 0)).rejects.toMatchObject({
    kind: "fault",
    code: "PROBE_SILENT",
    message: "the grader's own probe container gave no answer within 5 s",
  });
  await own.unpause();
  await probe.close();
});

it("is a fault when the probe's image has no shell", async () => {
  const image = "probe-test-empty:1";
  await execute("sh", ["-c", 'tar -cf - -T /dev/null | docker import - "$1"', "--", image]);
  try {
    await using test = await startRun(sketchRun({ app: { command: ["sleep", "60"] } }), { probeImage: image });
    await expect(test.stack.service("app").listeners()).rejects.toMatchObject({
      kind: "fault",
      code: "PROBE_FAILED",
      message: expect.stringMatching(/^the grader's own probe beside app could not be started: /),
    });
  } finally {
    await docker.getImage(image).remove({ force: true });
  }
});
