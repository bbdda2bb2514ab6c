import type { FactValue } from "../values/fact.ts";
import type { Formula, Names } from "./formula.ts";
import { parseRange } from "../values/ip-range.ts";
import { networkOf } from "../values/network.ts";

/**
 * Reports constant arguments of `ipRangeContains` that are not ranges, which would make the condition always unknown,
 * and ranges with host bits, which cover more than they seem to.
 */
export function checkRanges(formulas: readonly Formula[], report: NonNullable<Names["report"]>): void {
  for (const { possibleValues = [] } of formulas)
    for (const value of possibleValues) checkRange(value, report);
}

function checkRange(value: FactValue, report: NonNullable<Names["report"]>): void {
  if (typeof value !== "string" || parseRange(value) === undefined) {
    const shown = JSON.stringify(value).slice(0, 100);
    report(
      `ipRangeContains(): ${shown} is not an address range; use an address (10.1.2.3), a CIDR (10.0.0.0/8) or ` +
        "start-end, IPv4 or IPv6, without leading zeros",
      "error",
    );
    return;
  }
  const network = networkOf(value);
  if (network !== undefined)
    report(
      `ipRangeContains(): ${value} has bits set after its prefix and covers all of ${network}; ` +
        `write ${network}, or correct the range`,
      "warning",
    );
}
