import type { OpenBreaker } from "./open-breaker.ts";

interface BreakerTexts {
  readonly cause: string;
  readonly effect: string;
  readonly remedy: string;
}

const texts: Readonly<Record<OpenBreaker["name"], BreakerTexts>> = {
  requests: {
    cause: "more new requests came within an hour than DRAWBRIDGE_MAX_REQUESTS_PER_HOUR allows",
    effect: "new requests are held until fewer come",
    // It closes at half of the maximum, so that a setting that is just above the requests would not close it.
    remedy:
      "If so many are wanted, raise the setting to at least twice their number, or decide them by hand; if not, stop the requester",
  },
  approvals: {
    cause: "within an hour, as many connections were approved as DRAWBRIDGE_MAX_APPROVALS_PER_HOUR allows",
    effect: "approvals wait until the number falls",
    remedy:
      "If so many are wanted, raise the setting; if not, stop the requester, add a reject rule, or reject by hand",
  },
};

/** Why a breaker opens, and what that means: the same words in alerts, reasons, the health and on the dashboard. */
export function breakerCause(name: OpenBreaker["name"], max?: number): string {
  const { cause, effect } = texts[name];
  return `${cause}${max === undefined ? "" : ` (${max})`}, so ${effect}`;
}

/** What to do about an open breaker: the same words in its alert, the health and on the dashboard. */
export function breakerRemedy(name: OpenBreaker["name"]): string {
  return texts[name].remedy;
}

/** The reason of what a breaker does: that of a connection, which has a page of its own that says what to do. */
export function openReason(
  name: OpenBreaker["name"],
  { since, max }: { since: string; max: number },
): string {
  return `the ${name} breaker has been open since ${since}: ${breakerCause(name, max)}`;
}

/** The reason of the alert that a breaker opened: why, and what to do. */
export function openedReason(name: OpenBreaker["name"], reason: string): string {
  return `${reason}. ${breakerRemedy(name)}`;
}

/** The reason of the alert that it closed. */
export function closedReason(name: OpenBreaker["name"], since: string): string {
  return `the ${name} breaker closed, after it had been open since ${since}; what was held meanwhile is reviewed`;
}
