import { alert, type Alert, type AlertType } from "../../alerts/alert.ts";
import type { AppState } from "../../app-state.ts";
import { plusMs, type Clock } from "../../clock.ts";
import type { Ceilings } from "../../config/config.ts";
import { countedIn, nextFreeAt, totalOf, withoutOne, type Minutes } from "./sliding-window.ts";

/** Why nothing may be done about a connection for now, whatever its facts, and until when. */
export interface Throttle {
  readonly by: "approvals" | "requests";
  readonly reason: string;
  readonly until: string;
}

/** How a request came to us, for telling whether events arrive. */
export type FoundBy = "event" | "sweep" | "otherwise";

/** What keeps the app from being a flood, and from being carried away by one. Shared by all its instances. */
export interface Breakers {
  /** Counts a request that is new; too many in an hour open the breaker. */
  requested(by: FoundBy): Promise<void>;
  /** What holds everything while there is a flood of requests. */
  flood(): Promise<Throttle | undefined>;
  /** Takes one of the hour's approvals; a restraint where there is none left. */
  admitApproval(): Promise<Throttle | undefined>;
  /** Gives back one that was taken then, and was not sent, or that Azure did not take. */
  giveBackApproval(takenAt: Date): Promise<void>;
  /** Closes what has to be open no more, and tells of events that do not come; for the sweeps. */
  look(): Promise<void>;
}

interface Requests {
  readonly all: Minutes;
  readonly swept: Minutes;
  readonly openSince?: string;
  readonly eventsMissingSince?: string;
}

interface Approvals {
  readonly minutes: Minutes;
  readonly openSince?: string;
}

const requestsRow = "breaker-requests";
const approvalsRow = "breaker-approvals";
/** How long a flood holds a connection before it is looked at again. */
const floodMs = 10 * 60_000;
/** So many requests in an hour that no event told of, and more than half of all, are no bad luck. */
const sweptMin = 5;

/** Where the breakers stand, for whoever looks at the app's health. */
export async function standingOf(state: AppState) {
  const [requests, approvals] = await Promise.all([
    state.read<Requests>(requestsRow),
    state.read<Approvals>(approvalsRow),
  ]);
  return { requests, approvals };
}

export function breakers(state: AppState, ceilings: Ceilings, clock: Clock): Breakers {
  const { requestsPerHour, approvalsPerHour } = ceilings;
  const opened = (breaker: string, since: string, data: Alert["data"]) =>
    breakerAlert("Drawbridge.BreakerOpened", breaker, since, since, data);
  const closed = (breaker: string, since: string, now: Date) =>
    breakerAlert("Drawbridge.BreakerClosed", breaker, since, now.toISOString(), {
      breaker,
      since,
      reason: `it is over, after it began at ${since}; what was held meanwhile is reviewed`,
    });

  async function requested(by: FoundBy): Promise<void> {
    const now = clock.now();
    await state.update<Requests>(requestsRow, (found = { all: {}, swept: {} }) => {
      const all = countedIn(found.all, now);
      const swept = by === "sweep" ? countedIn(found.swept, now) : found.swept;
      const value: Requests = { ...found, all, swept };
      const count = totalOf(all, now);
      if (found.openSince !== undefined || count <= requestsPerHour) return { value };
      const openSince = now.toISOString();
      const data = {
        breaker: "requests",
        requests: count,
        max: requestsPerHour,
        reason: floodReason(openSince),
      };
      return { value: { ...value, openSince }, alerts: [opened("requests", openSince, data)] };
    });
  }

  return {
    requested,
    flood: async () => {
      const found = await state.read<Requests>(requestsRow);
      if (found?.openSince === undefined) return undefined;
      return { by: "requests", reason: floodReason(found.openSince), until: plusMs(clock.now(), floodMs) };
    },
    admitApproval: async () => {
      const now = clock.now();
      let restraint: Throttle | undefined;
      await state.update<Approvals>(approvalsRow, (found = { minutes: {} }) => {
        restraint = undefined;
        const { minutes, openSince } = found;
        if (totalOf(minutes, now) < approvalsPerHour) {
          const alerts = openSince === undefined ? [] : [closed("approvals", openSince, now)];
          return { value: { minutes: countedIn(minutes, now) }, alerts };
        }
        const reason = `${approvalsPerHour} approvals were made within an hour, which is the most that is allowed`;
        restraint = { by: "approvals", reason, until: nextFreeAt(minutes, now).toISOString() };
        if (openSince !== undefined) return undefined;
        const since = now.toISOString();
        const data = { breaker: "approvals", max: approvalsPerHour, reason };
        return { value: { minutes, openSince: since }, alerts: [opened("approvals", since, data)] };
      });
      return restraint;
    },
    giveBackApproval: async (takenAt) => {
      await state.update<Approvals>(
        approvalsRow,
        (found) => found && { value: { ...found, minutes: withoutOne(found.minutes, takenAt) } },
      );
    },
    look: async () => {
      const now = clock.now();
      await state.update<Requests>(requestsRow, (found) => found && lookAtRequests(found, now));
      await state.update<Approvals>(approvalsRow, (found) => {
        if (found?.openSince === undefined || totalOf(found.minutes, now) >= approvalsPerHour)
          return undefined;
        return { value: { minutes: found.minutes }, alerts: [closed("approvals", found.openSince, now)] };
      });
    },
  };

  function lookAtRequests(found: Requests, now: Date) {
    const { openSince, eventsMissingSince, ...rest } = found;
    const [all, swept] = [totalOf(found.all, now), totalOf(found.swept, now)];
    // Half of the most: a breaker that closes at the very edge would open and close with every request.
    const stillOpen = openSince !== undefined && all > requestsPerHour / 2;
    const missing = swept >= sweptMin && swept > all / 2;
    const missingSince = missing ? (eventsMissingSince ?? now.toISOString()) : undefined;
    const alerts = [
      ...(openSince !== undefined && !stillOpen ? [closed("requests", openSince, now)] : []),
      ...(missing && eventsMissingSince === undefined ? [eventsMissing(now, swept, all)] : []),
    ];
    if (alerts.length === 0 && missingSince === eventsMissingSince) return undefined;
    return {
      value: {
        ...rest,
        ...(stillOpen ? { openSince } : {}),
        ...(missingSince === undefined ? {} : { eventsMissingSince: missingSince }),
      },
      alerts,
    };
  }
}

function floodReason(since: string): string {
  return `more requests came within an hour than are allowed, so everything is held (since ${since})`;
}

function breakerAlert(
  type: AlertType,
  breaker: string,
  since: string,
  at: string,
  data: Alert["data"],
): Alert {
  return alert(type, `breaker/${breaker}`, since, at, data);
}

function eventsMissing(now: Date, swept: number, all: number): Alert {
  const at = now.toISOString();
  return alert("Drawbridge.EventPathBroken", "events", at, at, {
    foundBySweep: swept,
    requests: all,
    reason:
      `${swept} of ${all} requests of the last hour were found by a sweep, and no event told of them; ` +
      "check that the Event Grid subscription is there and that its deliveries succeed",
  });
}
