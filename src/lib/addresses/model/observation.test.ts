import { describe, expect, it } from "vitest";
import { addressesOf, isComplete, type Observation, type Seen, type Settled } from "./observation.ts";

const settled = (seen: readonly Seen[], more: Partial<Settled> = {}): Settled => ({
  kind: "settled",
  observed: seen.map((each) => ({ kind: "public", location: "westeurope", seen: each })),
  circumstances: {},
  ...more,
});
const some: Seen = { kind: "addresses", addresses: ["203.0.113.10"] };
const unknown = (expected: boolean): Seen => ({ kind: "unknown", why: "why", expected });

it.each<[string, Settled, boolean]>([
  ["with all that it must have", settled([some, { kind: "none" }, unknown(false)]), true],
  ["without one that must exist", settled([some, unknown(true)]), false],
  ["without any", settled([]), false],
  ["without every location", settled([some], { placesIncomplete: true }), false],
])("an answer %s is complete: %s", (_, observation, complete) => {
  expect(isComplete(observation)).toBe(complete);
});

describe("two answers", () => {
  const texts = (observations: readonly Observation[]) => new Set(observations.map(addressesOf)).size;

  it("agree if they agree in what has to be confirmed, whatever the rest", () => {
    expect(texts([settled([some]), settled([some], { circumstances: { sku: "Premium" } })])).toBe(1);
    expect(texts([settled([unknown(true)]), settled([{ ...unknown(true), why: "another" } as Seen])])).toBe(
      1,
    );
    expect(
      texts(
        [{ kind: "none", advice: "one" } as Seen, { kind: "none", advice: "other" } as Seen].map((each) =>
          settled([each]),
        ),
      ),
    ).toBe(1);
    expect(
      texts([
        { kind: "unread", why: "one" },
        { kind: "unread", why: "other" },
      ]),
    ).toBe(1);
    expect(texts([settled([some]), settled([some], { placesIncomplete: undefined as never })])).toBe(1);
  });

  it("differ if anything that has to be confirmed differs", () => {
    const other: Seen = { kind: "addresses", addresses: ["203.0.113.11"] };
    const shared: Seen = { kind: "none", advice: "use a tag" };
    const east = settled([some]).observed.map((each) => ({ ...each, location: "eastus" }));
    const outbound = settled([some]).observed.map((each) => ({ ...each, kind: "outbound" as const }));
    const all: readonly Observation[] = [
      ...[some, other, shared, { kind: "none" } as const, unknown(true)].map((each) => settled([each])),
      settled([]),
      settled([some], { placesIncomplete: true }),
      settled([], { observed: east }),
      settled([], { observed: outbound }),
      { kind: "gone" },
      { kind: "unread", why: "w" },
      { kind: "unsettled", why: "w", suspended: false },
    ];
    expect(texts(all)).toBe(all.length);
  });
});
