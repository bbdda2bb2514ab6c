import { afterEach, describe, expect, it } from "vitest";
import type { Cron } from "croner";
import type { RegisteredFunction } from "./functions-core.ts";
import { startTimer } from "./timer.ts";

let cron: Cron | undefined;
afterEach(() => {
  cron?.stop();
});

function start(schedule: string): Cron {
  const fn = {
    metadata: { name: "timer", bindings: { timer: { type: "timerTrigger", direction: "in", schedule } } },
  };
  cron = startTimer(
    fn as unknown as RegisteredFunction,
    (text) => text,
    () => Promise.resolve(),
    () => {},
  );
  return cron;
}

describe("a timer's schedule", () => {
  it.each([
    ["0 5/20 * * * *", ["2026-01-01T00:05", "2026-01-01T00:25"]],
    ["0 0 12 1 * Monday", ["2026-06-01T12:00", "2027-02-01T12:00"]],
    ["0 0 0 1 april-JULY/2 *", ["2026-04-01T00:00", "2026-06-01T00:00"]],
    ["0 */60 * * * *", ["2026-01-01T01:00", "2026-01-01T02:00"]],
  ])("%s means what it means in NCrontab", (schedule, runs) => {
    const next = start(schedule).nextRuns(2, "2026-01-01T00:00:00");
    expect(next.map((at) => at.toISOString().slice(0, 16))).toEqual(runs);
  });

  it.each(["0 0 0 L * *", "0 0 0 15W * *", "0 0 0 * * 5#2", "0 0 0 ? * *", "*/5 * * * *", "0 0 22-2 * * *"])(
    "%s is refused",
    (schedule) => {
      expect(() => start(schedule)).toThrow(/NCRONTAB|CronPattern/);
    },
  );
});
