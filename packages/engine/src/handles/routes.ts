import { CheckFailure, faultError } from "@compose-labs/lab";
import { hasDefaultRoute } from "../probes/proc.ts";
import type { RunContext } from "../run-context.ts";
import { runProbe, type Subject } from "./running.ts";

/** Default routes by the kernel's own table; nothing is sent. */
export async function hasNoWayOut(run: RunContext, from: Subject, control: Subject): Promise<void> {
  const [own, other] = await Promise.all([readDefaultRoute(run, from), readDefaultRoute(run, control)]);
  if (!other) {
    throw new CheckFailure({
      code: "CONTROL_UNREACHABLE",
      found: `\`${control.service}\`, which should have a way out of its networks, has none`,
      expected: `\`${control.service}\` has a default route; only then does it mean something that \`${from.service}\` has not`,
      at: `services.${control.service}.networks`,
      hint: "A service on `internal: true` networks only has no way out; give it a network that is not internal.",
      reproduce: `docker compose exec ${control.service} cat /proc/net/route`,
    });
  }
  if (!own) return;
  throw new CheckFailure({
    code: "NET_WAY_OUT",
    found: `\`${from.service}\` has a default route: its kernel sends packets for any address on`,
    expected: `\`${from.service}\` has no way to addresses outside its networks`,
    at: `services.${from.service}.networks`,
    hint: "One network that is not `internal: true` is enough to give a service a way out.",
    reproduce: `docker compose exec ${from.service} cat /proc/net/route`,
  });
}

async function readDefaultRoute(run: RunContext, subject: Subject): Promise<boolean> {
  const script = "cat /proc/net/route || exit 1; cat /proc/net/ipv6_route 2>/dev/null; true";
  const answer = await runProbe(run, subject, "network", script, 5);
  if (answer.exitCode !== 0) {
    throw faultError("PROBE_FAILED", `the grader's own probe beside ${subject.service} could not read the routes`, {
      hint: "Run again; if it stays, `grader doctor` examines the engine.",
    });
  }
  return hasDefaultRoute(answer.stdout.toString());
}

/** Interfaces that are up, other than `lo`. */
export async function readInterfaces(run: RunContext, subject: Subject): Promise<string[]> {
  const script = `for i in /sys/class/net/*; do echo "\${i##*/} $(cat $i/flags)"; done`;
  const answer = await runProbe(run, subject, "network", script, 5);
  return answer.stdout
    .toString()
    .split("\n")
    .flatMap((line) => {
      const [name = "", flags = "0"] = line.split(" ");
      const up = (Number(flags) & 1) === 1;
      return name !== "" && name !== "lo" && up ? [name] : [];
    })
    .sort();
}
