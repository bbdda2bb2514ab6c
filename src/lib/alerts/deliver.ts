import { isDue, plusMs, type Clock } from "../clock.ts";
import type { Log } from "../log.ts";
import type { Telemetry } from "../telemetry.ts";
import type { Alert } from "./alert.ts";
import { alert } from "./alert.ts";
import type { AppState } from "../app-state.ts";
import type { Outbox, Owner, Undelivered } from "./outbox.ts";
import { DeliveryError, type Sink } from "./sink.ts";

const minuteMs = 60_000;
/** Waits after each failure, nearly a day in all; then an alert is given up, and told of through the other sinks. */
const backOffMs = [1, 2, 5, 15, 60, 120, 240, 240, 240, 240, 240].map((minutes) => minutes * minuteMs);
const retryAfterMaxMs = 4 * 60 * minuteMs;
/** How long one delivery goes on; what is left then is for the next. A function may run for five minutes on the smallest plan. */
const deliverMs = 2 * minuteMs;
/** Longer than a sink is waited for: whoever has an alert until then is still at it, or is gone. */
const claimMs = 20_000;
/** What is near was told as soon as it was written; only what was left by somebody who is gone is told here. */
const inProcessMs = minuteMs;
/** How long an alert waits for a sink that is not configured: another instance may know it already, or still. */
const unknownMs = 24 * 60 * minuteMs;
const unknownRetryMs = 60 * minuteMs;
/** A sink that has not been told to be dead for so long is told to be dead again. */
const deadReminderMs = 24 * 60 * minuteMs;

export interface DeliveryServices {
  readonly outbox: Outbox;
  readonly sinks: readonly Sink[];
  readonly appState: AppState;
  readonly clock: Clock;
  readonly log: Log;
  readonly telemetry: Telemetry;
}

/** What is remembered of a sink that alerts were given up on. */
interface DeadSink {
  readonly toldAt: string;
  readonly given: number;
}

/** What is left in an outbox: nothing, what waits for another time, or what is due and there was no time for. */
export type Left = "nothing" | "later" | "more";

/**
 * Tells everything that is due of what an owner's outbox holds, for two minutes. At least once: an alert is forgotten only
 * after its sink took it. One sink's failure, or its slowness, keeps none from the others.
 */
export async function deliver(services: DeliveryServices, owner: Owner): Promise<Left> {
  const { outbox, sinks, clock } = services;
  const endBy = plusMs(clock.now(), deliverMs);
  // Set before anything is read: what is written meanwhile is left for whoever comes next.
  const mark = await outbox.mark(owner);
  const undelivered = await outbox.undelivered(owner);
  const bySink = Map.groupBy(undelivered, ({ sink }) => sink);
  const inTime = await Promise.all(
    [...bySink].map(([name, alerts]) => {
      const sink = sinks.find((each) => each.name === name);
      return sink === undefined
        ? holdForUnknownSink(services, owner, name, alerts)
        : sendInOrder(services, owner, sink, alerts, endBy);
    }),
  );
  const left = await outbox.undelivered(owner);
  const next = left.map(({ nextAt }) => nextAt ?? clock.now().toISOString()).toSorted()[0];
  await outbox.settle(mark, next);
  if (inTime.includes(false)) return "more";
  return left.length === 0 ? "nothing" : "later";
}

/** Alerts for a sink that is not configured here: looked at again each hour, and given up after a day. */
async function holdForUnknownSink(
  { outbox, clock, log }: DeliveryServices,
  owner: Owner,
  sink: string,
  alerts: readonly Undelivered[],
): Promise<true> {
  const now = clock.now();
  log.warn("alerts wait for a sink that is not configured", { sink });
  for (const each of alerts)
    if (isDue(plusMs(new Date(each.alert.time), unknownMs), now))
      await outbox.deadLetter(owner, each, now.toISOString());
    else if (isDue(each.nextAt, now)) await outbox.postpone(owner, each, plusMs(now, unknownRetryMs));
  return true;
}

