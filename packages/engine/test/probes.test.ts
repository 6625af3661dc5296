import { describe, expect, it } from "vitest";
import { splitAnswers } from "../src/handles/exec.ts";
import { parseProcesses } from "../src/handles/processes.ts";
import { AnswerReader, quoteWord, writeJob } from "../src/probes/agent.ts";
import { hasDefaultRoute, isOpenToOthers, parseListeners, parseLookup } from "../src/probes/proc.ts";
import { parseAnswer, READ_CAP, writeRequest } from "../src/probes/raw-http.ts";

describe("the kernel's tables", () => {
  it("give listeners, in both families, without the engine's name server", () => {
    const text = `  sl  local_address rem_address   st
   0: 0100007F:1F40 00000000:0000 0A 00000000:00000000
   1: 0B00007F:9C5B 00000000:0000 0A 00000000:00000000
   2: 0100007F:E57A 0100007F:1F40 06 00000000:00000000
  sl  local_address                         remote_address                        st
   0: 00000000000000000000000000000000:0050 00000000000000000000000000000000:0000 0A 00000000:00000000
   1: 00000000000000000000000001000000:0051 00000000000000000000000000000000:0000 0A 00000000:00000000
   2: 0000000000000000FFFF00000100007F:0052 00000000000000000000000000000000:0000 0A 00000000:00000000
   3: B80D0120000000000000000001000000:0053 00000000000000000000000000000000:0000 0A 00000000:00000000
`;
    expect(parseListeners(text)).toEqual([
      { address: "::", port: 80 },
      { address: "::1", port: 81 },
      { address: "127.0.0.1", port: 82 },
      { address: "2001:db8:0:0:0:0:0:1", port: 83 },
      { address: "127.0.0.1", port: 8000 },
    ]);
    expect(["127.0.0.1", "::1", "0.0.0.0", "::", "10.0.0.2"].map(isOpenToOthers)).toEqual([
      false,
      false,
      true,
      true,
      true,
    ]);
  });

  it("give the default route", () => {
    const local = "eth0\t000011AC\t00000000\t0001\t0\t0\t0\t0000FFFF\t0\t0\t0";
    expect(hasDefaultRoute(local)).toBe(false);
    expect(hasDefaultRoute(`${local}\neth0\t00000000\t010011AC\t0003\t0\t0\t0\t00000000\t0\t0\t0`)).toBe(true);
    const zero = "0".repeat(32);
    expect(hasDefaultRoute(`${zero} 00 ${zero} 00 ${zero} ffffffff 00000001 00000000 00200200       lo`)).toBe(false);
    expect(
      hasDefaultRoute(`${zero} 00 ${zero} 00 fe80${zero.slice(4)} 00000400 00000001 00000000 00000003     eth0`),
    ).toBe(true);
  });

  it("give processes with effective ids, without the probe's own", () => {
    const encode = (text: string) => Buffer.from(text).toString("base64");
    const line = (pid: number, env: string) =>
      `${pid} ${encode("Name:\tserve\nState:\tS (sleeping)\nPPid:\t1\nUid:\t0\t1000\t0\t0\nGid:\t0\t1001\t0\t0\n")} ${encode("serve\0--port\0")}. ${encode(env)}.`;
    expect(parseProcesses(`${line(7, "A=b=c\0")}\n${line(9, "COMPOSE_LABS_PROBE=1\0")}\n`)).toEqual([
      {
        pid: 7,
        parent: 1,
        name: "serve",
        state: "S",
        uid: 1000,
        gid: 1001,
        command: ["serve", "--port"],
        env: { A: "b=c" },
      },
    ]);
  });

  it("give addresses of a look-up, and none of a failed one", () => {
    const found =
      "Server:\t\t127.0.0.11\nAddress:\t127.0.0.11:53\n\nNon-authoritative answer:\nName:\tdb\nAddress: 172.18.0.2\nName:\tdb\nAddress: 172.18.0.3\n";
    expect(parseLookup(found)).toEqual(["172.18.0.2", "172.18.0.3"]);
    expect(
      parseLookup("Server:\t\t127.0.0.11\nAddress:\t127.0.0.11:53\n\n** server can't find db: NXDOMAIN\n"),
    ).toEqual([]);
  });
});

