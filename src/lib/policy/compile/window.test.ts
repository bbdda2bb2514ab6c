import { describe, expect, it } from "vitest";
import type { ChangeWindow } from "../language/policy.ts";
import { compileWindow } from "./window.ts";

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
    const opens = compileWindow(amsterdam(weekdays, 8, 18)).opensAt(Date.parse(at));
    expect(new Date(opens ?? 0).toISOString()).toBe(expected);
  });
});
