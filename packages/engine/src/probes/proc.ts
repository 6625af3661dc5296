import { isIPv4 } from "node:net";

/** TCP listeners in `/proc/net/tcp` and `tcp6`, without those of the engine's own name server. */
export function parseListeners(text: string): { address: string; port: number }[] {
  const found = new Map<string, { address: string; port: number }>();
  for (const line of text.split("\n")) {
    const match = /^\s*\d+: ([0-9A-F]{8}|[0-9A-F]{32}):([0-9A-F]{4}) [0-9A-F]+:[0-9A-F]{4} 0A /.exec(line);
    if (match === null) continue;
    const [, hex = "", portHex = ""] = match;
    const address = readAddress(hex);
    if (address === "127.0.0.11") continue;
    const listener = { address, port: Number.parseInt(portHex, 16) };
    found.set(`${address} ${listener.port}`, listener);
  }
  return [...found.values()].sort((a, b) => a.port - b.port || a.address.localeCompare(b.address));
}

/** The kernel prints addresses as 32-bit words in the byte order of the machine: little-endian wherever Docker runs. */
function readAddress(hex: string): string {
  const words = hex.match(/.{8}/g) ?? [];
  const bytes = words.flatMap((word) => [6, 4, 2, 0].map((at) => Number.parseInt(word.slice(at, at + 2), 16)));
  if (bytes.length === 4) return bytes.join(".");
  if (bytes.every((byte) => byte === 0)) return "::";
  if (bytes.slice(0, 15).every((byte) => byte === 0) && bytes[15] === 1) return "::1";
  const mapped = bytes.slice(0, 10).every((byte) => byte === 0) && bytes[10] === 255 && bytes[11] === 255;
  if (mapped) return bytes.slice(12).join(".");
  const groups = Array.from({ length: 8 }, (_, at) =>
    (((bytes[at * 2] ?? 0) << 8) | (bytes[at * 2 + 1] ?? 0)).toString(16),
  );
  return groups.join(":");
}

/** True when a listener takes connections that come from other containers or through a published port. */
export function isOpenToOthers(address: string): boolean {
  return !(address === "::1" || (isIPv4(address) && address.startsWith("127.")));
}

/** True when `/proc/net/route` or `/proc/net/ipv6_route` has a default route through an interface other than `lo`. */
export function hasDefaultRoute(text: string): boolean {
  return text.split("\n").some((line) => {
    const fields = line.trim().split(/\s+/);
    if (fields.length === 10) return fields[0] === "0".repeat(32) && fields[1] === "00" && fields[9] !== "lo";
    return fields.length === 11 && fields[1] === "00000000" && fields[7] === "00000000" && fields[0] !== "lo";
  });
}

/** Addresses in the answer part of busybox's `nslookup`, without the name server's own. */
export function parseLookup(output: string): string[] {
  const answer = output.slice(Math.max(0, output.search(/^(Non-authoritative answer|Name:)/m)));
  if (!/^Name:/m.test(answer)) return [];
  return [...answer.matchAll(/^Address(?: \d+)?:\s*(\S+)/gm)].map((match) => match[1] ?? "").filter(Boolean);
}
