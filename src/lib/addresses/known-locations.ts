import { normaliseLocation } from "../policy/values/location.ts";
import { unknownValue, UnknownFilterValues } from "../estate/unknown-filter-value.ts";
import type { Baselines } from "./model/baseline.ts";
import { everyRecord } from "./every-record.ts";

/**
 * For a list that came out empty: that of a mistyped location must not pass for an allow-list.
 * @throws {UnknownFilterValues} for a location in which nothing has addresses
 */
export async function assertKnownLocation(
  baselines: Pick<Baselines, "list">,
  location: string | undefined,
): Promise<void> {
  if (location === undefined) return;
  const known: string[] = [];
  for await (const record of everyRecord(baselines)) known.push(normaliseLocation(record.location));
  const values = unknownValue("location", normaliseLocation(location), known, {
    says:
      known.length === 0 ? "no check has observed addresses yet, also not in" : "nothing has addresses in",
  });
  if (values.length > 0) throw new UnknownFilterValues(values);
}
