import type { FactValue } from "../values/fact.ts";
import type { Formula, Names } from "./formula.ts";
import { parseRange } from "../values/ip-range.ts";
import { networkOf } from "../values/network.ts";

/**
 * Reports what is known of the arguments of `ipRangeContains` when the policy loads: what is no range would make its
 * condition unknown for ever, and bits behind a prefix mean more than its author thinks.
 */
export function checkRanges(formulas: readonly Formula[], report: NonNullable<Names["report"]>): void {
  for (const { possibleValues = [] } of formulas)
    for (const value of possibleValues) checkRange(value, report);
}

function checkRange(value: FactValue, report: NonNullable<Names["report"]>): void {
  if (typeof value !== "string" || parseRange(value) === undefined) {
    const shown = JSON.stringify(value).slice(0, 100);
    report(
      `ipRangeContains(): ${shown} is no range, so that this would be unknown whatever the facts; an address ` +
        "(10.1.2.3), a CIDR (10.0.0.0/8) or start-end can stand here, of IPv4 or IPv6 and without leading zeros",
      "error",
    );
    return;
  }
  const network = networkOf(value);
  if (network !== undefined)
    report(
      `ipRangeContains(): ${value} is all of ${network}, since bits are set behind its prefix; ` +
        "write that, or the range that is meant",
      "warning",
    );
}
