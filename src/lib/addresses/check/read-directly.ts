import { isDue } from "../../clock.ts";
import type { Addressed } from "../model/baseline.ts";
import { stopWatching } from "../watch/stop-watching.ts";
import { readResource } from "../watch/read.ts";
import { listSubscriptions } from "../../estate/inventory-pass.ts";
import { mapConcurrent } from "../../map-concurrent.ts";
import type { CheckPass, KnownResource } from "./check-pass.ts";
import { concurrency, checkOne, saveDigests } from "./check-resource.ts";

/**
 * Maximum direct reads of a pass. The resources that were not read for the longest come first, the rest in the next
 * pass.
 */
const readsMax = 1_000;
const batch = 50;

/**
 * Reads the resources that the inventory shows incompletely, and known ones that it does not show. A resource that is
 * missing from the inventory may be late, hidden or deleted, and only its own answer tells which.
 */
export async function readDirectly(pass: CheckPass): Promise<void> {
  const { clock, digests } = pass.with;
  const missing = pass.resumed ? [] : await missingOf(pass);
  const due = [...pass.partial.values(), ...missing]
    .map((resource) => ({ resource, readAt: pass.known.get(digests.keyOf(resource))?.readAt ?? "" }))
    .toSorted((a, b) => (a.readAt < b.readAt ? -1 : 1))
    .slice(0, readsMax);
  for (let from = 0; from < due.length && !isDue(pass.deadline, clock.now()); from += batch)
    await saveDigests(
      pass,
      await mapConcurrent(due.slice(from, from + batch), concurrency, ({ resource }) =>
        readOne(pass, resource),
      ),
    );
}

/** Adds the services that only their resource provider lists to those that are read directly. */
export function findUnlisted(pass: CheckPass): Promise<void> {
  const { azure } = pass.with;
  return listSubscriptions(
    pass,
    (subscription) => azure.servicesOf(subscription),
    (unlisted) => {
      for (const { id } of unlisted) pass.partial.set(id.text, id);
    },
  );
}

/** The known resources that this pass did not show, apart from those whose recheck is not due. */
async function missingOf(pass: CheckPass): Promise<readonly Addressed[]> {
  const { clock, digests } = pass.with;
  const isDueMissing = ({ shown, behind, again }: KnownResource) =>
    shown === undefined && behind === undefined && isDue(again, clock.now());
  const keys = [...pass.known].filter(([, known]) => isDueMissing(known)).slice(0, readsMax);
  const resources = await Promise.all(keys.map(([key]) => digests.resource(key)));
  return resources.filter((each) => each !== undefined && !pass.partial.has(each.text)) as Addressed[];
}

async function readOne(pass: CheckPass, resource: Addressed) {
  const { observation, governed } = await readResource(pass.with, resource);
  if (governed === "yes") return checkOne(pass, resource, "", observation);
  if (governed === "no") await stopWatching(pass.with, resource);
  else pass.unread.add(resource.text);
  return undefined;
}
