import { addressCheck } from "../lib/addresses/check/check-pass.ts";
import { hasElapsed } from "../lib/clock.ts";
import { refusalWarning } from "../lib/doctor/rights.ts";
import { invisibleWarning, readEventPaths, type EventPaths } from "../lib/estate/events/event-paths.ts";
import { firstStart } from "../lib/estate/overdue.ts";
import { recentRefusals, type Refusal } from "../lib/estate/refusals.ts";
import type { Services } from "../services.ts";
import type { Answer } from "./http/answers.ts";

/** Event paths as they were last checked; null before the first check. */
export function eventPathsOf(found: EventPaths | undefined): Answer<"HealthDetails">["eventPaths"] {
  if (found === undefined) return null;
  const { invisible: _, ...paths } = found;
  return { ...paths, problems: [...paths.problems] };
}

/** What was found about the estate: event paths, subscriptions, and rights that Azure refused. */
interface Estate {
  readonly eventPaths?: EventPaths | undefined;
  readonly refused?: readonly Refusal[];
  /** First start of the app, where an address check was due since then and the event paths were never read. */
  readonly unreadSince?: string;
}

export async function estateOf({
  appState,
  clock,
  timers,
}: Pick<Services, "appState" | "clock" | "timers">): Promise<Estate> {
  const [eventPaths, refused, startedAt] = await Promise.all([
    readEventPaths(appState),
    recentRefusals(appState, clock),
    firstStart(appState, clock),
  ]);
  const { periodMs = 0 } = timers.find(({ row }) => row === addressCheck.row) ?? {};
  const isUnread = eventPaths === undefined && hasElapsed(periodMs, startedAt, clock.now());
  return { eventPaths, refused, ...(isUnread ? { unreadSince: startedAt } : {}) };
}

/** What keeps a part of the estate from being governed. */
export function estateWarnings({ eventPaths, refused = [], unreadSince }: Estate): readonly string[] {
  return [
    ...(eventPaths?.subscriptions === 0 ? [nothingGoverned] : []),
    ...(unreadSince === undefined
      ? []
      : [
          `the event paths were never read: no address check has seen the whole inventory since ${unreadSince}`,
        ]),
    ...(eventPaths?.invisible ?? []).map(invisibleWarning),
    ...refused.map(refusalWarning),
  ];
}

const nothingGoverned =
  "the last address check found no governed service and no watched public IP address: check DRAWBRIDGE_SCOPE_…, and assign " +
  "Drawbridge Approver at the governed subscriptions";
