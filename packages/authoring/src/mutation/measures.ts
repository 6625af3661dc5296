const UNITS: Record<string, number> = { ns: 1e-6, us: 1e-3, µs: 1e-3, ms: 1, s: 1e3, m: 6e4, h: 36e5 };

/** Milliseconds of `1m30s`; undefined for what is no duration. */
export function durationOf(written: unknown): number | undefined {
  const text = String(written ?? "");
  if (text === "0") return 0;
  if (!/^(?:\d+(?:\.\d+)?(?:ns|us|µs|ms|s|m|h))+$/.test(text)) return undefined;
  const parts = text.matchAll(/(\d+(?:\.\d+)?)(ns|us|µs|ms|s|m|h)/g);
  return [...parts].reduce((sum, [, number, unit]) => sum + Number(number) * (UNITS[unit ?? ""] ?? 0), 0);
}

/** `SIGTERM` for `TERM`, `sigterm` and `15`: a signal has one name here. */
export function signalOf(written: unknown): string {
  const text = String(written).toUpperCase();
  const numbers: Record<string, string> = { 1: "SIGHUP", 2: "SIGINT", 3: "SIGQUIT", 9: "SIGKILL", 15: "SIGTERM" };
  return numbers[text] ?? (text.startsWith("SIG") ? text : `SIG${text}`);
}

/** So many times a number with or without a unit, in its own unit: half of `64m` is `32m`, of `1g` is `0.5g`. */
export function timesOf(written: unknown, factor: number): string | number | undefined {
  if (typeof written === "number") return written > 0 ? written * factor : undefined;
  const [, number, unit = ""] = /^(\d+(?:\.\d+)?)\s*([a-z]*)$/i.exec(String(written ?? "")) ?? [];
  if (number === undefined || Number(number) === 0) return undefined;
  return `${Number(number) * factor}${unit}`;
}
