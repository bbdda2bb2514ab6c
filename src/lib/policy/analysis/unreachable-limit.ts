import { connectionsMax } from "../../azure-values.ts";
import type { Limit } from "../language/policy.ts";
import type { Finding } from "./finding.ts";

/** Warns about a limit above the connections that Azure allows a service. */
export function unreachableLimit({ name, max, overrides, at }: Limit): Finding[] {
  const maxima = [{ max, at, what: `limit "${name}"` }].concat(
    overrides.map((each) => ({ max: each.max, at: each.at, what: `an override of limit "${name}"` })),
  );
  return maxima
    .filter((each) => each.max > connectionsMax)
    .map((each) => ({
      severity: "warning",
      place: each.at,
      message: `${each.what} is never reached, because it is above the ${connectionsMax} connections that Azure allows a service`,
    }));
}
