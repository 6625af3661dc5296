/** Label keys that the engine, Compose, testcontainers or the grader act upon. */
const RESERVED_LABEL = /^(com\.docker\.|io\.docker\.|org\.dockerproject\.|org\.testcontainers|compose-labs)/i;

export function isReservedLabel(label: string): boolean {
  return RESERVED_LABEL.test(label.trim());
}
