import { dayMs, hasElapsed, hourMs, isDue, minuteMs, plusMs, type Clock } from "../clock.ts";
import { isBug } from "../is-bug.ts";
import type { Log } from "../log.ts";
import type { Telemetry } from "../telemetry.ts";
import { alert, type Alert } from "./alert.ts";
import { appRows, type AppState } from "../app-state.ts";
import type { Outbox, Owner, Undelivered } from "./outbox.ts";
import { sinkDeadReason } from "./reasons-of-the-app.ts";
import { DeliveryError, type Sink } from "./sink.ts";

/**
 * The wait after each failed attempt, nearly a day in total. After the last one the alert is given up and reported
 * through the other sinks.
 */
const backOffMs = [1, 2, 5, 15, 60, 120, 240, 240, 240, 240, 240].map((minutes) => minutes * minuteMs);
const retryAfterMaxMs = 4 * hourMs;
/** How long one delivery runs; the next one continues. A function may run for five minutes on the smallest plan. */
const deliverMs = 2 * minuteMs;
/** Longer than the timeout of any sink: a claim that is older belongs to a process that ended. */
const claimMs = 20_000;
/**
 * Sinks of this process receive an alert as soon as it is written. Only alerts that a lost process left behind are sent
 * here.
 */
const inProcessMs = minuteMs;
/** How long an alert waits for a sink that is not configured here: another instance may already, or still, have it. */
const unknownMs = dayMs;
const unknownRetryMs = hourMs;
/** How often a dead sink is reported again. */
const deadReminderMs = dayMs;

export interface DeliveryServices {
  readonly outbox: Outbox;
  readonly sinks: readonly Sink[];
  readonly appState: AppState;
  readonly clock: Clock;
  readonly log: Log;
  readonly telemetry: Telemetry;
}

/** One owner's delivery under way. */
interface Delivery {
  readonly services: DeliveryServices;
  readonly owner: Owner;
  /** When it has to stop. */
  readonly endBy: string;
}

/** The state row of a sink on which alerts were given up, or that is unavailable. */
export interface DeadSink {
  readonly toldAt: string;
  readonly given: number;
}

/**
 * What remains in an outbox: nothing, alerts that wait for a later time, or alerts that are due and need another
 * delivery.
 */
export type Left = "nothing" | "later" | "more";

/**
 * Sends every alert that is due from an owner's outbox, for at most two minutes. Delivery is at least once: an alert is
 * removed only after its sink accepted it. A sink that fails or is slow does not delay the others.
 */
export async function deliver(services: DeliveryServices, owner: Owner): Promise<Left> {
  const { outbox, sinks, clock } = services;
  const delivery = { services, owner, endBy: plusMs(clock.now(), deliverMs) };
  // Opened before anything is read, so that an alert that is written in the meantime is found.
  const open = await outbox.openDelivery(owner);
  const undelivered = await outbox.undelivered(owner);
  const bySink = Map.groupBy(undelivered, ({ sink }) => sink);
  const inTime = await Promise.all(
    [...bySink].map(([name, alerts]) => {
      const sink = sinks.find((each) => each.name === name);
      return sink === undefined
        ? holdForUnknownSink(delivery, name, alerts)
        : sendInOrder(delivery, sink, alerts);
    }),
  );
  const left = await outbox.undelivered(owner);
  const next = left.map(({ nextAt }) => nextAt ?? clock.now().toISOString()).toSorted()[0];
  await outbox.endDelivery(open, next);
  if (inTime.includes(false)) return "more";
  return left.length === 0 ? "nothing" : "later";
}

/** Keeps alerts for a sink that is not configured here. They are checked each hour and given up after a day. */
async function holdForUnknownSink(
  { services: { outbox, clock, log }, owner }: Delivery,
  sink: string,
  alerts: readonly Undelivered[],
): Promise<true> {
  const now = clock.now();
  log.warn("alerts wait for a sink that is not configured", { sink });
  for (const each of alerts)
    if (hasElapsed(unknownMs, each.alert.time, now)) await outbox.deadLetter(owner, each, now.toISOString());
    else if (isDue(each.nextAt, now)) await outbox.postpone(owner, each, plusMs(now, unknownRetryMs));
  return true;
}

/**
 * Sends alerts to a sink one after the other. The first failure ends it, since a sink that is down is down for all of
 * them. Returns false where the time was up first.
 */
