import { assertKnownLocation } from "../lib/addresses/known-locations.ts";
import type { AddressFilter, AddressRecord } from "../lib/addresses/model/baseline.ts";
import type { UnobservedResource } from "../lib/addresses/model/digest.ts";
import type { Services } from "../services.ts";
import type { Answer } from "./http/answers.ts";
import { listing, type ListingServices } from "./http/listing.ts";
import { addressesQuery, addressHistoryQuery } from "./http/requests.ts";

/** `GET /api/addresses`: current addresses, their baselines and their drift. */
export function addresses(services: ListingServices & Pick<Services, "addresses">) {
  const { baselines, digests } = services.addresses;
  return listing(services, addressesQuery, async (filter, page): Promise<Answer<"Addresses">> => {
    const { items, ...rest } = await baselines.list(filter, page);
    if (items.length === 0 && page.continuation === undefined)
      await assertKnownLocation(baselines, filter.location);
    const isFirst = page.continuation === undefined;
    const unobserved = isFirst ? (await digests.unobserved(filter.resource)).filter(isAskedFor(filter)) : [];
    return {
      addresses: items.map(printRecord),
      ...(unobserved.length === 0 ? {} : { unobserved: unobserved.slice(0, unobservedMax) }),
      ...rest,
    };
  });
}

/** More are found one by one, with `resource`. */
const unobservedMax = 1_000;

/** What lacks a set of another kind or location is complete for who asks. */
function isAskedFor({ kind, location }: AddressFilter) {
  return ({ set }: UnobservedResource) =>
    set === undefined || ((kind ?? set.kind) === set.kind && (location ?? set.location) === set.location);
}

/** `GET /api/addresses/history`: address changes of one resource, oldest first. */
export function addressHistory(services: ListingServices & Pick<Services, "addresses">) {
  const { baselines } = services.addresses;
  return listing(
    services,
    addressHistoryQuery,
    async ({ resource }, page): Promise<Answer<"AddressHistory">> => {
      const { items, ...rest } = await baselines.history(resource, page);
      return { resource: resource.text, changes: items, ...rest };
    },
  );
}

/** The state of one record: whether it counts, whether it can be compared, and how it compares. */
function stateOf(record: AddressRecord): Answer<"AddressSet">["state"] {
  if (record.leftAt !== undefined) return "not watched";
  if (record.goneAt !== undefined) return "gone";
  if (record.vacatedAt !== undefined) return "vacated";
  if (record.drift !== undefined) return "drifted";
  if (record.unsettled !== undefined) return "unknown";
  return record.advice !== undefined || record.current.length === 0 ? "not applicable" : "right";
}

export function printRecord(record: AddressRecord): Answer<"AddressSet"> {
  const {
    version: _,
    lastReported: _last,
    reportedDrifts: _reported,
    neverObserved: _never,
    ...printed
  } = record;
  return { state: stateOf(record), ...printed };
}
