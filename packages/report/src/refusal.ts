import type { Result } from "@compose-labs/lab";
import { field } from "./field.ts";
import { drawHeading } from "./heading.ts";
import type { Page } from "./page.ts";
import { drawPlace } from "./source-excerpt.ts";

type Findings = Result["findings"];

/** Findings with their places: what stands there, why that is a matter, and the change to make. */
export function drawFindings(page: Page, findings: Findings): string[] {
  return findings.flatMap((finding) => {
    const [ink, word, label] =
      finding.severity === "refuse" ? (["failed", "REFUSED", "why"] as const) : (["blocked", "NOTE", "what"] as const);
    const place = drawPlace(page, finding.place, finding.source);
    const gap = place.length > 1 ? [""] : [];
    return [
      drawHeading(page, ink, word, finding.code),
      ...field(page, label, finding.message),
      ...gap,
      ...place,
      ...gap,
      ...field(page, "change", finding.remedy),
      "",
    ];
  });
}
