import { describe, expect, it } from "vitest";
import { parseInstant } from "./instant.ts";

describe("an instant", () => {
  it.each([
    ["2026-02-28", Date.UTC(2026, 1, 28)],
    ["2024-02-29", Date.UTC(2024, 1, 29)],
    ["2026-01-31", Date.UTC(2026, 0, 31)],
    // With a zone behind it, Date.parse would read the year 1950.
    ["0050-01-01", -60_589_296_000_000],
    ["2026-02-28T10:20", Date.UTC(2026, 1, 28, 10, 20)],
    ["2026-02-28T10:20:30.5Z", Date.UTC(2026, 1, 28, 10, 20, 30, 500)],
    ["2026-02-28t10:20:30z", Date.UTC(2026, 1, 28, 10, 20, 30)],
    ["2026-02-28T10:20:30+02:00", Date.UTC(2026, 1, 28, 8, 20, 30)],
  ])("%s is read, in UTC without a zone", (text, ms) => {
    expect(parseInstant(text)).toBe(ms);
  });

  it("is in UTC wherever the process runs", () => {
    const { TZ } = process.env;
    process.env.TZ = "America/New_York";
    try {
      expect(new Date(2026, 1, 28).getTimezoneOffset()).toBe(300);
      expect(parseInstant("2026-02-27T10:20")).toBe(Date.UTC(2026, 1, 27, 10, 20));
      expect(parseInstant("2026-02-27")).toBe(Date.UTC(2026, 1, 27));
    } finally {
      if (TZ === undefined) delete process.env.TZ;
      else process.env.TZ = TZ;
    }
  });

  it.each([
    "2026-02-29",
    "2026-02-30",
    "2026-04-31T10:00Z",
    "2026-13-01",
    "2026-02-28T25:00",
    "2026-2-28",
    "",
  ])("%j is none", (text) => {
    expect(parseInstant(text)).toBeUndefined();
  });
});
