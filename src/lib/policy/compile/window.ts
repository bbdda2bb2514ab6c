import type { ChangeWindow } from "../language/policy.ts";
import { dayMs, minuteMs } from "../values/duration.ts";
import { wallClockIn, weekdays, type WallClock } from "../values/time-zone.ts";

const minutesOfDay = 24 * 60;

export interface CompiledWindow {
  isOpen(now: number): boolean;
  /**
   * The next opening in milliseconds since 1970; undefined if there is none within eight days. Where clocks go back, a
   * window that opens within the hour that is repeated opens twice; asked between the two, this gives the opening after
   * them: a day late, and never early.
   */
  opensAt(now: number): number | undefined;
}

/** A change window is [from, to) on its days in local time; one that crosses midnight belongs to the day it starts. */
export function compileWindow(window: ChangeWindow): CompiledWindow {
  const localAt = wallClockIn(window.timeZone);
  let asked: { readonly minute: number; readonly open: boolean } | undefined;
  const isOpen = (now: number): boolean => {
    const at = Math.floor(now / minuteMs);
    // Cached per minute: the calendar is expensive, and many connections are decided within one minute.
    if (asked?.minute !== at) asked = { minute: at, open: covers(window, localAt(now)) };
    return asked.open;
  };
  return { isOpen, opensAt: (now) => opening(window, localAt, now) };
}

function covers({ days, from, to }: ChangeWindow, { weekday, time }: WallClock): boolean {
  const startsOn = (when: number) => days.includes((when + 7) % 7);
  if (from <= to) return startsOn(weekday) && from <= time && time < to;
  return (startsOn(weekday) && time >= from) || (startsOn(weekday - 1) && time < to);
}

function opening(window: ChangeWindow, localAt: (ms: number) => WallClock, now: number): number | undefined {
  const awayFrom = (ms: number) => window.from - localAt(ms).time;
  const thisMinute = Math.floor(now / minuteMs) * minuteMs;
  const today = thisMinute + awayFrom(thisMinute) * minuteMs;
  for (let ahead = 0; ahead <= 8; ahead++) {
    const guess = today + ahead * dayMs;
    // Off by what clocks were put forward or back in between, which may lead across midnight.
    const moved = guess + withinHalfDay(awayFrom(guess)) * minuteMs;
    // Where clocks skip the time at which it opens, it opens as soon as they are beyond it.
    for (let start = moved; start <= Math.max(moved, guess); start += minuteMs)
      if (start > now && covers(window, localAt(start))) return start;
  }
  return undefined;
}

/** Minutes between two times of day, the short way around the clock. */
function withinHalfDay(minutes: number): number {
  return ((minutes + 1.5 * minutesOfDay) % minutesOfDay) - minutesOfDay / 2;
}

/** `Mon, Tue 08:00 to 18:00 Europe/Amsterdam` */
export function printWindow({ days, from, to, timeZone }: ChangeWindow): string {
  return `${days.map((each) => weekdays[each]).join(", ")} ${printTime(from)} to ${printTime(to)} ${timeZone}`;
}

function printTime(time: number): string {
  return `${String(Math.floor(time / 60)).padStart(2, "0")}:${String(time % 60).padStart(2, "0")}`;
}
