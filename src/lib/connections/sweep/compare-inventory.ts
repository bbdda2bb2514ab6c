import type { ServiceId } from "../../azure/resource-id.ts";
import { isGoverned, readInventory } from "../../estate/inventory-pass.ts";
import type { Listed } from "../azure.ts";
import { digestOf } from "./digest.ts";
import { recordsOf } from "../ledger.ts";
import { isUnnamed } from "../review/needs-review.ts";
import type { ConnectionRecord } from "../record/record.ts";
import { selectDue } from "../review-service.ts";
import { nearFrom } from "./warn-of-capacity.ts";
import type { Sweeping } from "./sweeping.ts";

/** How many reviews one sweep asks for at most; the next one goes on where it stopped. */
const dueMax = 5_000;

/**
 * Goes through the inventory; false where it did not come to its end. Reads the records of those services alone that the
 * inventory shows otherwise than they were explained.
 */
export async function compareInventory(sweeping: Sweeping): Promise<boolean> {
  const { azure } = sweeping.with;
  return readInventory(sweeping, {
    what: "the inventory",
    page: (within, from) => azure.inventory(within, from),
    take: (listed) => comparePage(sweeping, listed),
    isEnough: () => sweeping.due.size >= dueMax,
    resumes: true,
  });
}

async function comparePage(sweeping: Sweeping, services: readonly Listed[]): Promise<void> {
  const { digests } = sweeping.with;
  const unseen: { id: ServiceId; seen: string }[] = [];
  for (const listed of services) {
    if (!isGoverned(sweeping, listed)) continue;
    sweeping.services++;
    const added = await compare(sweeping, listed);
    if (added !== undefined) unseen.push(added);
  }
  await digests.add(unseen);
}

/** Compares what the inventory shows of a service with what is remembered; returns what to remember of a new one. */
async function compare(
  { with: services, known, near, due }: Sweeping,
  { id, connections, untold }: Listed,
): Promise<{ id: ServiceId; seen: string } | undefined> {
  const { digests, ledger } = services;
  const key = digests.keyOf(id);
  const digest = known.get(key);
  const shown = connections !== undefined ? "whole" : untold === true ? "untold" : "in part";
  const seen = connections === undefined ? undefined : digestOf(connections);
  if (connections !== undefined && connections.length >= nearFrom) near.set(id.text, connections.length);
  known.set(key, { ...(digest ?? { seen: "" }), shown });
  if (digest === undefined) {
    // One that shows none is met when its turn comes to be read itself; where nothing is told, that is soon.
    if (seen !== "none" && shown !== "untold") due.set(id.text, id);
    return { id, seen: seen === "none" ? seen : "" };
  }
  if (connections === undefined || seen === undefined || seen === digest.seen) return undefined;
  const records = await recordsOf(ledger, id);
  const needed = await selectDue(services, connections, records, false);
  for (const each of needed) due.set(each.text, each);
  // One whose endpoint is not known yet is looked at again in its time, which what is explained would not be.
  const isExplained = needed.length === 0 && !isAnyUnnamed(connections, records);
  if (isExplained) await digests.markCurrent(id, seen, digest.doubts);
  return undefined;
}

function isAnyUnnamed(
  listed: NonNullable<Listed["connections"]>,
  records: readonly ConnectionRecord[],
): boolean {
  const named = new Map(listed.map((each) => [each.id.text, each]));
  return records.some((record) => isUnnamed(record, named.get(record.id.text)));
}
