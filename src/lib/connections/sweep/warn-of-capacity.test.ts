import { beforeEach, expect, it } from "vitest";
import { msAgo, sweepFixture, type SweepFixture } from "../../../../test/connections/sweep/sweep-fixture.ts";
import { appRows } from "../../app-state.ts";
import { warnOfCapacity } from "./warn-of-capacity.ts";

let fixture: SweepFixture;
beforeEach(() => {
  fixture = sweepFixture();
});

/** Warns where services have these numbers of connections. Returns of which warnings were raised so far. */
async function warnedAfter(
  counts: Readonly<Record<string, number>>,
  isComplete = true,
): Promise<readonly string[]> {
  await warnOfCapacity(fixture.services, new Map(Object.entries(counts)), isComplete);
  return (await fixture.alerts()).map(({ subject }) => subject).toSorted();
}

const remembered = () => fixture.services.appState.read(appRows.capacity);
const row = () => fixture.rows.read({ partition: "app", row: appRows.capacity });

it("a service with 80 connections is warned about, and one with fewer is not", async () => {
  expect(await warnedAfter({ full: 80, almost: 79 })).toEqual(["full"]);
  expect(await fixture.alerts()).toMatchObject([
    { type: "Drawbridge.CapacityLow", time: msAgo(0), data: { connections: 80, limit: 100 } },
  ]);
  expect(JSON.stringify(await fixture.alerts())).toContain("the service has 80 of the 100");
});

it("each service is warned about, however many transactions that takes", async () => {
  const names = Array.from({ length: 31 }, (_, index) => `s-${10 + index}`);
  expect(await warnedAfter(Object.fromEntries(names.map((name) => [name, 80])))).toEqual(names);
  expect(await remembered()).toEqual({ services: names });
});

it("a service is warned about again once it was not near the limit in between", async () => {
  await warnedAfter({ full: 80, other: 80 });
  await warnedAfter({ full: 70, other: 81 });
  await warnedAfter({ other: 80 });
  expect(await remembered()).toEqual({ services: ["other"] });
  fixture.estate.nowMs++;
  expect(await warnedAfter({ full: 80, other: 80 })).toEqual(["full", "full", "other"]);
});

it("a service that an incomplete inventory lacks is not warned about again", async () => {
  await warnedAfter({ full: 80 });
  await warnedAfter({}, false);
  expect(await remembered()).toEqual({ services: ["full"] });
  expect(await warnedAfter({ full: 80 })).toEqual(["full"]);
});

it("nothing is written where nothing changed", async () => {
  await warnedAfter({});
  expect(await row()).toBeUndefined();
  await warnedAfter({ full: 80 });
  const written = await row();
  await warnedAfter({ full: 85 });
  expect(await row()).toBe(written);
});
