import type { OpenBreaker } from "./open-breaker.ts";

const texts: Readonly<Record<OpenBreaker["name"], { readonly cause: string; readonly effect: string }>> = {
  requests: {
    cause: "more new requests came within an hour than DRAWBRIDGE_MAX_REQUESTS_PER_HOUR allows",
    effect: "new requests are held until fewer come",
  },
  approvals: {
    cause: "within an hour, as many connections were approved as DRAWBRIDGE_MAX_APPROVALS_PER_HOUR allows",
    effect: "approvals wait until the number falls",
  },
};

/** Why a breaker opens, and what that means: the same words in alerts, reasons, the health and on the dashboard. */
export function breakerCause(name: OpenBreaker["name"], max?: number): string {
  const { cause, effect } = texts[name];
  return `${cause}${max === undefined ? "" : ` (${max})`}, so ${effect}`;
}

/** The reason of what a breaker does, and of its alert. */
export function openReason(
  name: OpenBreaker["name"],
  { since, max }: { since: string; max: number },
): string {
  return `the ${name} breaker has been open since ${since}: ${breakerCause(name, max)}`;
}
