import type { Mode } from "../config/config.ts";
import type { Verdict } from "../policy/evaluate/verdict.ts";

/** Why a connection ends Held: the verdict's own reasons, or the mode that keeps it from being applied. */
export function heldReason(verdict: Verdict, mode: Mode): string {
  if (verdict.kind === "hold") return verdict.reasons.join("; ");
  return `mode ${mode}: the verdict is ${verdict.kind}, and nothing is applied (${verdict.reasons.join("; ")})`;
}
