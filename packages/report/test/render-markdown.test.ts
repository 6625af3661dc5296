import { describe, expect, test } from "vitest";
import { markdownOfResult, renderMarkdown } from "../src/index.ts";
import { everyResult, failedCheck } from "./fixtures/every-result.ts";
import { sampleCheck, sampleResult, sampleStack } from "./fixtures/sample-results.ts";

const { passed, failed, refused, fault, partial, notRun, hidden, hostile } = everyResult;

describe("a result in Markdown", () => {
  test("that passed, with its stack", () =>
    expect(`\n${renderMarkdown([passed])}`).toMatchInlineSnapshot(`
    "
    ## Bridge networks (\`bridge-networks\`)

    ✅ **35 of 35 points in 4.2 s** · 3 passed

    | Outcome | Points | Check |
    | --- | ---: | --- |
    | ✅ passed | 5/5 | Every service starts and stays up (\`stack-settled\`) |
    | ✅ passed | 15/15 | A value travels through the proxy to the database and back (\`round-trip\`) |
    | ✅ passed | 15/15 | The proxy cannot reach the database (\`db-hidden\`) |

    ### The stack

    \`\`\`mermaid
    flowchart LR
      host(("host"))
      s0["proxy<br/>nginx:1.26<br/>running"]
      s1["api<br/>built from ./api<br/>running #40;healthy#41;"]
      s2["db<br/>postgres:17<br/>running #40;healthy#41;"]
      n0(["front"])
      n1(["back #40;internal#41;"])
      v0[("db-data")]
      v1[("cache")]
      host -->|"127.0.0.1:8080-#62;80/tcp"| s0
      s0 --- n0
      s0 -.->|"waits until started"| s1
      s1 --- n0
      s1 --- n1
      s1 -.->|"waits until healthy"| s2
      s2 --- n1
      s2 ---|"#47;var/lib/postgresql/data"| v0
    \`\`\`

    - **Repeat it:** \`grader check bridge-networks --seed k3j2h4g5\`
    "
  `));
  test("with a failure, what it blocks, a note and a stand-in", () =>
    expect(`\n${renderMarkdown([failed])}`).toMatchInlineSnapshot(`
      "
      ## Bridge networks (\`bridge-networks\`)

      ❌ **5 of 30 points in 4.2 s** · 1 passed, 1 failed, 1 blocked

      | Outcome | Points | Check |
      | --- | ---: | --- |
      | ✅ passed | 5/5 | Every service starts and stays up (\`stack-settled\`) |
      | ❌ failed | 0/15 | The proxy cannot reach the database (\`db-hidden\`) |
      | ⏸️ blocked | 0/10 | Data survives \`down\` and \`up\` (\`data-survives\`)<br>not tried: needs db-hidden, which failed |

      ### ℹ️ Note: \`ports.published\`

      - **What:** Ports are opened on the loopback address only while grading.
      - **Where:** \`compose.yaml:6:5\`
      - **Change:** Nothing has to be changed.

      ### ❌ \`db-hidden\`: The proxy cannot reach the database (0 of 15 points)

      - **Found:** a connection from \`proxy\` to \`db\` (172.20.0.3:5432) that was accepted
      - **Expected:** no connection: \`db\` shares no network with \`proxy\`
      - **Where:** \`compose.yaml:24:5\`
      - **Help:** \`db\` is on \`front\` and on \`back\`. \`proxy\` is on \`front\`, so it reaches \`db\` there.
      - **Hint 1/2:** Which networks does \`db\` join?
      - **More:** \`docs/diagnoses/NET_NOT_ISOLATED.md\`

      \`\`\`yaml
        22 |     image: postgres:17
        23 |     restart: unless-stopped
      > 24 |     networks: [front, back]
        25 |     volumes:
        26 |       - db-data:/var/lib/postgresql/data
      \`\`\`

      See it yourself:

      \`\`\`sh
      docker run --rm --network container:cl-0123456789ab-proxy-1 busybox:1.37 sh -c 'nc -z -w 2 db 5432 && echo reached'
      \`\`\`

      <details><summary>Last output</summary>

      \`\`\`
      2025-01-01 10:00:00.000 UTC [1] LOG:  listening on IPv4 address "0.0.0.0", port 5432
      2025-01-01 10:00:00.120 UTC [1] LOG:  database system is ready to accept connections
      \`\`\`

      </details>

      <details><summary>What was asked (3 calls)</summary>

      \`\`\`
        proxy.resolve db (2 ms)
          172.20.0.3
        api.canReach db:5432 (3 ms)
          connected to 172.20.0.3:5432
      x proxy.cannotReach db:5432 (41 ms)
          connected to 172.20.0.3:5432
      \`\`\`

      </details>

      - **Images:** postgres:17 is a stand-in made from Debian packages, not the published image
      - **Repeat it:** \`grader check bridge-networks --seed k3j2h4g5\`
      "
    `));
  test("that was refused", () =>
    expect(`\n${renderMarkdown([refused])}`).toMatchInlineSnapshot(`
    "
    ## Bridge networks (\`bridge-networks\`)

    ❌ **Refused in 130 ms, nothing was started: 1 place to change**

    ### ⛔ Refused: \`service.privileged\`

    - **Why:** \`db\` asks for \`privileged: true\`, which opens the host.
    - **Where:** \`compose.yaml:4:5\`
    - **Change:** Remove the line.

    \`\`\`yaml
      2 |   db:
      3 |     image: postgres:17
    > 4 |     privileged: true
    \`\`\`
    "
  `));
  test("with a fault, which costs no points", () =>
    expect(`\n${renderMarkdown([fault])}`).toMatchInlineSnapshot(`
    "
    ## Bridge networks (\`bridge-networks\`)

    ⚠️ **No score, and no points lost: the run could not be finished** · 1 passed, 1 undecided

    | Outcome | Points | Check |
    | --- | ---: | --- |
    | ✅ passed | 5/5 | Every service starts and stays up (\`stack-settled\`) |
    | ⚠️ undecided | 0/15 | The behaviour db-hidden holds (\`db-hidden\`) |

    ### ⚠️ Fault: \`ENGINE_GONE\`

    - **Cause:** the engine does not answer any more
    - **Do:** Start it, and grade again.
    - **Points:** No points are lost: this is not your mistake.

    ### ⚠️ \`db-hidden\`: could not be decided

    - **Check:** The behaviour db-hidden holds
    - **Cause:** the probe did not answer within 30 s
    - **Tried:** 2 times

    - **Repeat it:** \`grader check bridge-networks --seed k3j2h4g5\`
    "
  `));
  test("in part", () =>
    expect(`\n${renderMarkdown([partial])}`).toMatchInlineSnapshot(`
    "
    ## Bridge networks (\`bridge-networks\`)

    ◐ **5 of 15 points (partial) in 4.2 s** · 1 passed, 1 not run

    Only a part was checked, or the run was interrupted: no mark can be derived from it.

    | Outcome | Points | Check |
    | --- | ---: | --- |
    | ✅ passed | 5/5 | Every service starts and stays up (\`stack-settled\`) |
    | ▫️ not run | 0/10 | The behaviour round-trip holds (\`round-trip\`) |

    - **Repeat it:** \`grader check bridge-networks --seed k3j2h4g5\`
    "
  `));
  test("of a policy-only run", () =>
    expect(`\n${renderMarkdown([notRun])}`).toMatchInlineSnapshot(`
    "
    ## Bridge networks (\`bridge-networks\`)

    ✅ **Nothing is refused in 4.2 s; nothing was started or graded**
    "
  `));
  test("of a student edition", () =>
    expect(`\n${renderMarkdown([hidden])}`).toMatchInlineSnapshot(`
    "
    ## Bridge networks (\`bridge-networks\`)

    ✅ **35 of 35 points in 4.2 s** · 3 passed

    2 of 5 checks (12 points) run only on submission.

    | Outcome | Points | Check |
    | --- | ---: | --- |
    | ✅ passed | 5/5 | Every service starts and stays up (\`stack-settled\`) |
    | ✅ passed | 15/15 | A value travels through the proxy to the database and back (\`round-trip\`) |
    | ✅ passed | 15/15 | The proxy cannot reach the database (\`db-hidden\`) |

    - **Repeat it:** \`grader check bridge-networks --seed k3j2h4g5\`
    "
  `));
  test("that is hostile", () =>
    expect(`\n${renderMarkdown([hostile])}`).toMatchInlineSnapshot(`
      "
      ## Bridge networks (\`bridge-networks\`)

      ❌ **0 of 10 points in 4.2 s** · 1 failed

      | Outcome | Points | Check |
      | --- | ---: | --- |
      | ❌ failed | 0/10 | : :&#8203;warning::A title (\`hostile\`) |

      ### ⛔ Refused: \`yaml.yntax\`

      - **Why:** red<br>link<br>: :error file=x::forged<br>  : :set-output name=score::100<br># #\\[error\\]forged too<br>userimda zero c1<br>progress 1%<br>progress 99%<br>next<br>    tab 全角の文字列がとても長く続いている場合でも幅を超えてはいけない 🎉🎉<br>wwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwww
      - **Where:** \`a b.yaml:1:90\`
      - **Change:** red<br>link<br>: :error file=x::forged<br>  : :set-output name=score::100<br># #\\[error\\]forged too<br>userimda zero c1<br>progress 1%<br>progress 99%<br>next<br>    tab 全角の文字列がとても長く続いている場合でも幅を超えてはいけない 🎉🎉<br>wwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwww

      \`\`\`yaml
      > 1 | - - - - - - - - - - - - - - - - - - - - - - - - - - - - - - - - - - - - - - - - - - - - - - - - - - here
      \`\`\`

      ### ❌ \`hostile\`: : :&#8203;warning::A title (0 of 10 points)

      - **Found:** red<br>link<br>: :error file=x::forged<br>  : :set-output name=score::100<br># #\\[error\\]forged too<br>userimda zero c1<br>progress 1%<br>progress 99%<br>next<br>    tab 全角の文字列がとても長く続いている場合でも幅を超えてはいけない 🎉🎉<br>wwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwww
      - **Expected:** a body such as ::&#8203;debug:: ::&#8203;debug:: ::&#8203;debug:: ::&#8203;debug:: ::&#8203;debug:: ::&#8203;debug:: ::&#8203;debug:: ::&#8203;debug:: ::&#8203;debug:: ::&#8203;debug:: ::&#8203;debug:: ::&#8203;debug:: ::&#8203;debug:: ::&#8203;debug:: ::&#8203;debug:: ::&#8203;debug:: ::&#8203;debug:: ::&#8203;debug:: ::&#8203;debug:: ::&#8203;debug::
      - **Where:** \`compose.yaml:2:12\`
      - **Help:** red<br>link<br>: :error file=x::forged<br>  : :set-output name=score::100<br># #\\[error\\]forged too<br>userimda zero c1<br>progress 1%<br>progress 99%<br>next<br>    tab 全角の文字列がとても長く続いている場合でも幅を超えてはいけない 🎉🎉<br>wwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwww
      - **Hint 1/1:** red<br>link<br>: :error file=x::forged<br>  : :set-output name=score::100<br># #\\[error\\]forged too<br>userimda zero c1<br>progress 1%<br>progress 99%<br>next<br>    tab 全角の文字列がとても長く続いている場合でも幅を超えてはいけない 🎉🎉<br>wwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwww
      - **More:** \`docs/diagnoses/HTTP_BROKEN.md\`

      \`\`\`yaml
        1 | services:
      > 2 |     web: { x: "yyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyy" }
        3 | : :error::x
      \`\`\`

      See it yourself:

      \`\`\`sh
      docker exec web sh -c 'echo ::error:: echo ::error:: echo ::error:: echo ::error:: echo ::error:: echo ::error:: echo ::error:: echo ::error:: echo ::error:: echo ::error:: echo ::error:: echo ::error:: '
      : :error::second line
      \`\`\`

      <details><summary>Last output</summary>

      \`\`\`
      red
      link
      : :error file=x::forged
        : :set-output name=score::100
      # #[error]forged too
      userimda zero c1
      progress 1%
      progress 99%
      next
          tab 全角の文字列がとても長く続いている場合でも幅を超えてはいけない 🎉🎉
      wwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwww
      \`\`\`

      </details>

      <details><summary>What was asked (1 call)</summary>

      \`\`\`
      x red link : :error file=x::forged : :set-output name=score::100 # #[error]forged too userimda zero c1 progress 1% progress 99% next tab 全角の文字列がとても長く続いている場合でも幅を超えてはいけない 🎉🎉 wwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwww… (37 characters left out) (1 ms)
          red link : :error file=x::forged : :set-output name=score::100 # #[error]forged too userimda zero c1 progress 1% progress 99% next tab 全角の文字列がとても長く続いている場合でも幅を超えてはいけない 🎉🎉 wwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwww… (37 characters left out)
      \`\`\`

      </details>

      ### The stack

      \`\`\`mermaid
      flowchart LR
        host(("host"))
        s0["svvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvv<br/>red link : :error file#61;x:<br/>red link : :error file#61;x:"]
        n0(["#58; :error::net #40;internal#41;"])
        v0[("red link : :error file#61;x:")]
        host -->|"red link : :error file#61;x:"| s0
        s0 --- n0
        s0 ---|"red link : :error file#61;x:"| v0
      \`\`\`

      - **Repeat it:** \`grader check bridge-networks --seed k3j2h4g5\`
      "
    `));

  test("at the level of heading and of hints that is asked for", () => {
    const text = markdownOfResult(failed, { level: 3, hints: 2 });
    expect(text.match(/^#+ /gm)).toEqual(["### ", "#### ", "#### "]);
    expect(text).toContain("- **Hint 1/2:** Which networks does `db` join?\n- **Hint 2/2:** Give `db` only");
  });

  test("that failed without a diagnosis, or faulted without a reason", () => {
    const bare = sampleResult({ verdict: "fault", checks: [sampleCheck("a", { outcome: "failed" })] });
    expect(markdownOfResult(bare)).toContain("- **Found:** the check failed and gave no reason\n");
    expect(markdownOfResult(bare)).toContain("- **Cause:** the run ended before a verdict was reached\n");
  });

  test("that passed the second time says after what", () => {
    const again = sampleResult({ retriedAfter: { code: "ENGINE_GONE", message: "the engine went away" } });
    expect(markdownOfResult(again)).toContain("- **Second attempt:** after the engine went away\n");
  });

  test("with a stack too large to be drawn", () => {
    const [service] = sampleStack.services;
    if (service === undefined) throw new Error("the sample has services");
    const services = Array.from({ length: 41 }, (_, index) => ({ ...service, name: `web-${index}` }));
    const text = markdownOfResult(sampleResult({ stack: { ...sampleStack, services } }));
    expect(text).toContain("### The stack\n\nIt has too many parts for a picture.");
  });
});

describe("a report that may take so many bytes", () => {
  const many = Array.from({ length: 30 }, () =>
    sampleResult({ checks: [sampleCheck("ü", { title: "Ü" }), failedCheck] }),
  );
  test.each([
    [1_000_000, /^## /],
    [40_000, /^> This report is shortened: excerpts, logs, calls and drawings are left out\.\n\n## /],
    [11_000, /^> This report is shortened: only the outcomes are shown\.\n\n## /],
    [4_000, /^> This report is shortened: only the verdicts are shown\.\n\n## /],
    [1_000, /^> This report is shortened: the verdicts of (1\d|2\d) results are left out\.\n\n## /],
    [10, /^> This report is shortened: the verdicts of 30 results are left out\.\n$/],
  ])("of %i", (maxLength, begins) => {
    const text = renderMarkdown(many, { maxLength });
    expect(text).toMatch(begins);
    if (maxLength > 100) expect(Buffer.byteLength(text)).toBeLessThanOrEqual(maxLength);
  });
});
