import { parseServiceId, type ServiceId } from "../../src/lib/azure/resource-id.ts";
import type { AddressRecord } from "../../src/lib/addresses/model/baseline.ts";
import { compare } from "../../src/lib/addresses/model/compare.ts";
import type { Comparison } from "../../src/lib/addresses/model/comparison.ts";
import { byResource } from "../../src/lib/addresses/model/declared.ts";
import type { ObservedAddresses, Seen, Settled } from "../../src/lib/addresses/model/observation.ts";
import { hourMs } from "../../src/lib/clock.ts";

const resource = parseServiceId(
  "/subscriptions/11111111-1111-4111-8111-111111111111/resourcegroups/rg/providers/microsoft.apimanagement/service/a",
) as ServiceId;
export const before = "2026-11-01T00:00:00.000Z";
const now = new Date("2026-11-24T09:00:00.000Z");
export const at = now.toISOString();
export const hoursLater = (hours: number) => new Date(now.getTime() + hours * hourMs).toISOString();

export const stored: AddressRecord = {
  resource: resource.text,
  kind: "public",
  location: "westeurope",
  baseline: ["203.0.113.10"],
  baselineAt: before,
  origin: { kind: "learned" },
  current: ["203.0.113.10"],
  currentAt: before,
  version: "1",
};
export const openDrift = { id: "d", since: before, causes: [], remindAt: hoursLater(1) };
export const drifted: AddressRecord = {
  ...stored,
  current: ["203.0.113.99"],
  drift: openDrift,
  lastReported: "drifted",
};

export const addresses = (...list: string[]): Seen => ({ kind: "addresses", addresses: list });
export const none: Seen = { kind: "none" };
export const shared: Seen = { kind: "none", advice: "use a tag" };
export const unknown = (expected: boolean): Seen => ({ kind: "unknown", why: "not in the answer", expected });
export const observed = (seen: Seen, location = "westeurope"): ObservedAddresses => ({
  kind: "public",
  location,
  seen,
});

/** What a comparison of one service's records lists, without what stays as it was. */
export function listed(
  records: readonly AddressRecord[],
  seen: readonly ObservedAddresses[],
  {
    declared = [] as readonly string[],
    ...settled
  }: Partial<Settled> & { declared?: readonly string[] } = {},
): Partial<Comparison> & Pick<Comparison, "records"> {
  const file = { ...stored, addresses: declared, file: "prod.yaml:2" };
  const result = compare(
    records,
    { kind: "settled", observed: seen, circumstances: {}, ...settled },
    { resource, declared: byResource(declared.length === 0 ? [] : [file]), now },
  );
  return Object.fromEntries(Object.entries(result).filter(([, list]) => list.length > 0)) as never;
}
export const after = (record: AddressRecord, seen: Seen) => listed([record], [observed(seen)]);
