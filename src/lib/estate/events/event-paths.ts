import { appRows, type AppState } from "../../app-state.ts";
import { hasElapsed, hourMs, isDue, minuteMs, plusMs, type Clock } from "../../clock.ts";
import type { AppEndpoints, ScopeConfig } from "../../config/config.ts";
import { mapConcurrent } from "../../map-concurrent.ts";
import type { UnknownReason } from "../../policy/values/unknown-reason.ts";
import type { Within } from "../inventory-page.ts";
import type { Read } from "../read.ts";
import { subscriptionsOf } from "../scope.ts";
import type { Subscriptions } from "../subscription.ts";
import { eventPathOf, noTopic, unknownPath, type EventPath, type Needed } from "./event-path.ts";
import type { EventSubscription } from "./event-subscription.ts";

/**
 * An Event Grid system topic whose source is the subscription that it is in. Azure allows one for each subscription.
 */
export interface SystemTopic {
  readonly subscriptionId: string;
  readonly name: string;
  readonly resourceGroup: string;
  /** Undefined where Azure shows none. */
  readonly tags?: Readonly<Record<string, string>>;
  /** Kind of its identity, such as `SystemAssigned`; undefined where Azure shows none. */
  readonly identity?: string;
  /** Principal of its system-assigned identity; undefined where Azure shows none. */
  readonly principalId?: string;
}

/** The port to Azure of event paths. Reads never throw for an answer of Azure. */
export interface EventAzure {
  /** The system topics of these subscriptions, or of all that the app may read, as Resource Graph shows them. */
  readonly systemTopics: (within: Within) => Promise<Read<readonly SystemTopic[]>>;
  /** The event subscriptions on a topic, by ARM: Resource Graph has no table of them. */
  readonly eventSubscriptions: (
    topic: Pick<SystemTopic, "subscriptionId" | "resourceGroup" | "name">,
  ) => Promise<Read<readonly EventSubscription[]>>;
}

/** Row of the last check of the event paths. */
export interface EventPaths {
  readonly readAt: string;
  /** Subscriptions with governed services, or with public IP addresses that are watched. */
  readonly subscriptions: number;
  readonly present: number;
  readonly absent: number;
  readonly unknown: number;
  /** The first that are absent or unknown, with the reason. */
  readonly problems: readonly PathProblem[];
  /**
   * The first of the subscriptions that the scope names and Resource Graph does not show, neither them nor a service in
   * them.
   */
  readonly invisible: readonly string[];
}

interface PathProblem {
  readonly subscription: string;
  readonly state: "absent" | "unknown";
  readonly reason: string;
}

export interface PathServices {
  readonly azure: EventAzure;
  readonly app: AppEndpoints;
  readonly clock: Clock;
}

interface CheckServices extends PathServices {
  readonly appState: AppState;
  readonly scope: ScopeConfig;
}

/** Event subscriptions are changed by people and seldom. */
const checkEveryMs = hourMs;
/** One call for each subscription: the others of a very large estate are unknown. */
const timeMaxMs = minuteMs;
const atOnce = 8;
const namedMax = 50;
/** A row's property holds 32,000 characters. */
const reasonMax = 400;

/**
 * Records which subscriptions have no event path: no event subscription on their system topic that delivers to this app
 * what it needs. Asks Azure at each call while something is wrong, so that a repair shows soon, and otherwise at most
 * once an hour: one query for the topics, and one call for each topic. What cannot be read is unknown and replaces the
 * last result: an old "present" must not stand for it.
 */
export async function checkEventPaths(
  { appState, scope, ...services }: CheckServices,
  needed: ReadonlyMap<string, Needed>,
  shown: Read<Subscriptions>,
): Promise<void> {
  const now = services.clock.now();
  const last = await readEventPaths(appState);
  if (last !== undefined && isClean(last) && !hasElapsed(checkEveryMs, last.readAt, now)) return;
  const paths = await findEventPaths(services, needed);
  const found: EventPaths = {
    readAt: now.toISOString(),
    subscriptions: paths.size,
    ...countsOf([...paths.values()]),
    problems: problemsIn(paths).slice(0, namedMax),
    invisible: invisibleIn(scope, shown)
      .filter((id) => needed.get(id) !== "services")
      .slice(0, namedMax),
  };
  await appState.update<EventPaths>(appRows.eventPaths, () => ({ value: found }));
}

const isClean = ({ problems, invisible }: EventPaths) => problems.length + invisible.length === 0;

/** The row; undefined before the first check, and for a row of an earlier version. */
export async function readEventPaths(appState: AppState): Promise<EventPaths | undefined> {
  const row = await appState.read<Partial<EventPaths>>(appRows.eventPaths);
  return row?.problems === undefined || row.invisible === undefined ? undefined : (row as EventPaths);
}

/** The event path of each subscription, in order of their ids. */
export async function findEventPaths(
  { azure, app, clock }: PathServices,
  needed: ReadonlyMap<string, Needed>,
): Promise<ReadonlyMap<string, EventPath>> {
  const subscriptions = [...needed.keys()].toSorted();
  const deadline = plusMs(clock.now(), timeMaxMs);
  const topics = await azure.systemTopics(subscriptions);
  const byId = new Map(
    topics.kind === "known" ? topics.value.map((each) => [each.subscriptionId, each]) : [],
  );
  const paths = await mapConcurrent(subscriptions, atOnce, async (subscriptionId) => {
    if (topics.kind === "unknown") return unknownTopics(topics.reason);
    const topic = byId.get(subscriptionId);
    if (topic === undefined) return noTopic;
    if (isDue(deadline, clock.now())) return unknownPath("not-attempted");
    const read = await azure.eventSubscriptions(topic);
    return eventPathOf(read, {
      subscriptionId,
      needed: needed.get(subscriptionId) ?? "services",
      app,
      now: clock.now(),
    });
  });
  return new Map(subscriptions.map((id, index) => [id, paths[index] ?? noTopic]));
}

function unknownTopics(reason: UnknownReason): EventPath {
  return { state: "unknown", reason: `the system topics cannot be read from Resource Graph (${reason})` };
}

function countsOf(paths: readonly EventPath[]): Pick<EventPaths, "present" | "absent" | "unknown"> {
  const count = (wanted: EventPath["state"]) => paths.filter(({ state }) => state === wanted).length;
  return { present: count("present"), absent: count("absent"), unknown: count("unknown") };
}

function problemsIn(paths: ReadonlyMap<string, EventPath>): readonly PathProblem[] {
  return [...paths].flatMap(([subscription, path]) =>
    path.state === "present" ? [] : [{ subscription, state: path.state, reason: shortened(path.reason) }],
  );
}

function shortened(reason: string): string {
  return reason.length > reasonMax ? `${reason.slice(0, reasonMax - 1)}…` : reason;
}

/**
 * Subscriptions that the scope names and Resource Graph does not show; empty where it could not be asked, or leaves
 * some out.
 */
export function invisibleIn(scope: ScopeConfig, shown: Read<Subscriptions>): readonly string[] {
  if (shown.kind === "unknown" || shown.value.isLimited === true) return [];
  return subscriptionsOf(scope)
    .filter((id) => !shown.value.byId.has(id))
    .toSorted();
}

/** The warning about a subscription that the scope names, in the same words wherever it appears. */
export function invisibleWarning(subscription: string): string {
  return (
    `Resource Graph does not show the subscription ${subscription}, which the scope names, nor a service in it. ` +
    `Check the id, and assign Drawbridge Approver at /subscriptions/${subscription}`
  );
}
