import { isDue } from "../../clock.ts";
import type { Addressed } from "../model/baseline.ts";
import { stopWatching } from "../watch/stop-watching.ts";
import { readResource } from "../watch/read.ts";
import { listSubscriptions } from "../../estate/inventory-pass.ts";
import { mapConcurrent } from "../../map-concurrent.ts";
import type { Checking, Known } from "./checking.ts";
import { concurrency, checkOne, saveDigests } from "./check-resource.ts";

/** Each costs a read of its own; those that were not read for the longest come first, and the rest next time. */
const readsMax = 1_000;
const batch = 50;

/**
 * Reads what the inventory shows only in part, and what it does not show although we know it: what is missing from an
 * inventory may be late, hidden, or gone, and only Azure's own answer tells which.
 */
export async function readIndividually(checking: Checking): Promise<void> {
  const { clock, digests } = checking.with;
  const missing = checking.resumed ? [] : await missingOf(checking);
  const owed = [...checking.partial.values(), ...missing]
    .map((resource) => ({ resource, readAt: checking.known.get(digests.keyOf(resource))?.readAt ?? "" }))
    .toSorted((a, b) => (a.readAt < b.readAt ? -1 : 1))
    .slice(0, readsMax);
  for (let from = 0; from < owed.length && !isDue(checking.deadline, clock.now()); from += batch)
    await saveDigests(
      checking,
      await mapConcurrent(owed.slice(from, from + batch), concurrency, ({ resource }) =>
        readOne(checking, resource),
      ),
    );
}

/** Reads those services themselves too that only their own provider lists. */
export function findUnlisted(checking: Checking): Promise<void> {
  const { azure } = checking.with;
  return listSubscriptions(
    checking,
    (subscription) => azure.servicesOf(subscription),
    (lacking) => {
      for (const { id } of lacking) checking.partial.set(id.text, id);
    },
  );
}

/** Known, and not shown this time; those whose time has not come are left. */
async function missingOf(checking: Checking): Promise<readonly Addressed[]> {
  const { clock, digests } = checking.with;
  const isOwed = ({ shown, behind, again }: Known) =>
    shown === undefined && behind === undefined && isDue(again, clock.now());
  const keys = [...checking.known].filter(([, known]) => isOwed(known)).slice(0, readsMax);
  const resources = await Promise.all(keys.map(([key]) => digests.resource(key)));
  return resources.filter((each) => each !== undefined && !checking.partial.has(each.text)) as Addressed[];
}

async function readOne(checking: Checking, resource: Addressed) {
  const { observation, governed } = await readResource(checking.with, resource);
  if (governed === "yes") return checkOne(checking, resource, "", observation);
  if (governed === "no") await stopWatching(checking.with, resource);
  else checking.unread.add(resource.text);
  return undefined;
}
