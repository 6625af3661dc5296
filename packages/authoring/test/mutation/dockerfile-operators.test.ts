import { describe, expect, it } from "vitest";
import { mutantsOf } from "./sample.ts";

const DOCKERFILE = {
  Dockerfile: `# syntax=docker/dockerfile:1
FROM python:3.13-slim AS base

ARG REVISION
LABEL revision=$REVISION
# Two at once.
ENV GREETING="Hello you" \\
    LEVEL=1
WORKDIR /app
COPY --chown=1000 . .
RUN pip install -r needs.txt
USER 1000

EXPOSE 8080
ENTRYPOINT ["python", "app.py"]
CMD ["--host", "0.0.0.0"]
`,
  ".dockerignore": "# Nothing but the application.\n*\n!app.py\n",
  "nginx/site.conf": "server {\n  listen 80;\n  # The API.\n  location / {\n    proxy_pass http://api:8000;\n  }\n}\n",
  "compose.yaml": "services:\n  api:\n    image: a:1\n  web:\n    image: b:1\n",
};

describe.each([
  "dockerfile.form",
  "dockerfile.swap-start",
  "dockerfile.merge-start",
  "dockerfile.drop-word",
  "dockerfile.loopback",
  "dockerfile.argument",
  "dockerfile.shell-start",
  "dockerfile.user",
  "dockerfile.root-again",
  "dockerfile.port",
  "dockerfile.drop-pair",
  "dockerfile.other-value",
  "dockerfile.misspell",
  "dockerfile.build-only",
  "dockerfile.kept-argument",
  "dockerfile.drop",
  "dockerfile.base",
  "dockerfile.move-up",
  "dockerfile.destination",
  "dockerfile.copy-mode",
  "dockerfile.copy-given",
  "dockerfile.copy-less",
  "dockerfile.folder",
  "dockerfile.volume",
  "ignore.drop-file",
  "ignore.drop",
  "ignore.turn",
  "ignore.rooted",
  "ignore.let-in",
  "ignore.keep-out",
  "configuration.drop",
  "configuration.port",
  "configuration.host",
  "configuration.path",
])("%s", (operator) => {
  it("makes these mutants, and no other", () => {
    expect(mutantsOf(operator, DOCKERFILE)).toMatchSnapshot();
  });
});

const LIFECYCLE = {
  Dockerfile: `FROM a:1
STOPSIGNAL 15
HEALTHCHECK --interval=5s --timeout=30s --retries=2 CMD wget -q localhost
CMD ["/start.sh"]
`,
  "start.sh": '#!/bin/sh\nexec 2>&1\nset -e\nexec "$@"\n',
};
const UNCHANGED = {
  Dockerfile: "FROM a:1\nSTOPSIGNAL KILL\nHEALTHCHECK NONE\n",
  "start.conf": "exec start\n",
};

describe.each([
  "dockerfile.stop-signal",
  "dockerfile.health-pace",
  "dockerfile.health-rare",
  "dockerfile.health-always",
  "dockerfile.health-never",
  "configuration.no-exec",
])("%s", (operator) => {
  it("makes these mutants, and no other", () => {
    expect(mutantsOf(operator, LIFECYCLE)).toMatchSnapshot();
  });
  it("makes none that changes nothing", () => {
    expect(mutantsOf(operator, UNCHANGED)).not.toMatch(/SIGKILL|HEALTHCHECK|exec/);
  });
});
