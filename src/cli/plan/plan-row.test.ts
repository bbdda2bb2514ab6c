import { expect, it } from "vitest";
import { dayMs } from "../../lib/clock.ts";
import type { Planned } from "../../lib/plan/planned.ts";
import { isFinding, rowsOf, withinBudget } from "./plan-row.ts";

const planned = (connection: string, more: Partial<Planned>): Planned => ({
  connection,
  state: "Pending",
  action: "approve",
  reasons: [],
  unknown: [],
  ...more,
});
const service = (now: readonly Planned[], before: readonly Planned[]) =>
  rowsOf({ service: "s", planned: [now, before], unread: [] });

it("two policies differ in what they do, and in how long an approval lasts", () => {
  const rows = service(
    [planned("same", { forMs: dayMs }), planned("longer", {}), planned("held", { action: "hold" })],
    [planned("same", { forMs: dayMs }), planned("longer", { forMs: dayMs }), planned("held", {})],
  );
  expect(rows).toMatchObject([
    { connection: "longer", action: "approve", before: { action: "approve", forMs: dayMs } },
    { connection: "held", action: "hold", before: { action: "approve" } },
  ]);
  expect(rows[0]).not.toHaveProperty("forMs");
});

it("what is kept does not differ from what the other policy leaves alone, and is no finding", () => {
  const kept = planned("kept", { action: "keep", state: "Approved" });
  expect(service([kept], [])).toEqual([]);
  expect(isFinding(kept)).toBe(false);
  const revoked = planned("kept", { action: "revoke", state: "Approved" });
  expect(service([revoked], [kept])).toMatchObject([{ action: "revoke", before: { action: "keep" } }]);
});

it("a budget is named where it holds something back, and one of 0 keeps everything", () => {
  const rows = ["a", "b"].map((each) => planned(each, { action: "revoke" }));
  expect(withinBudget(rows, 2)).toEqual(rows);
  expect(withinBudget(rows, 1).map(({ action, reasons }) => [action, reasons.length])).toEqual([
    ["revoke", 1],
    ["revoke", 1],
  ]);
  expect(withinBudget(rows, 0).map(({ action }) => action)).toEqual(["keep", "keep"]);
});
