import { afterEach, beforeEach, expect, it } from "vitest";
import { remindOfHeld } from "../../src/lib/connections/sweep/remind-of-held.ts";
import { subscriptions } from "../../simulator/estate/estate.ts";
import { settle } from "../../simulator/api-management/change-connection.ts";
import { startWorkbench, type Workbench } from "../workbench.ts";

/** The daily reminder of held connections. */
const hour = 60 * 60_000;
let bench: Workbench;
beforeEach(async () => {
  bench = await startWorkbench();
  await bench.calm();
});
afterEach(() => bench.stop());

const reminders = () => bench.alerts.filter(({ type }) => type === "Drawbridge.HeldReminder");
async function sweepHourly(hours: number): Promise<void> {
  for (let passed = 0; passed < hours; passed++) {
    bench.pass(hour);
    await bench.follow(await bench.sweep());
  }
}
const ask = (name: string) =>
  bench.ask({ token: "partner", subscriptionId: subscriptions.partner, name: `pe-${name}` });

it("a held connection is in one daily reminder with all others until somebody decides", async () => {
  const ids = [await ask("one"), await ask("two")];
  for (const id of ids) await bench.review(id);
  await sweepHourly(23);
  expect(reminders()).toEqual([]);
  await sweepHourly(3);
  expect(reminders()).toMatchObject([{ data: { held: 2, oldest: [{}, {}] } }]);
  await sweepHourly(26);
  expect(reminders()).toHaveLength(2);
  for (const id of ids) settle({ emit: () => {} }, bench.onAzure(id), "Rejected", "by hand");
  await sweepHourly(50);
  expect(reminders()).toHaveLength(2);
});

it("the reminder leaves out approved connections and those that wait for Azure", async () => {
  const id = await bench.ask();
  await bench.review(id);
  await sweepHourly(30);
  expect(reminders()).toEqual([]);
});

it("the reminder leaves out what waits only for the mode", async () => {
  const observing = bench.under({ mode: "observe" });
  await observing.review(await bench.ask());
  await observing.review(await ask("person"));
  for (let hours = 0; hours < 26; hours++) {
    bench.pass(hour);
    await observing.follow(await observing.sweep());
  }
  expect(reminders()).toMatchObject([{ data: { held: 1 } }]);
});

it("the reminder lists only the oldest of many held connections", async () => {
  const waiting = Array.from({ length: 60 }, (_, index) => ({
    connection: `c${index}`,
    since: new Date(Date.parse("2026-11-01T00:00:00Z") - index * 1_000).toISOString(),
  }));
  await remindOfHeld(bench.services, waiting);
  await bench.services.alerts.announce("app");
  const [told] = reminders();
  expect(told?.data).toMatchObject({ held: 60, oldest: { length: 50, 0: { connection: "c59" } } });
});
