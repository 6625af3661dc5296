import { expect, test } from "vitest";
import { explainPull } from "../src/images/pull-error.ts";

test.each([
  [
    'Get "https://registry-1.docker.io/v2/": dial tcp: lookup registry-1.docker.io: no such host',
    "REGISTRY_UNREACHABLE",
  ],
  ["net/http: request canceled while waiting for connection (Client.Timeout exceeded)", "REGISTRY_UNREACHABLE"],
  ["received unexpected HTTP status: 503 Service Unavailable", "REGISTRY_UNREACHABLE"],
  ["tls: failed to verify certificate: x509: certificate signed by unknown authority", "REGISTRY_UNREACHABLE"],
  ["toomanyrequests: You have reached your pull rate limit.", "RATE_LIMITED"],
  ["pull access denied for nginx, repository does not exist or may require 'docker login'", "IMAGE_UNAVAILABLE"],
  ["unauthorized: incorrect username or password", "IMAGE_UNAVAILABLE"],
  ["manifest for nginx:1.99 not found: manifest unknown: manifest unknown", "IMAGE_UNAVAILABLE"],
  ["no matching manifest for linux/s390x in the manifest list entries", "IMAGE_UNAVAILABLE"],
  ["write /var/lib/docker/tmp/x: no space left on device", "DISK_FULL"],
  ["something nobody has seen", "IMAGE_UNAVAILABLE"],
])("%s", (said, code) => {
  const fault = explainPull("nginx:1.26", new Error(said));
  expect(fault).toMatchObject({ kind: "fault", code });
  expect(fault.message).toMatch(/^cannot pull nginx:1\.26: /);
  expect(fault.message).toContain(said.slice(0, 40));
  expect(fault.hint).toMatch(/`/);
});