async function sendInOrder(delivery: Delivery, sink: Sink, alerts: readonly Undelivered[]): Promise<boolean> {
  const { services, owner, endBy } = delivery;
  const { outbox, clock, telemetry } = services;
  for (const undelivered of alerts.filter((each) => isDueNow(sink, each, clock.now()))) {
    if (isDue(endBy, clock.now())) return false;
    const claimed = await outbox.claim(owner, undelivered, plusMs(clock.now(), claimMs));
    if (claimed === undefined) continue;
    const failure = await trySend(sink, claimed.alert);
    if (failure !== undefined) {
      await backOff(delivery, claimed, failure);
      return true;
    }
    await outbox.delivered(owner, claimed);
    const ageMs = clock.now().getTime() - Date.parse(claimed.alert.time);
    telemetry.count("drawbridge.alerts.delivered", { sink: sink.name });
    telemetry.recordDuration("drawbridge.outbox.age", ageMs / 1_000, { sink: sink.name });
  }
  return true;
}

function isDueNow({ inProcess }: Sink, { alert: { time }, nextAt }: Undelivered, now: Date): boolean {
  return isDue(nextAt, now) && (inProcess !== true || hasElapsed(inProcessMs, time, now));
}

/** Postpones an alert that its sink did not accept, or gives it up after the last attempt. */
async function backOff(
  { services, owner }: Delivery,
  undelivered: Undelivered,
  failure: DeliveryError,
): Promise<void> {
  const { why, retryAfterMs = 0 } = failure;
  const { outbox, clock, log, telemetry } = services;
  const { attempts, sink } = undelivered;
  telemetry.count("drawbridge.alerts.not_taken", { sink });
  const waitMs = backOffMs[attempts - 1];
  logFailure(log, undelivered, failure);
  if (waitMs !== undefined) {
    const asked = Math.min(retryAfterMs, retryAfterMaxMs);
    return outbox.postpone(owner, undelivered, plusMs(clock.now(), Math.max(waitMs, asked)));
  }
  // Reported first: a crash in between must not give an alert up silently.
  await reportDeadSink(services, undelivered, why);
  await outbox.deadLetter(owner, undelivered, clock.now().toISOString());
}

/** A sink on which alerts were given up, and how many; none yet on one that is unavailable. */
export interface FailedSink {
  readonly name: string;
  readonly givenUp: number;
  /** When it was last reported. */
  readonly reportedAt: string;
}

/** Sinks that were reported as dead within two days: one that stays dead is reported daily. */
export async function failedSinks({
  appState,
  clock,
  sinks,
}: Pick<DeliveryServices, "appState" | "clock" | "sinks">): Promise<readonly FailedSink[]> {
  const found = await Promise.all(
    sinks.map(async ({ name, unavailable }) => ({
      name,
      unavailable,
      row: await appState.read<DeadSink>(appRows.sink(name)),
    })),
  );
  return found.flatMap(({ name, row, unavailable }) =>
    row === undefined ||
    (row.given === 0 && unavailable === undefined) ||
    hasElapsed(2 * deadReminderMs, row.toldAt, clock.now())
      ? []
      : [{ name, givenUp: row.given, reportedAt: row.toldAt }],
  );
}

async function reportDeadSink(
  { appState, clock }: DeliveryServices,
  { sink, alert: lost }: Undelivered,
  why: string,
): Promise<void> {
  const now = clock.now();
  await appState.update<DeadSink>(appRows.sink(sink), (found) => {
    const given = (found?.given ?? 0) + 1;
    const isReportDue = found === undefined || hasElapsed(deadReminderMs, found.toldAt, now);
    if (!isReportDue) return { value: { ...found, given } };
    const at = now.toISOString();
    return { value: { toldAt: at, given }, alerts: [deadSinkAlert(lost, { sink, given, why, at })] };
  });
}

function deadSinkAlert(
  { id, type, subject }: Alert,
  { sink, given, why, at }: { sink: string; given: number; why: string; at: string },
): Alert {
  return alert("Drawbridge.SinkDead", `sink/${sink}`, {
    version: at,
    time: at,
    data: {
      sink,
      given,
      lost: { id, type, subject },
      reason: sinkDeadReason(sink, why),
    },
  });
}

/** Sends an alert. Returns why the sink did not accept it, whatever the sink threw; undefined where it did. */
export async function trySend(sink: Sink, sent: Alert): Promise<DeliveryError | undefined> {
  try {
    await sink.send(sent);
    return undefined;
  } catch (error) {
    return error instanceof DeliveryError
      ? error
      : new DeliveryError(error instanceof Error ? error.name : typeof error, undefined, { cause: error });
  }
}

/** Logs that a sink did not accept an alert: as an error where a bug of ours is the cause, which no retry ends. */
export function logFailure(
  log: Log,
  { alert: { id }, sink, attempts }: Pick<Undelivered, "alert" | "sink"> & Partial<Undelivered>,
  { why, cause }: DeliveryError,
): void {
  const fields = { alertId: id, sink, ...(attempts === undefined ? {} : { attempts }) };
  if (cause !== undefined && isBug(cause)) log.error("a sink failed unexpectedly", { ...fields, error: why });
  else log.warn("a sink did not accept an alert", { ...fields, why });
}
