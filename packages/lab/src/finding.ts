import type { Place } from "./place.ts";

/**
 * A policy or lint result. The core emits code and arguments; one exhaustive function turns them into English.
 * Codes are rule names such as `service.privileged` (see docs/findings.md).
 */
export interface Finding {
  code: string;
  /** Values for the message: strings and numbers only, so that a finding survives JSON. */
  args: Record<string, string | number>;
  place: Place;
  /** `refuse` stops the run before anything starts; `note` only tells (a key that was dropped). */
  severity: "refuse" | "note";
  /** The finding in the student's words: what it would allow, or why it cannot work. One sentence. */
  message: string;
  /** The change to make. */
  remedy: string;
}