describe("the agent's lines", () => {
  it("are put together by job, however they are cut", () => {
    const reader = new AnswerReader();
    const text = `2 o ${Buffer.from("two").toString("base64")}\n1 e ${Buffer.from("oops").toString("base64")}\n2 x 0\n1 x 137\n`;
    const answers = [...text].flatMap((letter) => reader.read(letter));
    expect(answers).toEqual([
      { id: 2, answer: { exitCode: 0, stdout: Buffer.from("two"), stderr: "" } },
      { id: 1, answer: { exitCode: 137, stdout: Buffer.from(""), stderr: "oops" } },
    ]);
    expect(writeJob(3, "true", 1.2)).toBe("3 2 dHJ1ZQ==\n");
    expect(quoteWord("it's")).toBe("'it'\\''s'");
  });

  it("part the answers of several scripts, one cut short included", () => {
    const whole = { exitCode: 0, stdout: "a\n--t 0\nb\n\n--t 2\nhal", stderr: "\n--t\nerr\n--t\n", timedOut: true };
    expect(splitAnswers(whole, "--t", 3)).toEqual([
      { exitCode: 0, stdout: "a", stderr: "", timedOut: false },
      { exitCode: 2, stdout: "b\n", stderr: "err", timedOut: false },
      { exitCode: 137, stdout: "hal", stderr: "", timedOut: true },
    ]);
  });
});

describe("raw HTTP", () => {
  it("is written with the grader's own headers", () => {
    const request = { host: "web:8000", path: "/x", method: "POST", headers: { "X-Value": "1" }, body: "hé" };
    expect(writeRequest(request).toString()).toBe(
      "POST /x HTTP/1.1\r\nhost: web:8000\r\naccept: */*\r\nx-value: 1\r\nconnection: close\r\ncontent-length: 3\r\n\r\nhé",
    );
  });

  it("is read whole, in chunks, after a 100, and cut short", () => {
    const read = (text: string) => parseAnswer(Buffer.from(text));
    expect(read("HTTP/1.1 200 OK\r\nA: 1\r\na: 2\r\nContent-Length: 2\r\n\r\nhi")).toEqual({
      status: 200,
      headers: { a: "1, 2", "content-length": "2" },
      body: "hi",
      truncated: false,
      whole: true,
    });
    expect(
      read("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nhi\r\n3;x=y\r\n you\r\n0\r\n\r\n")?.body,
    ).toBe("hi yo");
    expect(read("HTTP/1.1 100 Continue\r\n\r\nHTTP/1.0 204 No Content\r\n\r\n")?.status).toBe(204);
    expect(read("HTTP/1.1 200 OK\r\nA: 1\r\n")).toBeUndefined();
    expect(read("220 mail ready\r\n\r\n")).toBeUndefined();
    const cut = read(`HTTP/1.1 200 OK\r\n\r\n${"x".repeat(READ_CAP)}`);
    expect([cut?.truncated, cut?.whole, cut?.body.length]).toEqual([true, true, 65_536]);
  });

  it("is told from one that broke off", () => {
    const whole = (text: string, method?: string) => parseAnswer(Buffer.from(text), method)?.whole;
    expect(whole("HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nhello")).toBe(false);
    expect(whole("HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\n", "HEAD")).toBe(true);
    expect(whole("HTTP/1.1 304 Not Modified\r\nContent-Length: 9\r\n\r\n")).toBe(true);
    expect(whole("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhel")).toBe(false);
    expect(whole("HTTP/1.0 200 OK\r\n\r\nuntil it is closed")).toBe(true);
  });
});
