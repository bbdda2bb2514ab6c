import { expect, it } from "vitest";
import { minuteMs } from "../lib/clock.ts";
import { periodOf } from "./timer-period.ts";

const now = new Date("2026-11-24T08:00:00Z");
const next = (text: string) => ({ scheduleStatus: { next: text, last: "", lastUpdated: "" } });

it.each<readonly [string, Parameters<typeof periodOf>[0], number]>([
  ["five minutes without a schedule", undefined, 5],
  ["five minutes where the schedule is unreadable", next("soon"), 5],
  ["fifteen minutes, as scheduled", next("2026-11-24T08:15:00Z"), 15],
  ["at least a minute", next("2026-11-24T07:00:00Z"), 1],
  ["at most a day", next("2027-11-24T08:00:00Z"), 24 * 60],
])("the next run is due in %s", (_, timer, minutes) => {
  expect(periodOf(timer, now)).toBe(minutes * minuteMs);
});
