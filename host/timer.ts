import { Cron } from "croner";
import type { RegisteredFunction } from "./functions-core.ts";
import { describe, triggerOf, type Trigger } from "./invoke.ts";

/**
 * Starts a timer function's schedule. NCRONTAB of six fields, in UTC; day of month and day of week must both fit,
 * as NCrontab has it. A run that takes longer than its period is never overlapped.
 */
export function startTimer(
  fn: RegisteredFunction,
  resolve: (text: string) => string,
  run: (fn: RegisteredFunction, trigger: Trigger) => Promise<unknown>,
  log: (line: string) => void,
): Cron {
  const given = resolve(String(triggerOf(fn).schedule));
  // NCrontab takes names whole, or cut anywhere; croner after three letters.
  const schedule = given.replaceAll(/([A-Za-z]{3})[A-Za-z]*/g, "$1");
  if (/[LW#?]/.test(schedule.replaceAll(/[A-Za-z]{3}/g, "")))
    throw new Error(`${fn.metadata.name}: "${given}" is no NCRONTAB expression`);
  const cron = new Cron(
    schedule,
    // Sloppy: NCrontab's 5/10 is every ten from the fifth on.
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
