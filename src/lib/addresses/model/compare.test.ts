import { describe, expect, it } from "vitest";
import {
  addresses,
  after,
  at,
  before,
  drifted,
  hoursLater,
  listed,
  none,
  openDrift,
  observed,
  stored,
  unknown,
} from "../../../../test/addresses/comparison-fixture.ts";

describe("addresses that are right", () => {
  it("change nothing", () => {
    const { records, ...rest } = after(stored, addresses("203.0.113.10"));
    expect(records[0]).toBe(stored);
    expect(rest).toEqual({});
  });

  it("end a drift, and are told where it was", () => {
    const restored = { ...stored, currentAt: at, lastReported: "right" };
    expect(after(drifted, addresses("203.0.113.10"))).toEqual({ records: [restored], restored: [drifted] });
    const { lastReported: _, ...untold } = drifted;
    expect(after(untold, addresses("203.0.113.10"))).toEqual({
      records: [{ ...stored, currentAt: at }],
      restored: [untold],
    });
  });

  it("end a drift of a declared baseline that was the observed one all along", () => {
    const declaredLate = { ...stored, drift: openDrift };
    expect(after(declaredLate, addresses("203.0.113.10"))).toEqual({
      records: [stored],
      restored: [declaredLate],
    });
  });

  it("have been seen now", () => {
    expect(after({ ...stored, neverObserved: true }, addresses("203.0.113.10"))).toEqual({
      records: [stored],
    });
    const other = { ...stored, current: ["203.0.113.11"] };
    expect(after(other, addresses("203.0.113.10"))).toEqual({ records: [{ ...stored, currentAt: at }] });
  });
});

describe("other addresses", () => {
  it("are a drift, which is reported", () => {
    const { records, ...rest } = after(stored, addresses("203.0.113.99"));
    const [record] = records;
    expect(record).toEqual({
      ...stored,
      current: ["203.0.113.99"],
      currentAt: at,
      drift: { id: "", since: at, causes: [], remindAt: hoursLater(24) },
      lastReported: "drifted",
      reportedDrifts: [{ addresses: expect.stringMatching(/^[0-9a-f]{16}$/), at }],
    });
    expect(rest).toEqual({ drifted: [record], unreported: [record] });
  });

  it("are reported once a day, and after an hour by a reminder", () => {
    const [first] = after(stored, addresses("203.0.113.99")).records;
    const reportedDrifts = first?.reportedDrifts ?? [];
    const again = after({ ...stored, reportedDrifts }, addresses("203.0.113.99"));
    expect(again.records).toMatchObject([{ drift: { remindAt: hoursLater(1) }, reportedDrifts }]);
    expect(again.records[0]?.lastReported).toBeUndefined();
    expect(again.drifted).toHaveLength(1);
    expect(again.unreported).toBeUndefined();
    const dayAgo = reportedDrifts.map((each) => ({ ...each, at: hoursLater(-24) }));
    const afterDay = after({ ...stored, reportedDrifts: dayAgo }, addresses("203.0.113.99"));
    expect(afterDay.unreported).toHaveLength(1);
    expect(afterDay.records[0]?.reportedDrifts).toEqual(reportedDrifts);
    // Of other addresses, each is told by itself.
    expect(after({ ...stored, reportedDrifts }, addresses("203.0.113.98")).unreported).toHaveLength(1);
  });

  it("that stay are a drift already, and a reminder when it is due", () => {
    expect(after(drifted, addresses("203.0.113.99"))).toEqual({ records: [drifted] });
    const due = { ...drifted, drift: { ...openDrift, remindAt: at } };
    const reminded = { ...drifted, drift: { ...openDrift, remindAt: hoursLater(24) } };
    expect(after(due, addresses("203.0.113.99"))).toEqual({ records: [reminded], reminded: [reminded] });
    const { lastReported: _, ...unheard } = due;
    expect(after(unheard, addresses("203.0.113.99")).records[0]?.lastReported).toBe("drifted");
  });

  it("that change again are another drift", () => {
    const { records, drifted: list } = after(drifted, addresses("203.0.113.98"));
    expect(records).toMatchObject([{ current: ["203.0.113.98"], drift: { since: at } }]);
    expect(list).toEqual(records);
  });

  it("are none where the resource has none any more", () => {
    expect(after(stored, none).drifted).toMatchObject([{ current: [] }]);
  });
});

describe("addresses that are not in the answer", () => {
  const marked = { ...stored, unsettled: { since: at, why: "not in the answer" } };

  it("are unknown, and change no baseline and no drift", () => {
    expect(after(stored, unknown(true))).toEqual({ records: [marked], unknown: [marked] });
    expect(after(drifted, unknown(false)).records).toEqual([{ ...drifted, unsettled: marked.unsettled }]);
  });

  it("are looked for elsewhere as long as another answer may have them", () => {
    expect(after(marked, unknown(true))).toEqual({ records: [marked] });
    expect(after(marked, unknown(false))).toEqual({ records: [marked], unknown: [marked] });
    expect(after({ ...stored, vacatedAt: before }, unknown(false)).unknown).toBeUndefined();
  });

  it("are known again, which is told where it was told that they are not", () => {
    expect(after(marked, addresses("203.0.113.10"))).toEqual({ records: [stored] });
    const told = { ...marked, unsettled: { ...marked.unsettled, toldAt: before } };
    expect(after(told, addresses("203.0.113.10"))).toEqual({ records: [stored], known: [stored] });
  });

  it("are those of a location that the answer may lack, but gone from one that it lacks", () => {
    const why = "the answer does not say all locations of the service";
    const beside = observed(addresses("203.0.113.10"));
    const east = { ...drifted, location: "eastus", unsettled: { since: before, why: "before" } };
    const { unsettled: _, ...settledEast } = east;
    const incomplete = listed([stored, settledEast], [beside], { placesIncomplete: true });
    expect(incomplete.unknown).toEqual([{ ...settledEast, unsettled: { since: at, why } }]);
    expect(listed([stored, east], [beside], { placesIncomplete: true })).toEqual({ records: [stored, east] });
    const { drift: _drift, ...rest } = settledEast;
    const gone = { ...rest, current: [], vacatedAt: at };
    expect(listed([stored, east], [beside])).toEqual({ records: [stored, gone], vacated: [gone] });
    expect(listed([stored, gone], [beside])).toEqual({ records: [stored, gone] });
    // A kind that the answer does not name, in a location that it names, stays as it is.
    const outbound = { ...stored, kind: "outbound" as const };
    expect(listed([stored, outbound], [beside])).toEqual({ records: [stored, outbound] });
  });
});

describe("a location", () => {
  it("that comes back is evidence of a cause", () => {
    const left = { ...stored, vacatedAt: before };
    expect(after(left, addresses("203.0.113.10"))).toEqual({
      records: [stored],
      returned: [stored],
      contextChanges: [
        { aspect: "location", location: "westeurope", before: `vacated at ${before}`, after: "there", at },
      ],
    });
  });

  it("that is new is learned, from an answer that has its addresses", () => {
    const { version: _, ...fresh } = { ...stored, baselineAt: at, currentAt: at };
    expect(listed([], [observed(addresses("203.0.113.10"))])).toEqual({ records: [fresh], learned: [fresh] });
    const without = { ...fresh, baseline: [], current: [] };
    expect(listed([], [observed(none)])).toEqual({ records: [without], learned: [without] });
    expect(listed([], [observed(unknown(false))])).toEqual({});
  });
});
