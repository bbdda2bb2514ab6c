import { beforeEach, expect, it } from "vitest";
import { msAgo, sweepFixture, type SweepFixture } from "../../../../test/connections/sweep/sweep-fixture.ts";
import { dayMs } from "../../clock.ts";
import { remindOfHeld } from "./remind-of-held.ts";

let fixture: SweepFixture;
beforeEach(() => {
  fixture = sweepFixture();
});

const held = (connection: string, ms: number) => ({ connection, since: msAgo(ms) });
/** The connections that each reminder names, in order. */
async function remindersOf(...connections: readonly ReturnType<typeof held>[]): Promise<unknown[]> {
  await remindOfHeld(fixture.services, connections);
  return (await fixture.alerts()).map(({ data }) => data);
}

it("a person is reminded of what has waited for a day, and not of what has waited for less", async () => {
  expect(await remindersOf(held("new", dayMs - 1))).toEqual([]);
  expect(await remindersOf(held("old", dayMs), held("new", dayMs - 1))).toMatchObject([
    {
      held: 1,
      oldest: [{ connection: "old", since: msAgo(dayMs) }],
      reason: expect.stringMatching(/^1 connection has waited .*; approve or reject it/) as string,
    },
  ]);
});

it("a reminder names the connections that have waited longest first, and 50 at most", async () => {
  const many = Array.from({ length: 60 }, (_, index) => held(`pe-${index}`, (2 + index) * dayMs));
  const newestFirst = many.map(({ connection }) => connection);
  const [reminder] = await remindersOf(...many);
  expect(reminder).toMatchObject({ held: 60, reason: expect.stringMatching(/^60 connections/) as string });
  const { oldest } = reminder as { oldest: readonly { connection: string }[] };
  expect(oldest.map(({ connection }) => connection)).toEqual(newestFirst.toReversed().slice(0, 50));
});

it("a reminder keeps the order of connections that have waited equally long", async () => {
  const [reminder] = await remindersOf(held("a", 2 * dayMs), held("b", 2 * dayMs), held("c", 3 * dayMs));
  expect(reminder).toMatchObject({ oldest: [{ connection: "c" }, { connection: "a" }, { connection: "b" }] });
});

it("a reminder is repeated after a day, and not before", async () => {
  const counted = async (ms: number) => {
    fixture.estate.nowMs += ms;
    return (await remindersOf(held("pe", dayMs))).length;
  };
  expect(await counted(0)).toBe(1);
  expect(await counted(dayMs - 1)).toBe(1);
  expect(await counted(1)).toBe(2);
});
