/** Promises of the first start: one a service, and one for them all. */
export interface Readiness {
  services: Map<string, PromiseWithResolvers<void>>;
  all: PromiseWithResolvers<void>;
}

export function makeReadiness(services: readonly string[]): Readiness {
  const make = () => {
    const waiting = Promise.withResolvers<void>();
    waiting.promise.catch(() => undefined); // a check that needs it sees it
    return waiting;
  };
  return { services: new Map(services.map((name) => [name, make()])), all: make() };
}
