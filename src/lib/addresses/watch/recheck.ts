import { parseServiceId } from "../../azure/resource-id.ts";
import { governsById } from "../../estate/scope.ts";
import type { Addressed } from "../model/baseline.ts";
import { reconcileAddresses } from "./reconcile.ts";
import { readResource } from "./read.ts";
import type { AddressServices } from "../services.ts";
import { isWatched } from "./watch.ts";

export type RecheckOutcome = "checked" | "not governed" | "unread";

/** Checks one resource now, after an event about it, instead of at the next timer. */
export async function recheck(services: AddressServices, named: Addressed): Promise<RecheckOutcome> {
  const resource = await resourceToCheck(services, named);
  if (resource === undefined) return "not governed";
  // Before the read, so that the timer's check compares it again if this one fails.
  await services.digests.invalidate(resource);
  const { observation, governed } = await readResource(services, resource);
  if (governed !== "yes") return governed === "no" ? "not governed" : "unread";
  const result = await reconcileAddresses(services, resource, observation);
  if (result.unobserved === "none") await services.digests.markObserved(resource);
  return result.observation.kind === "unread" ? "unread" : "checked";
}

/** The resource to check after an event: the named one, or the service that uses a public IP resource. */
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
