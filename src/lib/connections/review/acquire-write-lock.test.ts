import { beforeEach, expect, it } from "vitest";
import { earlier, now } from "../../../../test/connections/records.ts";
import {
  otherId,
  reviewFixture,
  shown,
  type ReviewFixture,
} from "../../../../test/connections/review-fixture.ts";
import { minuteMs, plusMs } from "../../clock.ts";
import { acquireWriteLock } from "./acquire-write-lock.ts";

const lease = { owner: "ours", until: plusMs(now, 1) };

let fixture: ReviewFixture;
beforeEach(() => {
  fixture = reviewFixture();
});

/** Puts a connection in line since then. It is reviewed at `until`. */
async function lineUp(id: typeof otherId, queuedAt: string, until = plusMs(now, minuteMs)): Promise<void> {
  const { ledger } = fixture.services;
  await ledger.endAttempt(await ledger.openReview(id), { until, queuedAt });
}

const acquire = async (queuedAt?: string) =>
  acquireWriteLock(
    fixture.services,
    await fixture.stored({ lease, ...(queuedAt === undefined ? {} : { queuedAt }) }),
    await fixture.lock(),
  );

it("the write lock that nobody has is acquired for three minutes, with a new lease", async () => {
  expect(await acquire()).toMatchObject({
    id: shown.id,
    lease: { owner: "ours", until: plusMs(now, 90_000) },
  });
  expect(await fixture.lock()).toEqual({ connection: shown.id.text, until: plusMs(now, 3 * minuteMs) });
});

it("another connection's write lock is not acquired, until it is over", async () => {
  const { ledger } = fixture.services;
  await ledger.saveWithWriteLock(await fixture.stored({ id: otherId }), plusMs(now, 1));
  const record = await fixture.stored({ lease });
  expect(await acquireWriteLock(fixture.services, record, await fixture.lock())).toBeUndefined();
  fixture.world.now = new Date(now.getTime() + 1);
  expect(await acquireWriteLock(fixture.services, record, await fixture.lock())).toMatchObject({
    id: shown.id,
  });
});

it.each<[string, Parameters<typeof lineUp>, string | undefined, boolean]>([
  ["is behind one in line, if it is in none itself", [otherId, earlier], undefined, false],
  ["is behind one that has waited longer", [otherId, earlier], plusMs(now, -1), false],
  ["is before one that has waited for less", [otherId, earlier], plusMs(new Date(earlier), -1), true],
  ["is before one that has waited equally long", [otherId, earlier], earlier, true],
  ["is not behind itself", [shown.id, earlier], undefined, true],
  [
    "is behind one that was due less than 15 minutes ago",
    [otherId, earlier, plusMs(now, 1 - 15 * minuteMs)],
    undefined,
    false,
  ],
  [
    "is not behind one that was forgotten for 15 minutes",
    [otherId, earlier, plusMs(now, -15 * minuteMs)],
    undefined,
    true,
  ],
])("a connection %s", async (_, first, queuedAt, acquires) => {
  await lineUp(...first);
  expect((await acquire(queuedAt)) !== undefined).toBe(acquires);
});

it("a connection that has the write lock keeps it, whoever waits, until it is over", async () => {
  const { ledger } = fixture.services;
  const locked = await ledger.saveWithWriteLock(await fixture.stored({ lease }), plusMs(now, minuteMs));
  await lineUp(otherId, earlier);
  const again = locked && (await acquireWriteLock(fixture.services, locked, await fixture.lock()));
  expect(again).toMatchObject({ id: shown.id });
  fixture.world.now = new Date(now.getTime() + 3 * minuteMs);
  expect(again && (await acquireWriteLock(fixture.services, again, await fixture.lock()))).toBeUndefined();
});
