import { expect, it } from "vitest";
import { periodOf } from "./timer.ts";

const now = new Date("2026-11-24T08:00:00Z");
const next = (text: string) => ({ scheduleStatus: { next: text, last: "", lastUpdated: "" } });

it.each<readonly [string, Parameters<typeof periodOf>[0], number]>([
  ["five minutes where no schedule is told", undefined, 5],
  ["five minutes where the schedule tells no time", next("soon"), 5],
  ["what the schedule says, fifteen minutes", next("2026-11-24T08:15:00Z"), 15],
  ["a minute at least", next("2026-11-24T07:00:00Z"), 1],
  ["a day at most", next("2027-11-24T08:00:00Z"), 24 * 60],
])("the next run is due in %s", (_, timer, minutes) => {
  expect(periodOf(timer, now)).toBe(minutes * 60_000);
});
