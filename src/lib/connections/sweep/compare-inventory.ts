import type { ServiceId } from "../../azure/resource-id.ts";
import { isGoverned, readInventory } from "../../estate/inventory-pass.ts";
import type { ListedService } from "../azure-connections.ts";
import { digestOf } from "./digest.ts";
import { recordsOf } from "../ledger.ts";
import { isEndpointNew } from "../review/is-review-due.ts";
import type { ConnectionRecord } from "../record/connection-record.ts";
import { selectDue } from "../review-service.ts";
import { trackedFrom } from "./warn-of-capacity.ts";
import type { SweepPass } from "./sweep-pass.ts";

/** Maximum reviews that one sweep requests; the next sweep continues where it stopped. */
const dueMax = 5_000;

/**
 * Compares the inventory with the digests. Reads the records only of services whose view in the inventory is not
 * explained yet. Returns false if it did not reach the end of the inventory.
 */
export async function compareInventory(pass: SweepPass): Promise<boolean> {
  const { azure } = pass.with;
  return readInventory(pass, {
    what: "the inventory",
    page: (within, from) => azure.inventory(within, from),
    take: (listed) => comparePage(pass, listed),
    isEnough: () => pass.due.size >= dueMax,
    resumes: true,
  });
}

async function comparePage(pass: SweepPass, services: readonly ListedService[]): Promise<void> {
  const { digests } = pass.with;
  const newDigests: { id: ServiceId; seen: string }[] = [];
  for (const listed of services) {
    if (!isGoverned(pass, listed)) continue;
    pass.services++;
    const added = await compare(pass, listed);
    if (added !== undefined) newDigests.push(added);
  }
  await digests.add(newDigests);
}

/** Compares the inventory's view of a service with its digest. Returns the digest of a new service. */
async function compare(
  { with: services, known, nearLimit, due }: SweepPass,
  { id, connections, hasNullConnections }: ListedService,
): Promise<{ id: ServiceId; seen: string } | undefined> {
  const { digests, ledger } = services;
  const key = digests.keyOf(id);
  const digest = known.get(key);
  const shown = connections !== undefined ? "complete" : hasNullConnections === true ? "null" : "partial";
  if (connections !== undefined && connections.length >= trackedFrom)
    nearLimit.set(id.text, connections.length);
  known.set(key, { ...(digest ?? { seen: "" }), shown });
  if (digest === undefined) {
    // A service without connections is reviewed at its next direct read, which is soon if the inventory has null for
    // them.
    const isEmpty = connections?.length === 0;
    if (!isEmpty && shown !== "null") due.set(id.text, id);
    return { id, seen: isEmpty ? digestOf(connections) : "" };
  }
  if (connections === undefined) return undefined;
  const seen = digestOf(connections);
  if (seen === digest.seen) return undefined;
  const records = await recordsOf(ledger, id);
  const needed = await selectDue(services, connections, records, false);
  for (const each of needed) due.set(each.text, each);
  // A record without an endpoint is reviewed again in an hour, which a current digest would prevent.
  const isExplained = needed.length === 0 && !isAnyEndpointNew(connections, records);
  if (isExplained) await digests.markCurrent(id, seen, digest.doubts);
  return undefined;
}

function isAnyEndpointNew(
  listed: NonNullable<ListedService["connections"]>,
  records: readonly ConnectionRecord[],
): boolean {
  const byId = new Map(listed.map((each) => [each.id.text, each]));
  return records.some((record) => isEndpointNew(record, byId.get(record.id.text)));
}
