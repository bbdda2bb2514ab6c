import { describe, expect, it } from "vitest";
import { minuteMs } from "../../clock.ts";
import type { ChangeWindow } from "../language/policy.ts";
import { compileWindow, printWindow } from "./window.ts";

const amsterdam = (days: number[], from: number, to: number): ChangeWindow => ({
  days,
  from: from * 60,
  to: to * 60,
  timeZone: "Europe/Amsterdam",
});
const weekdays = [1, 2, 3, 4, 5];
const open = (window: ChangeWindow, at: string) => compileWindow(window).isOpen(Date.parse(at));

describe("a change window", () => {
  it.each([
    ["2026-11-24T06:59:59Z", false],
    ["2026-11-24T07:00:00Z", true],
    ["2026-11-24T16:59:59Z", true],
    ["2026-11-24T17:00:00Z", false],
    ["2026-11-28T12:00:00Z", false],
    ["2026-07-01T06:00:00Z", true],
  ])("is [from, to) by the zone's own clock: at %s %j", (at, expected) => {
    expect(open(amsterdam(weekdays, 8, 18), at)).toBe(expected);
  });

  it.each([
    ["Friday evening", "2026-11-27T22:00:00Z", true],
    ["the Saturday morning after", "2026-11-28T04:59:00Z", true],
    ["Saturday at six", "2026-11-28T05:00:00Z", false],
    ["Saturday evening", "2026-11-28T22:00:00Z", false],
    ["Monday morning, of Sunday's night", "2026-11-30T02:00:00Z", false],
  ])("that crosses midnight belongs to the day it starts: %s", (_, at, expected) => {
    expect(open(amsterdam([5], 22, 6), at)).toBe(expected);
  });

  it("that crosses midnight is open from its first minute", () => {
    expect(open(amsterdam([5], 22, 6), "2026-11-27T21:00:00Z")).toBe(true);
    expect(open(amsterdam([5], 22, 6), "2026-11-27T20:59:59Z")).toBe(false);
  });

  it("that ends when it begins is never open, and is refused when a policy loads", () => {
    const window = compileWindow(amsterdam([0, 1, 2, 3, 4, 5, 6], 8, 8));
    expect([7, 8, 9].map((hour) => window.isOpen(Date.parse(`2026-11-24T0${hour}:00:00Z`)))).toEqual([
      false,
      false,
      false,
    ]);
    expect(window.opensAt(Date.parse("2026-11-24T08:00:00Z"))).toBeUndefined();
  });

  it("asks the calendar once a minute, since many connections are decided within one", () => {
    let asked = 0;
    const days = new Proxy(weekdays, {
      get: (target, key) => {
        if (key === "includes") asked++;
        return Reflect.get(target, key) as unknown;
      },
    });
    const window = compileWindow(amsterdam(days, 8, 18));
    const at = (time: string) => window.isOpen(Date.parse(`2026-11-24T${time}Z`));
    expect([at("06:59:00"), at("06:59:59.999"), asked]).toEqual([false, false, 1]);
    expect([at("07:00:00"), at("07:00:30"), asked]).toEqual([true, true, 2]);
  });

  it("is printed with its days, hours and time zone", () => {
    const window = { days: [1, 0], from: 8 * 60 + 5, to: 24 * 60, timeZone: "Europe/Amsterdam" };
    expect(printWindow(window)).toBe("Mon, Sun 08:05 to 24:00 Europe/Amsterdam");
  });

  it("may last the whole day", () => {
    expect(open(amsterdam([2], 0, 24), "2026-11-24T22:59:00Z")).toBe(true);
    expect(open(amsterdam([2], 0, 24), "2026-11-24T23:00:00Z")).toBe(false);
  });

  it.each([
    ["tomorrow", "2026-11-24T19:00:00Z", "2026-11-25T07:00:00.000Z"],
    ["today", "2026-11-24T03:00:30Z", "2026-11-24T07:00:00.000Z"],
    ["on Monday", "2026-11-27T18:00:00Z", "2026-11-30T07:00:00.000Z"],
    ["across the change to summer time", "2026-03-27T19:00:00Z", "2026-03-30T06:00:00.000Z"],
    ["across the change to winter time", "2026-10-23T19:00:00Z", "2026-10-26T07:00:00.000Z"],
  ])("opens next %s", (_, at, expected) => {
    expect(openingOf(amsterdam(weekdays, 8, 18), at)).toBe(expected);
  });

  it.each([
    ["a second before", "2026-11-24T06:59:59Z", "2026-11-24T07:00:00.000Z"],
    ["a second after the minute before", "2026-11-24T06:59:01Z", "2026-11-24T07:00:00.000Z"],
    ["at its opening, for the next day", "2026-11-24T07:00:00Z", "2026-11-25T07:00:00.000Z"],
  ])("opens next, asked %s", (_, at, expected) => {
    expect(openingOf(amsterdam(weekdays, 8, 18), at)).toBe(expected);
  });

  it.each<[what: string, window: ChangeWindow, at: string, expected: string]>([
    [
      "once a week, asked after it on its day",
      amsterdam([2], 8, 18),
      "2026-11-24T18:00:00Z",
      "2026-12-01T07:00:00.000Z",
    ],
    [
      "as soon as clocks have skipped its time",
      amsterdam([0], 2.5, 5),
      "2026-03-28T12:00:00Z",
      "2026-03-29T01:00:00.000Z",
    ],
    [
      "a week later where clocks skip the whole of it",
      amsterdam([0], 2.25, 2.75),
      "2026-03-28T12:00:00Z",
      "2026-04-05T00:15:00.000Z",
    ],
    [
      "in the last hour of the day on which clocks are put forward",
      amsterdam([0], 23.5, 24),
      "2026-03-28T12:00:00Z",
      "2026-03-29T21:30:00.000Z",
    ],
    [
      "in the first hour after the day on which clocks are put back",
      amsterdam([1], 0.25, 4),
      "2026-10-24T12:00:00Z",
      "2026-10-25T23:15:00.000Z",
    ],
    [
      "at the first of two equal times, where clocks are put back",
      amsterdam([0], 2.5, 5),
      "2026-10-24T12:00:00Z",
      "2026-10-25T00:30:00.000Z",
    ],
  ])("opens %s", (_, window, at, expected) => {
    expect(openingOf(window, at)).toBe(expected);
    // It is closed the minute before, and open from then on.
    const opens = Date.parse(expected);
    expect([opens - minuteMs, opens].map((ms) => compileWindow(window).isOpen(ms))).toEqual([false, true]);
  });
});

it("a change window that does not open within eight days has no opening", () => {
  expect(openingOf(amsterdam([0], 2.25, 2.75), "2026-03-27T12:00:00Z")).toBe("never");
});

function openingOf(window: ChangeWindow, at: string): string {
  const opens = compileWindow(window).opensAt(Date.parse(at));
  return opens === undefined ? "never" : new Date(opens).toISOString();
}
