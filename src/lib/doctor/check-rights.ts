import type { PublicIpId } from "../azure/resource-id.ts";
import type { WatchConfig } from "../config/config.ts";
import { mapConcurrent } from "../map-concurrent.ts";
import { checkApprover, type RightServices } from "./check-approver.ts";
import { checkReader, type ReaderSample } from "./check-reader.ts";
import { checksOf, type Check } from "./check.ts";
import { endpointsIn, findSamples, type SampleServices } from "./samples.ts";
import { timeLimit } from "./time-limit.ts";

export interface CheckedRights {
  readonly checks: readonly Check[];
  /** Subscriptions that there was no time for. */
  readonly notReached: readonly string[];
  /** Whether the app's records were read; without them some rights are not testable. */
  readonly isRecordRead: boolean;
}

export interface CheckRightsServices extends RightServices, Omit<SampleServices, "azure"> {
  readonly addresses: RightServices["addresses"] & { readonly watch: WatchConfig };
}

/** Well within the minute that a caller waits. */
const limitMs = 45_000;
const atOnce = 4;
/** Requesters' subscriptions, of those that the connections of the governed ones name. */
const requestersMax = 20;

/**
 * Finds out which rights the app's identity has, by reading a few resources in each governed subscription and in some
 * of the requesters' subscriptions. Writes nothing.
 */
export async function checkRights(services: CheckRightsServices, ms = limitMs): Promise<CheckedRights> {
  const limit = timeLimit(ms);
  const sampled = await findSamples(services, limit);
  const notReached: string[] = [];
  const governed = [...sampled.bySubscription.keys()].toSorted();
  const approvers = await mapConcurrent(governed, atOnce, async (subscription) => {
    const found = await checkApprover(services, subscription, sampled, limit);
    if (limit.isOver()) notReached.push(subscription);
    return { subscription, ...found };
  });
  const endpoints = endpointsIn(
    approvers.flatMap((each) => each.endpoints),
    requestersMax,
  );
  const samples = readerSamples(endpoints, services.addresses.watch.ids);
  const readers = await mapConcurrent(samples, atOnce, async (sample) => {
    const findings = await checkReader(services, sample, sampled, limit);
    if (limit.isOver()) notReached.push(sample.subscription);
    return { subscription: sample.subscription, findings };
  });
  return {
    checks: [
      ...approvers.flatMap(({ subscription, findings }) => checksOf("approver", subscription, findings)),
      ...readers.flatMap(({ subscription, findings }) => checksOf("reader", subscription, findings)),
    ],
    notReached: [...new Set(notReached)],
    isRecordRead: sampled.records.kind === "known",
  };
}

function readerSamples(
  endpoints: ReturnType<typeof endpointsIn>,
  watched: readonly PublicIpId[],
): readonly ReaderSample[] {
  const samples = new Map<string, ReaderSample>();
  for (const endpoint of endpoints)
    samples.set(endpoint.subscriptionId, { subscription: endpoint.subscriptionId, endpoint });
  for (const publicIp of watched.slice(0, requestersMax)) {
    const { subscriptionId: subscription } = publicIp;
    samples.set(subscription, { ...samples.get(subscription), subscription, publicIp });
  }
  return [...samples.values()].toSorted((a, b) => (a.subscription < b.subscription ? -1 : 1));
}
