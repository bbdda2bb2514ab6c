import { beforeEach, describe, expect, it } from "vitest";
import {
  connectionId,
  deciderInForce,
  listed,
  msAgo,
  pending,
  periodMs,
  serviceId,
  sweepFixture,
  type SweepFixture,
} from "../../../../test/connections/sweep/sweep-fixture.ts";
import { appRows } from "../../app-state.ts";
import { dayMs, minuteMs } from "../../clock.ts";
import type { Run } from "../../estate/scan-run-row.ts";
import type { OpenBreaker } from "../breakers/open-breaker.ts";
import type { Wait } from "../ledger.ts";
import { sweep } from "./sweep.ts";

let fixture: SweepFixture;
beforeEach(() => {
  fixture = sweepFixture();
});

const swept = () => sweep(fixture.services, periodMs);
const run = () => fixture.services.appState.read<Run>(appRows.sweep);

describe("a connection that waits is due", () => {
  const id = connectionId("pe");
  const later = msAgo(-1);

  async function isDueWith(wait: Wait | undefined, ...open: readonly OpenBreaker["name"][]) {
    for (const name of open) fixture.estate.openBreakers.add(name);
    const { ledger } = fixture.services;
    const review = await ledger.openReview(id);
    if (wait !== undefined) await ledger.endAttempt(review, wait);
    const { due } = await swept();
    return due.map(({ text }) => text).includes(id.text);
  }

  it.each<[string, Wait | undefined, ...OpenBreaker["name"][]]>([
    ["where its attempt did not end", undefined],
    ["once its time has come", { until: msAgo(0) }],
    [
      "once its time has come, whatever breaker is open",
      { until: msAgo(0), breaker: "requests" },
      "requests",
    ],
    ["once another policy decides than the one that held it", { until: later, decider: "before" }],
    ["once the breaker that it waits for is closed", { until: later, breaker: "approvals" }, "requests"],
    [
      "once that breaker is closed, though the policy is the same",
      { until: later, breaker: "approvals", decider: deciderInForce },
    ],
  ])("%s", async (_, wait, ...open) => {
    expect(await isDueWith(wait, ...open)).toBe(true);
  });

  it.each<[string, Wait, ...OpenBreaker["name"][]]>([
    ["before its time", { until: later }],
    ["while the policy that held it is in force", { until: later, decider: deciderInForce }],
    ["while its breaker is open", { until: later, breaker: "approvals" }, "approvals"],
    [
      "while its breaker is open and the policy is the same",
      { until: later, breaker: "approvals", decider: deciderInForce },
      "approvals",
    ],
  ])("not %s", async (_, wait, ...open) => {
    expect(await isDueWith(wait, ...open)).toBe(false);
  });

  it("not where the policy could not be read, which is no change of it", async () => {
    fixture.services.policy = () =>
      Promise.resolve({ kind: "invalid", hash: "h", problems: [], unread: "failed" });
    expect(await isDueWith({ until: later, decider: "before" })).toBe(false);
  });

  it("not where its service is no longer governed", async () => {
    fixture.services.scope.exclude.push(id.service.text.toLowerCase());
    expect(await isDueWith(undefined)).toBe(false);
  });

  it("and a person is reminded of those that wait for one for a day", async () => {
    await isDueWith({ until: later, heldSince: msAgo(dayMs - 1) });
    expect(await fixture.alerts()).toEqual([]);
    await isDueWith({ until: later, heldSince: msAgo(dayMs) });
    expect(await fixture.alerts()).toMatchObject([
      { type: "Drawbridge.HeldReminder", data: { oldest: [{ connection: id.text }] } },
    ]);
  });
});

describe("a sweep", () => {
  it("that saw everything has ended, with nothing to say about why not", async () => {
    fixture.estate.pages.set("1", [listed("apim", { connections: pending(1) })]);
    expect(await swept()).toStrictEqual({ due: [serviceId("apim")], services: 1, unread: [] });
    expect(await run()).toMatchObject({ endedAt: msAgo(0), leaseUntil: msAgo(0) });
  });

  it("reads directly what the inventory lacks, once it saw all of it", async () => {
    await fixture.services.digests.add([{ id: serviceId("apim"), seen: "" }]);
    expect(await swept()).toMatchObject({ due: [serviceId("apim")], services: 0 });
  });

  it("that could not read the inventory has not ended, and reads no service directly", async () => {
    await fixture.services.digests.add([{ id: serviceId("apim"), seen: "" }]);
    fixture.estate.pages.delete("1");
    expect(await swept()).toStrictEqual({
      due: [],
      services: 0,
      unread: ["the inventory"],
      stopped: "the inventory could not be read (failed)",
    });
    expect(await run()).not.toHaveProperty("endedAt");
  });

  it("in mode off ends, and reads nothing", async () => {
    const off = { ...fixture.services, mode: "off" as const };
    const stopped = "mode off: nothing is swept";
    expect(await sweep(off, periodMs)).toStrictEqual({ due: [], services: 0, unread: [], stopped });
    expect(fixture.estate.reads).toEqual([]);
    expect(await run()).toMatchObject({ endedAt: msAgo(0) });
  });

  it("does not begin while another one runs", async () => {
    const leaseUntil = msAgo(-minuteMs);
    await fixture.pass({ owner: "other", leaseUntil });
    const stopped = "another sweep is running";
    expect(await swept()).toStrictEqual({ due: [], services: 0, unread: [], stopped });
    expect(await run()).toMatchObject({ owner: "other", leaseUntil });
  });

  it.each<[string, Partial<Run>, readonly string[]]>([
    ["forgets a warning about a service that it does not see near the limit", {}, []],
    ["that saw the rest of the inventory keeps its warnings", { from: "2" }, ["full"]],
  ])("%s", async (_, begun, services) => {
    await fixture.services.appState.update(appRows.capacity, () => ({ value: { services: ["full"] } }));
    fixture.estate.pages.set("2", []);
    await fixture.pass(begun);
    expect(await swept()).toMatchObject({ unread: [] });
    expect(await fixture.services.appState.read(appRows.capacity)).toEqual({ services });
  });

  it("that did not reach the end of the inventory keeps its warnings", async () => {
    await fixture.services.appState.update(appRows.capacity, () => ({ value: { services: ["full"] } }));
    fixture.estate.pages.delete("1");
    await swept();
    expect(await fixture.services.appState.read(appRows.capacity)).toEqual({ services: ["full"] });
  });
});
