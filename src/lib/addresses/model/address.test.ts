import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { runs } from "../../../../test/property-runs.ts";
import { addressSet, canonicalAddress, sameSet, without } from "./address.ts";

describe("an address", () => {
  it.each([
    ["203.0.113.10", "203.0.113.10"],
    [" 203.0.113.10 ", "203.0.113.10"],
    ["203.0.113.10/32", "203.0.113.10"],
    ["203.0.113.9/30", "203.0.113.8/30"],
    ["0.0.0.0/0", "0.0.0.0/0"],
    ["2001:DB8:0:0:0:0:0:1", "2001:db8::1"],
    ["2001:db8::1/128", "2001:db8::1"],
    ["2001:db8:0:1::/64", "2001:db8:0:1::/64"],
    ["::", "::"],
    ["::1", "::1"],
    ["1::", "1::"],
    ["1:0:2:3:4:5:6:7", "1:0:2:3:4:5:6:7"],
    ["1:0:0:2:0:0:0:3", "1:0:0:2::3"],
    ["1:0:0:2:3:0:0:4", "1::2:3:0:0:4"],
    ["::ffff:203.0.113.1", "::ffff:cb00:7101"],
  ])("%s has the canonical form %s", (text, canonical) => {
    expect(canonicalAddress(text)).toBe(canonical);
  });

  it.each([
    "",
    "137.XXX.11.74",
    "203.0.113",
    "203.0.113.256",
    "203.0.113.010",
    "203.0.113.1-203.0.113.9",
    "203.0.113.1/33",
    "1:2:3",
    "1::2::3",
    "none",
  ])("is not %j", (text) => {
    expect(canonicalAddress(text)).toBeUndefined();
  });

  it("has one canonical form for all spellings", () => {
    fc.assert(
      fc.property(fc.ipV6(), (text) => {
        const canonical = canonicalAddress(text);
        expect(canonical).toBeDefined();
        expect(canonicalAddress(canonical ?? "")).toBe(canonical);
        expect(canonicalAddress(text.toUpperCase())).toBe(canonical);
        expect(canonicalAddress(new URL(`http://[${text}]/`).hostname.slice(1, -1))).toBe(canonical);
      }),
      runs,
    );
  });
});

describe("a set of addresses", () => {
  const addresses = fc.array(fc.oneof(fc.ipV4(), fc.ipV6(), fc.constant("203.0.113.0/30")), {
    maxLength: 12,
  });

  it("is independent of order and has no duplicates", () => {
    fc.assert(
      fc.property(addresses, fc.nat(), (texts, seed) => {
        const set = addressSet(texts) ?? [];
        const turned = texts.map((_, index) => texts[(index + seed) % texts.length] ?? "");
        expect(sameSet(addressSet([...turned, ...texts]) ?? [], set)).toBe(true);
        expect(new Set(set).size).toBe(set.length);
        expect(without(set, set)).toEqual([]);
      }),
      runs,
    );
  });

  it("is sorted numerically, IPv4 first", () => {
    expect(addressSet(["2001:db8::1", "10.0.0.10", "10.0.0.9", "10.0.0.0/8"])).toEqual([
      "10.0.0.0/8",
      "10.0.0.9",
      "10.0.0.10",
      "2001:db8::1",
    ]);
  });

  it("with an invalid member is unknown", () => {
    expect(addressSet(["203.0.113.1", "137.XXX.11.74"])).toBeUndefined();
  });
});

it("addresses are sorted by their numbers, IPv4 before IPv6, and a small prefix before a large one", () => {
  const sorted = ["2.2.2.2", "10.0.0.1", "203.0.113.0/30", "203.0.113.0/24", "::1", "::2", "2001:db8::/64"];
  expect(addressSet(sorted)).toEqual(sorted);
  expect(addressSet(sorted.toReversed())).toEqual(sorted);
  expect(addressSet([...sorted, "10.0.0.1/32", "::0001"])).toEqual(sorted);
});
