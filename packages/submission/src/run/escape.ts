/** Doubles every `$` in values, so that Compose reads back what is meant and interpolates nothing. */
export function escapeDollars(value: unknown): unknown {
  if (typeof value === "string") return value.replaceAll("$", "$$$$");
  if (Array.isArray(value)) return value.map(escapeDollars);
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, escapeDollars(inner)]));
}

/** Leaves out keys without a value. */
export function compact<T extends Record<string, unknown>>(value: T): T {
  return Object.fromEntries(Object.entries(value).filter(([, inner]) => inner !== undefined && inner !== null)) as T;
}

/** The named keys of an object that are there. */
export function pick(value: object, keys: readonly string[]): Record<string, unknown> {
  return compact(Object.fromEntries(Object.entries(value).filter(([key]) => keys.includes(key))));
}
