import { execFile } from "node:child_process";
import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, it } from "vitest";

it("ends with 1 when a case differs, and names each difference in the document", async () => {
  const folder = await mkdtemp(join(tmpdir(), "hostile-test-"));
  try {
    const base = { why: "w", expect: "refused", rule: "service.pid", at: "compose.yaml:4" };
    const cases = [
      { name: "right", ...base },
      { name: "wrong", ...base, rule: "service.ipc", harness: "sing" },
    ];
    await writeFile(join(folder, "cases.json"), JSON.stringify(cases));
    for (const { name } of cases) {
      await mkdir(join(folder, name));
      await writeFile(
        join(folder, name, "compose.yaml"),
        "services:\n  web:\n    image: busybox:1.37\n    pid: host\n",
      );
    }
    const runner = join(import.meta.dirname, "../run.ts");
    const { exitCode, stdout } = await new Promise<{ exitCode: number | null; stdout: string }>((resolve) => {
      const child = execFile(process.execPath, [runner, folder, "--json"], (_error, text) =>
        resolve({ exitCode: child.exitCode, stdout: text }),
      );
    });
    expect(exitCode).toBe(1);
    expect(JSON.parse(stdout)).toMatchObject({
      cases: [
        { name: "right", ok: true, got: "refused", code: "service.pid", place: "compose.yaml:4:5", leftovers: [] },
        { name: "wrong", ok: false, notSetUp: ["sing"] },
      ],
    });
    expect(JSON.parse(stdout).cases[1].problems).toContain(
      "expected the finding service.ipc, got service.pid at compose.yaml:4:5",
    );
  } finally {
    await rm(folder, { recursive: true });
  }
});
