import { parseServiceId } from "../../azure/resource-id.ts";
import { governsById } from "../../estate/scope.ts";
import type { Addressed } from "../model/baseline.ts";
import { reconcileAddresses } from "./reconcile.ts";
import { readResource } from "./read.ts";
import type { AddressServices } from "../services.ts";
import { isWatched } from "./watch.ts";

export type RecheckOutcome = "checked" | "not governed" | "unread";

/** Checks one resource now: something happened to it, and the next check is a while away. */
export async function recheck(services: AddressServices, named: Addressed): Promise<RecheckOutcome> {
  const resource = await resourceToCheck(services, named);
  if (resource === undefined) return "not governed";
  // Before it is read, so that the timer's check looks again whatever becomes of this one.
  await services.digests.invalidate(resource);
  const { observation, governed } = await readResource(services, resource);
  if (governed !== "yes") return governed === "no" ? "not governed" : "unread";
  const looked = await reconcileAddresses(services, resource, observation);
  return looked.observation.kind === "unread" ? "unread" : "checked";
}

/** What an event about a resource makes us check: itself, or the service that a public IP resource is behind. */
async function resourceToCheck(
  { digests, scope, watch }: Pick<AddressServices, "digests" | "scope" | "watch">,
  named: Addressed,
): Promise<Addressed | undefined> {
  if (named.kind === "service") return governsById(scope, named) === "no" ? undefined : named;
  if (isWatched(watch, named) === "yes") return named;
  const behind = parseServiceId((await digests.find(named))?.behind ?? "");
  if (behind !== undefined) return governsById(scope, behind) === "no" ? undefined : behind;
  return isWatched(watch, named) === "no" ? undefined : named;
}
