import { Cron } from "croner";
import type { RegisteredFunction } from "./functions-core.ts";
import { describe, triggerOf, type Trigger } from "./invoke.ts";

/**
 * Starts the schedule of a timer function. It is an NCRONTAB expression of six fields, in UTC. Day of month and day of
 * week must both match, as in NCrontab. Runs never overlap.
 */
export function startTimer(
  fn: RegisteredFunction,
  resolve: (text: string) => string,
  run: (fn: RegisteredFunction, trigger: Trigger) => Promise<unknown>,
  log: (line: string) => void,
): Cron {
  const given = resolve(String(triggerOf(fn).schedule));
  // NCrontab accepts names of days and months at any length; croner accepts three letters.
  const schedule = given.replaceAll(/([A-Za-z]{3})[A-Za-z]*/g, "$1");
  if (/[LW#?]/.test(schedule.replaceAll(/[A-Za-z]{3}/g, "")))
    throw new Error(`${fn.metadata.name}: "${given}" is not an NCRONTAB expression`);
  const cron = new Cron(
    schedule,
    // sloppyRanges: in NCrontab 5/10 means every tenth from the fifth.
    { timezone: "UTC", domAndDow: true, mode: "6-part", protect: true, sloppyRanges: true },
    async () => {
      try {
        await run(fn, timerTrigger(cron));
      } catch (error) {
        log(`[error] ${fn.metadata.name}: ${describe(error)}`);
      }
    },
  );
  return cron;
}

export function timerTrigger(cron: Cron | undefined): Trigger {
  const now = new Date();
  const status = {
    Last: (cron?.previousRun() ?? now).toISOString(),
    Next: (cron?.nextRun() ?? now).toISOString(),
    LastUpdated: now.toISOString(),
  };
  return {
    data: {
      json: JSON.stringify({ Schedule: { AdjustForDST: true }, ScheduleStatus: status, IsPastDue: false }),
    },
  };
}
