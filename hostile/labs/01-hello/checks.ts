import { CheckFailure, defineChecks, ensure, type Failure } from "@compose-labs/lab";

const SECONDS = 20;

export default defineChecks(({ check }) => {
  check(
    "says-hello",
    {
      title: "web answers GET /index.html on port 8080 with hello",
      points: 10,
      timeout: SECONDS + 15,
      at: "services.web",
      hints: ["Does web listen on port 8080?", "Serve a file index.html with the one word hello."],
    },
    async ({ stack, service, eventually }) => {
      service("web");
      const web = stack.service("web");
      await web.settled();
      let last: Failure | undefined;
      const answer = await eventually(
        {
          seconds: SECONDS,
          every: 0.2,
          tolerate: [],
          failure: () => last ?? { code: "NOTHING_LISTENS", found: "no answer", expected: "an answer" },
        },
        async () => {
          try {
            return await web.http({ path: "/index.html", port: 8080, from: web });
          } catch (error) {
            // What listens on other ports alone has finished its start; what listens on none may still be at it, and
            // what listens on this one by now opened it since the request.
            if (!(error instanceof CheckFailure) || error.failure.code !== "NOTHING_LISTENS") throw error;
            const ports = (await web.listeners()).map(({ port }) => port);
            if (ports.length > 0 && !ports.includes(8080)) throw error;
            last = error.failure;
            return undefined;
          }
        },
      );
      ensure(answer.status === 200 && !answer.truncated && answer.body.trim() === "hello", {
        code: "PAGE_WRONG",
        found: answer.truncated
          ? "a body of more than 64 KiB"
          : `status ${answer.status} and ${JSON.stringify(answer.body.slice(0, 100))}`,
        expected: "status 200 and hello",
        at: "services.web",
      });
    },
  );
});
