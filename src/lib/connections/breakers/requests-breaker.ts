import { appRows, type AppState } from "../../app-state.ts";
import type { ServiceId } from "../../azure/resource-id.ts";
import { hasElapsed, minuteMs, plusMs, type Clock } from "../../clock.ts";
import { breakerClosed, breakerOpened } from "./breaker-alerts.ts";
import { openReason } from "./breaker-texts.ts";
import { eventPathBroken } from "./event-path-broken.ts";
import type { OpenBreaker } from "./open-breaker.ts";
import { countedIn, fallsTo, totalOf, windowMs, type Minutes } from "./sliding-window.ts";

/** The row of the breaker that holds everything during a flood of requests. */
export interface RequestsBreaker {
  readonly all: Minutes;
  readonly swept: Minutes;
  readonly openSince?: string;
  readonly eventsMissingSince?: string;
  /** When a sweep last found a request of a service that no event had announced, by the id of the service. */
  readonly sweptAt?: Readonly<Record<string, string>>;
}

/** A new request to a service. */
export interface FoundRequest {
  readonly service: ServiceId;
  /** Whether a sweep found it, which an event should have announced. */
  readonly foundBySweep: boolean;
}

/** How long a flood holds a connection before it is reviewed again. */
const floodMs = 10 * minuteMs;

/**
 * The number of requests in an hour, without an event and more than half of all, from which the event path counts as
 * broken.
 */
const sweptMin = 5;

/** Services that are named where events are missing. */
const namedMax = 20;

/**
 * Counts a new request; too many in an hour open the breaker. The clock is read after the row, as in `acquireApproval`.
 */
export async function countRequest(
  state: AppState,
  requestsPerHour: number,
  clock: Clock,
  { foundBySweep, service }: FoundRequest,
): Promise<void> {
  await state.update<RequestsBreaker>(appRows.requests, (found = { all: {}, swept: {} }) => {
    const now = clock.now();
    const all = countedIn(found.all, now);
    const swept = foundBySweep ? countedIn(found.swept, now) : found.swept;
    const sweptAt = foundBySweep ? sweptNow(found.sweptAt, service, now) : found.sweptAt;
    const value: RequestsBreaker = { ...found, all, swept, ...(sweptAt === undefined ? {} : { sweptAt }) };
    const requests = totalOf(all, now);
    if (found.openSince !== undefined || requests <= requestsPerHour) return { value };
    const openSince = now.toISOString();
    const reason = openReason("requests", { since: openSince, max: requestsPerHour });
    const until = requestsCloseAt({ all }, requestsPerHour, now);
    const alerts = [breakerOpened("requests", openSince, { requests, max: requestsPerHour, until, reason })];
    return { value: { ...value, openSince }, alerts };
  });
}

/**
 * The breaker, if it is open. One whose cause is over holds nothing any more, whether a sweep has closed it yet or not:
 * the limit may have been raised. `until` is when a connection that it holds is reviewed again.
 */
export async function openRequestsBreaker(
  state: AppState,
  requestsPerHour: number,
  clock: Clock,
): Promise<OpenBreaker | undefined> {
  const found = await state.read<RequestsBreaker>(appRows.requests);
  if (found?.openSince === undefined) return undefined;
  const now = clock.now();
  if (totalOf(found.all, now) <= closingAt(requestsPerHour)) return undefined;
  const until = plusMs(now, floodMs);
  const reason = openReason("requests", { since: found.openSince, max: requestsPerHour });
  return { kind: "open", name: "requests", reason, until };
}

/**
 * Closes the breaker once the flood is over, and alerts once where sweeps find what events should have announced.
 * Returns whether it stays open.
 */
export async function refreshRequests(
  state: AppState,
  requestsPerHour: number,
  clock: Clock,
): Promise<boolean> {
  const saved = await state.update<RequestsBreaker>(appRows.requests, (found) => {
    if (found === undefined) return undefined;
    const now = clock.now();
    const { openSince, eventsMissingSince, ...rest } = found;
    const [all, swept] = [totalOf(found.all, now), totalOf(found.swept, now)];
    const stillOpen = openSince !== undefined && all > closingAt(requestsPerHour);
    const missing = swept >= sweptMin && swept > all / 2;
    const missingSince = missing ? (eventsMissingSince ?? now.toISOString()) : undefined;
    const alerts = [
      ...(openSince !== undefined && !stillOpen ? [breakerClosed("requests", openSince, now)] : []),
      ...(missing && eventsMissingSince === undefined ? [eventPathBroken(now, swept, all)] : []),
    ];
    if (alerts.length === 0 && missingSince === eventsMissingSince) return undefined;
    const value = {
      ...rest,
      ...(stillOpen ? { openSince } : {}),
      ...(missingSince === undefined ? {} : { eventsMissingSince: missingSince }),
    };
    return { value, alerts };
  });
  return saved?.openSince !== undefined;
}

/** Half of the maximum: a breaker that closes at the very edge would open and close with every request. */
function closingAt(requestsPerHour: number): number {
  return requestsPerHour / 2;
}

/** When the flood is over if no more requests come. */
export function requestsCloseAt(
  { all }: Pick<RequestsBreaker, "all">,
  requestsPerHour: number,
  now: Date,
): string {
  return fallsTo(closingAt(requestsPerHour), all, now).toISOString();
}

/** The newest come last. */
function sweptNow(
  found: RequestsBreaker["sweptAt"] = {},
  { text }: ServiceId,
  now: Date,
): RequestsBreaker["sweptAt"] {
  const others = Object.entries(found).filter(([id]) => id !== text);
  return Object.fromEntries([...others, [text, now.toISOString()]].slice(-namedMax));
}

/** The services of which sweeps find requests without events; none while events arrive. */
export function servicesWithoutEvents(found: RequestsBreaker | undefined, now: Date): string[] {
  if (found?.eventsMissingSince === undefined) return [];
  const isCounted = (at: string) => !hasElapsed(windowMs, at, now);
  return Object.entries(found.sweptAt ?? {}).flatMap(([id, at]) => (isCounted(at) ? [id] : []));
}
