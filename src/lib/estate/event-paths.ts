import { appRows, type AppState } from "../app-state.ts";
import { isDue, plusMs, type Clock } from "../clock.ts";
import type { UnknownReason } from "../policy/values/fact.ts";
import type { Within } from "./inventory-page.ts";
import type { Read } from "./read.ts";

/** An Event Grid system topic whose source is the subscription that it is in. Azure allows one for each subscription. */
export interface SystemTopic {
  readonly subscriptionId: string;
  readonly name: string;
  readonly resourceGroup: string;
  /** Kind of its identity, such as `SystemAssigned`; undefined where Azure shows none. */
  readonly identity?: string;
  /** Principal of its system-assigned identity; undefined where Azure shows none. */
  readonly principalId?: string;
}

/** Row of the last check for event paths. `missing` and `missingCount` are undefined where the topics could not be read. */
export interface EventPaths {
  readonly readAt: string;
  /** Governed subscriptions: those with a governed service. */
  readonly subscriptions: number;
  /** Governed subscriptions without a system topic that the app may see. */
  readonly missingCount?: number;
  /** The first of them. */
  readonly missing?: readonly string[];
  /** Why the topics are unknown. */
  readonly unknown?: UnknownReason;
}

/** Topics are made by people and seldom. */
const checkEveryMs = 60 * 60_000;
const namedMax = 50;

interface CheckServices {
  readonly appState: AppState;
  readonly azure: { systemTopics(within: Within): Promise<Read<readonly SystemTopic[]>> };
  readonly clock: Clock;
}

/**
 * Records which governed subscriptions have no system topic, and so no way for their events to arrive. Asks Azure at most once
 * an hour, with one query. Where that fails, the result is unknown and replaces the last one: an old "none missing" must not
 * stand for what could not be read.
 */
export async function checkEventPaths(
  { appState, azure, clock }: CheckServices,
  governed: ReadonlySet<string>,
): Promise<void> {
  const now = clock.now();
  const last = await appState.read<EventPaths>(appRows.eventPaths);
  if (last !== undefined && !isDue(plusMs(new Date(last.readAt), checkEveryMs), now)) return;
  const subscriptions = [...governed].toSorted();
  const found: EventPaths = {
    readAt: now.toISOString(),
    subscriptions: subscriptions.length,
    ...missingIn(subscriptions, await azure.systemTopics(subscriptions)),
  };
  await appState.update<EventPaths>(appRows.eventPaths, () => ({ value: found }));
}

function missingIn(
  subscriptions: readonly string[],
  topics: Read<readonly SystemTopic[]>,
): Pick<EventPaths, "missing" | "missingCount" | "unknown"> {
  if (topics.kind === "unknown") return { unknown: topics.reason };
  const covered = new Set(topics.value.map(({ subscriptionId }) => subscriptionId));
  const missing = subscriptions.filter((id) => !covered.has(id));
  return { missingCount: missing.length, missing: missing.slice(0, namedMax) };
}
