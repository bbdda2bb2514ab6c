import { expect, it } from "vitest";
import { sweepFixture } from "../../../../test/connections/sweep/sweep-fixture.ts";
import { startSweepPass, sweeps } from "./sweep-pass.ts";

const run = { owner: "run", startedAt: "t", leaseUntil: "t", periodMs: 1 };

it("a sweep that is overdue says since when, what that means, and what to check", () => {
  const text = sweeps.overdue("2026-11-24T08:00:00Z");
  expect(text).toMatch(/^no sweep .* since 2026-11-24T08:00:00Z; .*Check the timer sweepConnections/);
});

it.each([
  ["reads no subscriptions where the scope names what is governed", {}, []],
  ["reads the subscriptions where tags decide", { tags: [{ name: "env" }] }, ["subscriptions"]],
  ["reads the subscriptions where management groups decide", { managementGroups: ["mg"] }, ["subscriptions"]],
])("a sweep %s", async (_, scope, reads) => {
  const { estate, services } = sweepFixture();
  const pass = await startSweepPass({ ...services, scope: { ...services.scope, ...scope } }, run);
  expect(estate.reads).toEqual(reads);
  expect(pass.subscriptions.kind).toBe("known");
});