/**
 * One after the other; the first that is not taken ends it, since a sink that is down is down for all of them. False where the
 * time was up first.
 */
async function sendInOrder(
  services: DeliveryServices,
  owner: Owner,
  sink: Sink,
  alerts: readonly Undelivered[],
  endBy: string,
): Promise<boolean> {
  const { outbox, clock, telemetry } = services;
  for (const undelivered of alerts.filter((each) => isDueNow(sink, each, clock.now()))) {
    if (isDue(endBy, clock.now())) return false;
    const mine = await outbox.claim(owner, undelivered, plusMs(clock.now(), claimMs));
    if (mine === undefined) continue;
    const failure = await trySend(sink, mine.alert);
    if (failure !== undefined) {
      await backOff(services, owner, mine, failure);
      return true;
    }
    await outbox.delivered(owner, mine);
    const ageMs = clock.now().getTime() - Date.parse(mine.alert.time);
    telemetry.count("drawbridge.alerts.delivered", { sink: sink.name });
    telemetry.took("drawbridge.outbox.age", ageMs / 1_000, { sink: sink.name });
  }
  return true;
}

function isDueNow({ inProcess }: Sink, { alert: told, nextAt }: Undelivered, now: Date): boolean {
  return isDue(nextAt, now) && (inProcess !== true || isDue(plusMs(new Date(told.time), inProcessMs), now));
}

async function backOff(
  services: DeliveryServices,
  owner: Owner,
  undelivered: Undelivered,
  { why, retryAfterMs = 0 }: DeliveryError,
): Promise<void> {
  const { outbox, clock, log, telemetry } = services;
  const { attempts, sink } = undelivered;
  telemetry.count("drawbridge.alerts.not_taken", { sink });
  const waitMs = backOffMs[attempts - 1];
  log.warn("an alert was not taken by its sink", { alertId: undelivered.alert.id, sink, attempts, why });
  if (waitMs !== undefined) {
    const asked = Math.min(retryAfterMs, retryAfterMaxMs);
    return outbox.postpone(owner, undelivered, plusMs(clock.now(), Math.max(waitMs, asked)));
  }
  // Told first, so that a crash in between leaves one who knows rather than an alert that is silently given up.
  await reportDeadSink(services, undelivered, why);
  await outbox.deadLetter(owner, undelivered, clock.now().toISOString());
}

async function reportDeadSink(
  { appState, clock }: DeliveryServices,
  { sink, alert: lost }: Undelivered,
  why: string,
): Promise<void> {
  const now = clock.now();
  await appState.update<DeadSink>(`sink-${sink}`, (found) => {
    const given = (found?.given ?? 0) + 1;
    const again = found === undefined || isDue(plusMs(new Date(found.toldAt), deadReminderMs), now);
    if (!again) return { value: { ...found, given } };
    return {
      value: { toldAt: now.toISOString(), given },
      alerts: [deadSinkAlert(sink, lost, why, given, now)],
    };
  });
}

function deadSinkAlert(sink: string, lost: Alert, why: string, given: number, now: Date): Alert {
  return alert("Drawbridge.SinkDead", `sink/${sink}`, now.toISOString(), now.toISOString(), {
    sink,
    given,
    lost: { id: lost.id, type: lost.type, subject: lost.subject },
    reason:
      `alerts are not taken by ${sink} (${why}) and are given up after a day; each is in the log all the same. ` +
      "Check its setting and whether it can be reached",
  });
}

/** Why a sink did not take an alert; undefined where it did. A sink is the outside world: whatever it throws is a failure of it. */
export async function trySend(sink: Sink, told: Alert): Promise<DeliveryError | undefined> {
  try {
    await sink.send(told);
    return undefined;
  } catch (error) {
    return error instanceof DeliveryError
      ? error
      : new DeliveryError(error instanceof Error ? error.name : typeof error);
  }
}
