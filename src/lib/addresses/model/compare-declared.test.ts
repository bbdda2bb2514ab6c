import { describe, expect, it } from "vitest";
import {
  addresses,
  after,
  at,
  before,
  drifted,
  listed,
  openDrift,
  shared,
  observed,
  stored,
} from "../../../../test/addresses/comparison-fixture.ts";
import type { AddressRecord } from "./baseline.ts";
import type { Seen } from "./observation.ts";

describe("a declaration", () => {
  const origin = { kind: "declared", file: "prod.yaml:2" } as const;
  const ofFile = { ...stored, origin };
  const of = (record: AddressRecord, seen: Seen, ...declared: string[]) =>
    listed([record], [observed(seen)], { declared });

  it("of the baseline as it is names its origin, and keeps what was told", () => {
    const reportedDrifts = [{ addresses: "a", at: before }];
    const pinned = { ...stored, reportedDrifts, origin, baselineAt: at, neverObserved: true };
    const { reportedDrifts: _, ...silent } = pinned;
    const result = of({ ...stored, reportedDrifts }, addresses("203.0.113.10"), "203.0.113.10");
    expect(result.declared).toEqual([{ record: silent, before: ["203.0.113.10"] }]);
    expect(result.records).toEqual([{ ...ofFile, baselineAt: at }]);
    const moved = of(
      { ...ofFile, reportedDrifts, origin: { ...origin, file: "old.yaml:1" } },
      addresses("203.0.113.10"),
      "203.0.113.10",
    );
    expect(moved.declared).toEqual([{ record: { ...ofFile, reportedDrifts }, before: ["203.0.113.10"] }]);
    expect(moved.records).toEqual([{ ...ofFile, reportedDrifts }]);
    const untold = of(
      { ...ofFile, origin: { ...origin, file: "old.yaml:1" } },
      addresses("203.0.113.10"),
      "203.0.113.10",
    );
    expect("reportedDrifts" in (untold.records[0] ?? {})).toBe(false);
  });

  it("that is in force changes nothing", () => {
    expect(of(ofFile, addresses("203.0.113.10"), "203.0.113.10")).toEqual({ records: [ofFile] });
  });

  it("of other addresses is a drift of a baseline that was never seen", () => {
    const { records, declared } = of(ofFile, addresses("203.0.113.10"), "203.0.113.20");
    expect(records).toMatchObject([
      { baseline: ["203.0.113.20"], baselineAt: at, neverObserved: true, drift: { since: at } },
    ]);
    expect(declared?.[0]?.before).toEqual(["203.0.113.10"]);
  });

  it("of what was stored at the same time replaces the baseline that it had", () => {
    const { declared } = of({ ...stored, baselineAt: at }, addresses("203.0.113.10"), "203.0.113.20");
    expect(declared?.[0]?.before).toEqual(["203.0.113.10"]);
  });

  it("of what drifted is another drift, although the addresses are the same", () => {
    const { drifted: list } = of(drifted, addresses("203.0.113.99"), "203.0.113.20");
    expect(list).toMatchObject([{ drift: { since: at } }]);
  });

  it("applies from the first observation, and is not learned", () => {
    const { records, learned, declared } = listed([], [observed(addresses("203.0.113.10"))], {
      declared: ["203.0.113.20"],
    });
    expect(learned).toBeUndefined();
    expect(records).toMatchObject([{ baseline: ["203.0.113.20"], origin }]);
    expect(declared?.[0]?.before).toEqual([]);
  });
});

describe("a tier that shares its addresses", () => {
  const quiet = { ...stored, advice: "use a tag", current: [], currentAt: at };

  it("has none of this kind, which is told of those that were relied on", () => {
    expect(after(stored, shared)).toEqual({
      records: [quiet],
      notApplicable: [{ ...stored, advice: "use a tag" }],
    });
    const empty = { ...stored, baseline: [], current: [] };
    expect(after(empty, shared)).toEqual({ records: [{ ...empty, advice: "use a tag" }] });
    expect(after({ ...empty, drift: openDrift, lastReported: "drifted" as const }, shared)).toMatchObject({
      records: [{ advice: "use a tag", lastReported: "right" }],
      notApplicable: [{ drift: openDrift }],
    });
    expect(after({ ...empty, drift: openDrift }, shared).notApplicable).toBeUndefined();
  });

  it("ends a drift, and says nothing again", () => {
    const { records } = after(drifted, shared);
    expect(records).toEqual([{ ...quiet, lastReported: "right" }]);
    expect(after(quiet, shared).records[0]).toBe(quiet);
    const other = { ...quiet, advice: "something else" };
    expect(after(other, shared)).toEqual({ records: [{ ...quiet, currentAt: at }] });
    const { drift: _, ...still } = { ...quiet, currentAt: before };
    expect(after({ ...still, drift: openDrift }, shared)).toEqual({ records: [still] });
    expect(after({ ...still, current: ["203.0.113.10"] }, shared)).toEqual({ records: [quiet] });
  });

  it("may be declared otherwise, which is told again", () => {
    const result = listed([quiet], [observed(shared)], { declared: ["203.0.113.20"] });
    expect(result.notApplicable).toMatchObject([{ baseline: ["203.0.113.20"], advice: "use a tag" }]);
  });

  it("may be left, and the baseline applies again", () => {
    const result = after(quiet, addresses("203.0.113.10"));
    expect(result).toEqual({ records: [{ ...stored, currentAt: at }] });
    const never = { ...quiet, baseline: [] };
    const learned = { ...stored, baselineAt: at, currentAt: at };
    expect(after(never, addresses("203.0.113.10"))).toEqual({
      records: [learned],
      learned: [learned],
      applicable: [learned],
    });
    const acknowledged = { ...never, origin: { kind: "acknowledged", by: "a", reason: "b" } as const };
    expect(after(acknowledged, addresses("203.0.113.10")).drifted).toHaveLength(1);
  });
});
