import { describe, expect, it } from "vitest";
import { dayMs } from "../../clock.ts";
import { contextChangesBetween, recentContextChanges, type ContextChange } from "./cause-evidence.ts";

const now = new Date("2026-11-24T09:00:00.000Z");
const at = now.toISOString();
const daysAgo = (days: number) => new Date(now.getTime() - days * dayMs).toISOString();

describe("a change of what addresses depend on", () => {
  it("is of a value that was known, and is another one", () => {
    const before = { sku: "Premium", "zones westeurope": "1, 2", created: "c" };
    const after = { sku: "Developer", "zones westeurope": "1, 2, 3", created: "C", network: "None" };
    expect(contextChangesBetween(before, after, at)).toEqual([
      { aspect: "sku", before: "Premium", after: "Developer", at },
      { aspect: "zones", location: "westeurope", before: "1, 2", after: "1, 2, 3", at },
    ]);
    expect("location" in (contextChangesBetween(before, after, at)[0] ?? {})).toBe(false);
  });

  it("is none of what every object has", () => {
    expect(contextChangesBetween({}, { toString: "x", constructor: "y" }, at)).toEqual([]);
  });
});

describe("evidence", () => {
  const kept = (change: Partial<ContextChange>) =>
    recentContextChanges([{ aspect: "sku", before: "a", after: "b", at: daysAgo(30), ...change }], now)
      .length === 1;
  const almost = (days: number) => new Date(Date.parse(daysAgo(days)) + 1).toISOString();

  it.each<[string, boolean, Partial<ContextChange>]>([
    ["of less than seven days", true, { at: almost(7) }],
    ["of seven days", false, { at: daysAgo(7) }],
    ["of a region, of any age", true, { aspect: "location" }],
    ["of a subscription, of any age", true, { aspect: "subscription" }],
    ["of the service's existence, of any age", true, { aspect: "existence" }],
    ["that explained a drift less than a day ago", true, { usedAt: almost(1) }],
    ["that explained a drift a day ago", false, { at: daysAgo(1), usedAt: daysAgo(1) }],
    ["of a region that explained a drift a day ago", false, { aspect: "location", usedAt: daysAgo(1) }],
  ])("%s is kept: %s", (_, is, change) => {
    expect(kept(change)).toBe(is);
  });

  it("is at most the last thirty changes", () => {
    const many = Array.from({ length: 40 }, (_, index) => ({
      aspect: "sku" as const,
      before: String(index),
      after: "b",
      at,
    }));
    expect(recentContextChanges(many, now).map(({ before }) => before)).toEqual(
      many.slice(10).map(({ before }) => before),
    );
  });
});
