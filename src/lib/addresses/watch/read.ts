import { parsePublicIpId, type PublicIpId, type ServiceId } from "../../azure/resource-id.ts";
import { thenRead } from "../../estate/read.ts";
import { governs, type Governed } from "../../estate/scope.ts";
import { subscriptionIn } from "../../estate/subscription.ts";
import type { PublicIpAnswer, ServiceAnswer } from "../azure-addresses.ts";
import type { Addressed } from "../model/baseline.ts";
import type { Observation } from "../model/observation.ts";
import { observePublicIp, observeService } from "../model/observe.ts";
import type { AddressServices } from "../services.ts";
import { isWatched } from "./watch.ts";

/** A resource's own answer, and whether the resource is governed. */
export interface OwnAnswer {
  readonly observation: Observation;
  readonly governed: Governed;
}

type Reading = Pick<AddressServices, "azure" | "scope" | "watch">;

/** Reads one resource individually, with everything that its addresses depend on. */
export function readResource(services: Reading, resource: Addressed): Promise<OwnAnswer> {
  return resource.kind === "service" ? readService(services, resource) : readPublicIp(services, resource);
}

async function readService({ azure, scope }: Reading, id: ServiceId): Promise<OwnAnswer> {
  const answer = await azure.service(id);
  const subscriptions = await azure.subscriptions([id.subscriptionId]);
  const subscription = subscriptionIn(subscriptions, id.subscriptionId);
  const tags = thenRead(answer, (found) => found.tags);
  const governed = governs(scope, id, { tags, subscription });
  if (answer.kind === "unknown") return { governed, observation: missing(answer.reason) };
  const subscriptionState = subscription.kind === "known" ? subscription.value.state : undefined;
  const publicIps = await publicIpsBehind(azure, answer.value);
  return { governed, observation: observeService(answer.value, { subscriptionState, publicIps }) };
}

/** Reads each individually, because the inventory may lag. One that cannot be read gives no evidence. */
async function publicIpsBehind(
  azure: Reading["azure"],
  answer: ServiceAnswer,
): Promise<ReadonlyMap<string, PublicIpAnswer>> {
  const reads = await Promise.all(publicIpIdsOf(answer).map((id) => azure.publicIp(id)));
  return new Map(reads.flatMap((each) => (each.kind === "known" ? [[each.value.id.text, each.value]] : [])));
}

/** The public IP resources that a service names. */
export function publicIpIdsOf({ places }: ServiceAnswer): readonly PublicIpId[] {
  return places.flatMap(({ publicIpId }) => parsePublicIpId(publicIpId ?? "") ?? []);
}

async function readPublicIp({ azure, watch }: Reading, id: PublicIpId): Promise<OwnAnswer> {
  const answer = await azure.publicIp(id);
  if (answer.kind === "unknown")
    return { governed: isWatched(watch, id), observation: missing(answer.reason) };
  return { governed: isWatched(watch, id, answer.value.tags), observation: observePublicIp(answer.value) };
}

function missing(reason: string): Observation {
  return reason === "not-found" ? { kind: "gone" } : { kind: "unread", why: reason };
}
