import { spawn } from "node:child_process";
import type { Engine } from "@compose-labs/engine";

/** All that the cases ask for; the second stage adds a volume. */
const DOCKERFILE = `FROM busybox:1.37 AS plain
ENV APP=/app GREETING=hello EMPTY= PAIR=a=b VERSION=1.10
LABEL org.example.title="Test image"
RUN mkdir -p /app/sub /usr/share/doc/good /usr/share/doc/bad && chmod 1777 /app/sub && cd /app \\
 && printf 'one\\ntwo\\n' >data.txt && chmod 640 data.txt && chown 1000:2000 data.txt \\
 && printf '#!/bin/sh\\necho ran\\n' >run.sh && chmod 4755 run.sh && mkfifo pipe \\
 && ln -s /app/data.txt absolute && ln -s data.txt relative && ln -s ../app/data.txt up \\
 && ln -s missing dangling && ln -s /app/loop loop \\
 && echo MIT >/usr/share/doc/good/copyright && echo agpl-3 >/usr/share/doc/bad/copyright
WORKDIR /app
EXPOSE 8080 53/udp
USER 1000
ENTRYPOINT ["/bin/sh", "/app/run.sh"]
CMD ["--serve", "now"]
FROM plain
VOLUME /data
`;

export interface TestImages extends AsyncDisposable {
  plain: string;
  withVolume: string;
}

/** Built on busybox, without a network; removed at the end of the block. */
export async function buildTestImages(docker: Engine["docker"], name: string): Promise<TestImages> {
  const [plain, withVolume] = [`${name}/plain:1`, `${name}/volume:1`];
  await build(["--target", "plain", "-t", plain]);
  await build(["-t", withVolume]);
  return {
    plain,
    withVolume,
    async [Symbol.asyncDispose]() {
      for (const image of [withVolume, plain]) await docker.getImage(image).remove({ force: true });
    },
  };
}

function build(args: string[]): Promise<void> {
  return new Promise((resolve, reject) => {
    const child = spawn("docker", ["build", "-q", "--network", "none", ...args, "-"], {
      stdio: ["pipe", "ignore", "inherit"],
    });
    child.on("error", reject);
    child.on("close", (code) => (code === 0 ? resolve() : reject(new Error(`docker build ended with ${code}`))));
    child.stdin.end(DOCKERFILE);
  });
}
