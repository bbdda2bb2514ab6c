import { hourMs } from "../clock.ts";
import { parseNcrontab } from "./ncrontab.ts";

/** Schedules of the timers, and the longest time between their runs. */
export interface Schedules {
  readonly sweepSchedule: string;
  readonly sweepPeriodMs: number;
  readonly addressSchedule: string;
  readonly addressPeriodMs: number;
}

/** The schedules where the settings name none: NCRONTAB, in UTC. */
export const defaultSchedules = { sweep: "0 */5 * * * *", address: "0 */15 * * * *" };

/** When records are archived, which no setting changes. A run that does not finish is continued by the next one. */
export const archiveSchedule = "0 17 2 * * *";

/**
 * Reads both schedules. One that the Functions host would refuse, or that never runs, is a problem. One that runs too
 * rarely for the work that waits for it is a warning, since that may be intended.
 */
export function readSchedules(
  values: ReadonlyMap<string, string>,
  problems: string[],
  warnings: string[],
): Schedules {
  const sweep = readSchedule(values, "DRAWBRIDGE_SWEEP_SCHEDULE", defaultSchedules.sweep, problems);
  const address = readSchedule(values, "DRAWBRIDGE_ADDRESS_SCHEDULE", defaultSchedules.address, problems);
  if (sweep.periodMs > hourMs)
    warnings.push(
      "DRAWBRIDGE_SWEEP_SCHEDULE lets more than an hour pass between two sweeps: what events missed, and what is held or failed, waits as long",
    );
  for (const { name, everyDay } of [sweep, address])
    if (!everyDay)
      warnings.push(`${name} leaves days out; three days without a run count as overdue all the same`);
  return {
    sweepSchedule: sweep.expression,
    sweepPeriodMs: sweep.periodMs,
    addressSchedule: address.expression,
    addressPeriodMs: address.periodMs,
  };
}

function readSchedule(values: ReadonlyMap<string, string>, name: string, usual: string, problems: string[]) {
  const expression = values.get(name) ?? usual;
  const read = parseNcrontab(expression);
  if ("periodMs" in read) return { name, expression, ...read };
  problems.push(
    `${name} is "${expression}"; it must be NCRONTAB with six fields, such as ${usual}: ${read.join(", ")}`,
  );
  return { name, expression, periodMs: hourMs, everyDay: true };
}
