/** A version as tools print it, in comparable parts. */
export interface Version {
  numbers: [number, number, number];
  /** `rc` number of a release candidate; other releases come after all of its candidates. */
  candidate: number | undefined;
  /** What a distribution added, such as `+dfsg1` or `-4`: it may have fixed what upstream fixed later. */
  suffix: string;
}

/** Reads `v2.26.1-4`, `26.1.5+dfsg1`, `26.0.0-rc3`, `1.4.0-rc.2`; undefined when there is no number of three parts in it. */
export function parseVersion(text: string): Version | undefined {
  const match = /^\D{0,40}(\d+)\.(\d+)\.(\d+)(?:[-~]rc\.?(\d+))?(\S*)/.exec(text);
  if (match === null) return undefined;
  const [, major, minor, patch, candidate, suffix = ""] = match;
  return {
    numbers: [Number(major), Number(minor), Number(patch)],
    candidate: candidate === undefined ? undefined : Number(candidate),
    suffix,
  };
}

/** Whether the version is before `bound`, which is always readable. A distribution's suffix does not count. */
export function isBefore(version: Version, bound: string): boolean {
  const other = parseVersion(bound);
  if (other === undefined) throw new TypeError(`"${bound}" is not a version`);
  for (const [index, number] of version.numbers.entries()) {
    const against = other.numbers[index] ?? 0;
    if (number !== against) return number < against;
  }
  return (version.candidate ?? Number.POSITIVE_INFINITY) < (other.candidate ?? Number.POSITIVE_INFINITY);
}
