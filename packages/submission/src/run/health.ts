import type { Dockerfile, HealthcheckModel, RunService, ServiceModel } from "@compose-labs/lab";

const UNITS: Record<string, number> = { h: 3600, m: 60, s: 1, ms: 0.001, us: 1e-6, µs: 1e-6, ns: 1e-9 };

/** Seconds of a Go duration such as `1m30s`; undefined for anything else. */
export function parseSeconds(value: unknown): number | undefined {
  if (typeof value !== "string") return undefined;
  const parts = [...value.matchAll(/(\d+(?:\.\d+)?)(ns|us|µs|ms|s|m|h)/g)];
  if (parts.length === 0 || parts.map(([whole]) => whole).join("") !== value) return undefined;
  return parts.reduce((sum, [, amount, unit]) => sum + Number(amount) * (UNITS[unit ?? ""] ?? 0), 0);
}

/** Docker's defaults, for what a health check leaves open; times in seconds. */
const DEFAULTS = { interval: 30, retries: 3, startInterval: 5 };
const POLL = "100ms";
/** Seconds of fast polling, at most, where the student asks for no start period. */
const FAST_SECONDS = 3;

/**
 * The student's health check with fast polling at the start, so that a service that is ready is seen to be ready
 * within 0.1 s and not at its next interval.
 *
 * The engine polls fast during the start period only, and failures in it do not count. A start period that the student
 * did not ask for therefore delays the verdict on a broken check: it lasts one interval, in which the engine would
 * not have tried at all, and where the interval is short as long as the student's own tries would take, but no
 * longer than 3 s. After it the student's own number of tries counts.
 */
export function quickenHealthcheck(check: HealthcheckModel): HealthcheckModel {
  const interval = parseSeconds(check.interval) || DEFAULTS.interval;
  const retries = check.retries ?? DEFAULTS.retries;
  const own = parseSeconds(check.start_period) ?? 0;
  const period = own > 0 ? own : Math.max(interval, Math.min(interval * retries, FAST_SECONDS));
  return { ...check, start_period: own > 0 ? (check.start_period ?? `${own}s`) : `${period}s`, start_interval: POLL };
}

const isOff = (check: HealthcheckModel | undefined): boolean => {
  const test = check?.test;
  return check?.disable === true || (Array.isArray(test) ? test[0] === "NONE" : test === "NONE");
};

/** The health check that a container of the service will have: its own, or the Dockerfile's with the service's times. */
function healthcheckOf(service: ServiceModel, dockerfile: Dockerfile | undefined): HealthcheckModel | undefined {
  if (isOff(service.healthcheck)) return undefined;
  if (service.healthcheck?.test !== undefined) return service.healthcheck;
  const image = imageHealthcheck(dockerfile);
  return image === undefined ? undefined : { ...image, ...service.healthcheck };
}

/**
 * What the student's own health check asks for, whatever the run model makes of it: the seconds from a container's
 * start to its first look. The engine waits one interval before it, and within a start period one start interval.
 */
export function healthFacts(service: ServiceModel, dockerfile: Dockerfile | undefined): RunService["health"] {
  const check = healthcheckOf(service, dockerfile);
  if (check === undefined) return undefined;
  const interval = parseSeconds(check.interval) || DEFAULTS.interval;
  const early = parseSeconds(check.start_interval) || DEFAULTS.startInterval;
  return { firstLook: (parseSeconds(check.start_period) ?? 0) > 0 ? early : interval };
}

/** The last HEALTHCHECK of the final stage or of the stages it starts from, with its flags. */
function imageHealthcheck(dockerfile: Dockerfile | undefined): HealthcheckModel | undefined {
  let stage = dockerfile?.final;
  while (stage !== undefined) {
    const found = stage.instructions.findLast(({ keyword }) => keyword === "HEALTHCHECK");
    if (found !== undefined) {
      if (/^NONE$/i.test(found.arguments.trim())) return undefined;
      const check: HealthcheckModel = {};
      if (found.flags.interval) check.interval = found.flags.interval;
      if (found.flags["start-period"]) check.start_period = found.flags["start-period"];
      if (found.flags["start-interval"]) check.start_interval = found.flags["start-interval"];
      if (Number(found.flags.retries) > 0) check.retries = Number(found.flags.retries);
      return check;
    }
    stage = stage.base.stage === undefined ? undefined : dockerfile?.stages[stage.base.stage];
  }
  return undefined;
}

/** `healthcheck` of the run model; undefined where the container has none or takes the image's as it is. */
export function runHealthcheck(
  service: ServiceModel,
  dockerfile: Dockerfile | undefined,
  fast: boolean,
): HealthcheckModel | undefined {
  if (isOff(service.healthcheck)) return { disable: true };
  const written = service.healthcheck;
  if (!fast) return written;
  if (written?.test !== undefined) return quickenHealthcheck(written);
  const whole = healthcheckOf(service, dockerfile);
  if (whole === undefined) return written;
  // Without a test the engine takes the image's test and completes it with these times.
  const { start_period, start_interval } = quickenHealthcheck(whole);
  return {
    ...written,
    ...(start_period === undefined ? {} : { start_period }),
    ...(start_interval === undefined ? {} : { start_interval }),
  };
}
