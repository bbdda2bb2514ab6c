import { describe, expect, it } from "vitest";
import { before, stored } from "../../../../test/addresses/comparison-fixture.ts";
import { parseServiceId, type ServiceId } from "../../azure/resource-id.ts";
import { dayMs } from "../../clock.ts";
import type { AddressRecord } from "./baseline.ts";
import { reportUnknown, reportUnknownAt, unsettled } from "./unknown.ts";

const resource = parseServiceId(stored.resource) as ServiceId;
const dayAfter = new Date(Date.parse(before) + dayMs);
const why = "it is Updating";
const open: AddressRecord = { ...stored, unsettled: { since: before, why } };
const report = (records: readonly AddressRecord[], now = dayAfter) =>
  reportUnknown(records, { resource, now });

describe("addresses that are unknown", () => {
  it("are marked once, and not while they are gone", () => {
    expect(unsettled(stored, why, { now: dayAfter }).unsettled).toEqual({
      since: dayAfter.toISOString(),
      why,
    });
    for (const gone of ["vacatedAt", "goneAt", "leftAt"]) {
      const record = { ...stored, [gone]: before };
      expect(unsettled(record, why, { now: dayAfter })).toBe(record);
    }
    expect(unsettled(open, "another", { now: dayAfter })).toBe(open);
  });

  it("are reported after a day, once", () => {
    const early = report([open], new Date(dayAfter.getTime() - 1));
    expect(early).toEqual({ records: [open], changes: [], alerts: [] });
    const { records, changes, alerts } = report([open]);
    expect(records).toEqual([{ ...open, unsettled: { since: before, why, toldAt: dayAfter.toISOString() } }]);
    expect(changes).toMatchObject([{ kind: "unknown", what: `unknown since ${before}: ${why}` }]);
    expect(alerts).toHaveLength(1);
    expect(report(records)).toEqual({ records, changes: [], alerts: [] });
    expect(reportUnknownAt(records[0] as AddressRecord)).toBeUndefined();
    expect(reportUnknownAt(stored)).toBeUndefined();
    expect(reportUnknownAt(open)).toBe(dayAfter.toISOString());
  });

  it("are reported together, since the first and for each reason once", () => {
    const later = new Date(Date.parse(before) + 1).toISOString();
    const others = [later, before, later].map((since, index) => ({
      ...open,
      location: `region${index}`,
      unsettled: { since, why: index === 2 ? "another" : why },
    }));
    const { changes } = report(others, new Date(dayAfter.getTime() + 1));
    expect(changes).toMatchObject([{ what: `unknown since ${before}: ${why}; another` }]);
    expect(changes[0]?.addresses).toHaveLength(3);
  });

  it("are not reported where there are none that somebody could rely on", () => {
    const empty = { ...open, baseline: [], current: [] };
    const { records, changes, alerts } = report([empty, stored]);
    expect([changes, alerts]).toEqual([[], []]);
    expect(records).toEqual([
      { ...empty, unsettled: { since: before, why, toldAt: dayAfter.toISOString() } },
      stored,
    ]);
    for (const some of [
      { ...empty, baseline: ["203.0.113.1"] },
      { ...empty, current: ["203.0.113.1"] },
    ])
      expect(report([some]).alerts).toHaveLength(1);
  });
});
