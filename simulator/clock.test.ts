import { setTimeout as sleep } from "node:timers/promises";
import { expect, it } from "vitest";
import { startClock } from "./clock.ts";

it("does what is due in the order of its time, when time is let pass", () => {
  const clock = startClock();
  const done: string[] = [];
  clock.after(2_000, () => done.push("second"));
  clock.after(1_000, () => done.push("first"));
  clock.after(60_000, () => done.push("much later"));
  clock.pass(5_000);
  expect(done).toEqual(["first", "second"]);
  clock.stop();
});

it("runs as much faster as it is told, and says whole seconds, of which there is always one", async () => {
  const clock = startClock(1_000);
  let done = false;
  clock.after(60_000, () => (done = true));
  expect([clock.seconds(60), clock.seconds(2_500), startClock().seconds(60)]).toEqual([1, 3, 60]);
  await sleep(150);
  expect(done).toBe(true);
  expect(clock.now()).toBeGreaterThan(100_000);
  clock.stop();
});

it("tells a wait that was aborted from one that ended", async () => {
  const clock = startClock();
  const ending = new AbortController();
  const waits = [clock.sleep(1_000, ending.signal), clock.sleep(9_000, ending.signal)];
  clock.pass(2_000);
  ending.abort();
  expect(await Promise.all(waits)).toEqual([true, false]);
  expect(await clock.sleep(1, ending.signal)).toBe(false);
  clock.stop();
});

it.each([0, -1, Number.NaN, Infinity])("has no speed of %s", (speed) => {
  expect(() => startClock(speed)).toThrow("cannot run");
});
