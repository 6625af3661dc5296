/** `256m` in bytes. */
export function parseBytes(text: string): number {
  const match = /^(\d+)([kmg]?)b?$/i.exec(text);
  const power = { "": 0, k: 1, m: 2, g: 3 }[(match?.[2] ?? "").toLowerCase()] ?? 0;
  return Number(match?.[1] ?? 0) * 1024 ** power;
}
