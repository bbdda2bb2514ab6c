import { setTimeout as sleep } from "node:timers/promises";
import { expect, it } from "vitest";
import { minuteMs, startClock } from "./clock.ts";

it("runs due actions in the order of their time when time is advanced", () => {
  const clock = startClock();
  const done: string[] = [];
  clock.after(2_000, () => done.push("second"));
  clock.after(1_000, () => done.push("first"));
  clock.after(minuteMs, () => done.push("much later"));
  clock.advance(5_000);
  expect(done).toEqual(["first", "second"]);
  clock.stop();
});

it("runs at the given speed, and converts to whole real seconds, at least one", async () => {
  const clock = startClock(1_000);
  let done = false;
  clock.after(minuteMs, () => (done = true));
  expect([clock.realSeconds(60), clock.realSeconds(2_500), startClock().realSeconds(60)]).toEqual([1, 3, 60]);
  await sleep(150);
  expect(done).toBe(true);
  expect(clock.now()).toBeGreaterThan(100_000);
  clock.stop();
});

it("distinguishes an aborted wait from a completed one", async () => {
  const clock = startClock();
  const controller = new AbortController();
  const waits = [clock.sleep(1_000, controller.signal), clock.sleep(9_000, controller.signal)];
  clock.advance(2_000);
  controller.abort();
  expect(await Promise.all(waits)).toEqual([true, false]);
  expect(await clock.sleep(1, controller.signal)).toBe(false);
  clock.stop();
});

it.each([0, -1, Number.NaN, Infinity])("rejects the speed %s", (speed) => {
  expect(() => startClock(speed)).toThrow("cannot run");
});
