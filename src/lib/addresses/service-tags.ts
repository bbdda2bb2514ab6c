import { alert, type Alert } from "../alerts/alert.ts";
import { appRows, type AppState } from "../app-state.ts";
import { parseServiceId } from "../azure/resource-id.ts";
import { dayMs, hasElapsed, hourMs } from "../clock.ts";
import { unknownRead } from "../estate/read.ts";
import type { ServiceTag } from "./azure-addresses.ts";
import { everyRecord } from "./every-record.ts";
import { without } from "./model/address.ts";
import type { AddressRecord, Baselines } from "./model/baseline.ts";
import { regionTagOf } from "./model/region-tag.ts";
import type { AddressServices } from "./services.ts";
import { tagChangedReason, tagChangedTodo } from "../alerts/reasons-of-addresses.ts";
import { truncateList } from "../truncate-list.ts";

/** A watched service tag: its prefixes, and the services that rely on them. */
export interface WatchedTag extends ServiceTag {
  readonly region: string;
  /** When these prefixes were first observed. */
  readonly since: string;
  /** The first services whose tier shares the region's addresses. */
  readonly services: readonly string[];
}

/** The last read of the service tags. */
export interface ServiceTagsRow {
  readonly readAt: string;
  readonly names: readonly string[];
  /** Why the tags could not be read. */
  readonly unread?: string;
  /** The tags that the answer lacked, or did not hold as expected. */
  readonly unreadTags?: readonly UnreadTag[];
}

interface UnreadTag {
  readonly name: string;
  readonly region: string;
  readonly why: string;
}

/**
 * Azure publishes tags weekly, and one answer holds all of them: megabytes. A tag that the answer lacks is not in the
 * next one an hour later either.
 */
const readEveryMs = dayMs;
/** After a read that failed, sooner. */
const retryMs = hourMs;
const servicesMax = 50;
const prefixesMax = 50;

/**
 * Watches the service tags that stand for the addresses of tiers that have none of their own: AzureCloud.<region>, as
 * Azure's document "IP addresses of Azure API Management" advises. Reads at most once a day, and nothing where no
 * service has such a tier.
 */
export async function watchServiceTags(services: AddressServices): Promise<void> {
  const { appState, azure, baselines, clock, log } = services;
  const now = clock.now();
  const last = await appState.read<ServiceTagsRow>(appRows.serviceTags);
  const everyMs = last?.unread === undefined ? readEveryMs : retryMs;
  if (!hasElapsed(everyMs, last?.readAt, now)) return;
  const regions = await sharingRegions(baselines);
  const [[location, [first]] = ["", []]] = regions;
  const subscription = parseServiceId(first ?? "")?.subscriptionId;
  const names = [...regions.keys()].map(regionTagOf);
  const readAt = now.toISOString();
  if (subscription === undefined) {
    if (last !== undefined) await appState.update(appRows.serviceTags, () => ({ value: { readAt, names } }));
    return;
  }
  const read = await azure.serviceTags(subscription, location, names);
  if (read.kind === "unknown") {
    log.warn("the service tags could not be read", { subscription, reason: read.reason });
    await appState.update(appRows.serviceTags, () => ({ value: { readAt, names, unread: read.reason } }));
    return;
  }
  const unreadTags: UnreadTag[] = [];
  for (const [region, relying] of regions) {
    const name = regionTagOf(region);
    const tag = read.value.get(name) ?? unknownRead("not-in-answer");
    if (tag.kind === "unknown") {
      log.warn("a service tag could not be read", { id: name, reason: tag.reason });
      unreadTags.push({ name, region, why: tag.reason });
      continue;
    }
    await appState.update<WatchedTag>(appRows.serviceTag(name), (found) =>
      observed(found, { ...tag.value, region, services: relying.slice(0, servicesMax), since: readAt }),
    );
  }
  await appState.update(appRows.serviceTags, () => ({ value: { readAt, names, unreadTags } }));
}

/** The watched tags of the last read, in order of their names; undefined before the first. */
export async function readServiceTags(
  appState: AppState,
): Promise<{ readonly row: ServiceTagsRow; readonly tags: readonly WatchedTag[] } | undefined> {
  const row = await appState.read<ServiceTagsRow>(appRows.serviceTags);
  if (row === undefined) return undefined;
  const tags: WatchedTag[] = [];
  for (const name of row.names.toSorted()) {
    const tag = await appState.read<WatchedTag>(appRows.serviceTag(name));
    if (tag !== undefined) tags.push(tag);
  }
  return { row, tags };
}

/** The regions in which a service has a tier that shares addresses, with these services. */
async function sharingRegions(baselines: Baselines): Promise<ReadonlyMap<string, readonly string[]>> {
  const found = new Map<string, Set<string>>();
  for await (const record of everyRecord(baselines))
    if (isShared(record))
      found.set(record.location, (found.get(record.location) ?? new Set()).add(record.resource));
  return new Map([...found].map(([region, services]) => [region, [...services].toSorted()]));
}

function isShared({ advice, leftAt, goneAt, vacatedAt }: AddressRecord): boolean {
  return advice !== undefined && leftAt === undefined && goneAt === undefined && vacatedAt === undefined;
}

/** The first observation is learned in silence. A change of the number alone is none of the prefixes. */
function observed(
  found: WatchedTag | undefined,
  tag: WatchedTag,
): { readonly value: WatchedTag; readonly alerts?: readonly Alert[] } {
  const added = without(tag.prefixes, found?.prefixes ?? []);
  const removed = without(found?.prefixes ?? [], tag.prefixes);
  if (found === undefined) return { value: tag };
  if (added.length + removed.length === 0) return { value: { ...tag, since: found.since } };
  return { value: tag, alerts: [changed(found, tag, { added, removed })] };
}

function changed(
  before: WatchedTag,
  { name, region, changeNumber, since, services }: WatchedTag,
  { added, removed }: { readonly added: readonly string[]; readonly removed: readonly string[] },
): Alert {
  return alert("Drawbridge.ServiceTagChanged", name, {
    version: `${changeNumber}\n${since}`,
    time: since,
    data: {
      tag: name,
      region,
      changeNumber,
      previousChangeNumber: before.changeNumber,
      added: truncateList(added, prefixesMax),
      removed: truncateList(removed, prefixesMax),
      services,
      reason: tagChangedReason(name, added.length, removed.length),
      todo: tagChangedTodo,
    },
  });
}
