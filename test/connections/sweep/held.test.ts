import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { hourMs } from "../../../src/lib/clock.ts";
import { remindOfHeld } from "../../../src/lib/connections/sweep/remind-of-held.ts";
import { subscriptions } from "../../../simulator/estate/estate.ts";
import { setConnectionState } from "../../../simulator/api-management/change-connection.ts";
import { temporaryFolder } from "../../folder.ts";
import { startWorkbench, type Workbench } from "../../workbench.ts";

/** The daily reminder of held connections. */
let workbench: Workbench;
beforeEach(async () => {
  workbench = await startWorkbench();
  await workbench.calm();
});
afterEach(() => workbench.stop());

const reminders = () => workbench.alerts.filter(({ type }) => type === "Drawbridge.HeldReminder");
async function sweepHourly(hours: number): Promise<void> {
  for (let passed = 0; passed < hours; passed++) {
    workbench.pass(hourMs);
    await workbench.follow(await workbench.sweep());
  }
}
const ask = (name: string) =>
  workbench.ask({ token: "partner", subscriptionId: subscriptions.partner, name: `pe-${name}` });

it("a held connection is in one daily reminder with all others until somebody decides", async () => {
  const ids = [await ask("one"), await ask("two")];
  for (const id of ids) await workbench.review(id);
  await sweepHourly(23);
  expect(reminders()).toEqual([]);
  await sweepHourly(3);
  expect(reminders()).toMatchObject([{ data: { held: 2, oldest: [{}, {}] } }]);
  await sweepHourly(26);
  expect(reminders()).toHaveLength(2);
  for (const id of ids) setConnectionState({ emit: () => {} }, workbench.onAzure(id), "Rejected", "by hand");
  await sweepHourly(50);
  expect(reminders()).toHaveLength(2);
});

it("the reminder leaves out approved connections and those that wait for Azure", async () => {
  const id = await workbench.ask();
  await workbench.review(id);
  await sweepHourly(30);
  expect(reminders()).toEqual([]);
});

it("the reminder leaves out what waits only for the mode", async () => {
  const observing = workbench.under({ mode: "observe" });
  await observing.review(await workbench.ask());
  await observing.review(await ask("person"));
  for (let hours = 0; hours < 26; hours++) {
    workbench.pass(hourMs);
    await observing.follow(await observing.sweep());
  }
  expect(reminders()).toMatchObject([{ data: { held: 1 } }]);
});

it("the reminder lists only the oldest of many held connections", async () => {
  const waiting = Array.from({ length: 60 }, (_, index) => ({
    connection: `c${index}`,
    since: new Date(Date.parse("2026-11-01T00:00:00Z") - index * 1_000).toISOString(),
  }));
  await remindOfHeld(workbench.services, waiting);
  await workbench.services.alerts.announce("app");
  const [reminder] = reminders();
  expect(reminder?.data).toMatchObject({ held: 60, oldest: { length: 50, 0: { connection: "c59" } } });
});

describe("what only a closed change window holds", () => {
  const folder = temporaryFolder();
  const top = { top: 10 };
  const lists = async (on: Workbench) => {
    const { items, waitingForWindow } = await on.services.listings.held({}, top);
    return { forPersons: items.length, waitingForWindow };
  };
  /** The same world under a policy that approves at night, when it is eight in the morning. */
  function atNight(more = ""): Workbench {
    folder.write(
      "policy.yaml",
      `name: night
rules:
  - name: teams
    window: { from: "20:00", to: "23:00", timeZone: Etc/UTC }
    if: { field: endpoint.subscriptionId, equals: ${subscriptions.landingZone} }
    then: { effect: approve }
${more}`,
    );
    return workbench.under({ policy: `${folder.path()}/policy.yaml`, parameters: {} });
  }

  it("waits for time and not for a person: it is counted apart, and not in the reminder, until it is approved", async () => {
    const on = atNight();
    const id = await workbench.ask();
    await on.review(id);
    const record = await on.services.ledger.find(id);
    expect(record).toMatchObject({ phase: "Held", verdict: "hold", opensAt: "2026-11-24T20:00:00.000Z" });
    expect(await lists(on)).toEqual({ forPersons: 0, waitingForWindow: 1 });
    for (let hours = 0; hours < 13; hours++) {
      workbench.pass(hourMs);
      await on.follow(await on.sweep());
    }
    const approved = await on.services.ledger.find(id);
    expect(approved).toMatchObject({ phase: "Applied", state: "Approved" });
    expect(approved?.opensAt).toBeUndefined();
    expect(await lists(on)).toEqual({ forPersons: 0, waitingForWindow: 0 });
    workbench.pass(26 * hourMs);
    await on.follow(await on.sweep());
    expect(reminders()).toEqual([]);
  });

  it("is a person's once the window is open and a limit holds it, which is told, and stays so", async () => {
    const on = atNight(`limits: [{ name: one, per: endpoint.subscriptionId, max: 1 }]
`);
    const [first, second] = [await workbench.ask(), await workbench.ask()];
    for (const id of [first, second]) await on.review(id);
    expect(await lists(on)).toEqual({ forPersons: 0, waitingForWindow: 2 });
    const raisedAlerts = () =>
      workbench.alerts.filter(({ type }) => type === "Drawbridge.ConnectionHeld").length;
    expect(raisedAlerts()).toBe(2);
    for (let hours = 0; hours < 14; hours++) {
      workbench.pass(hourMs);
      await on.follow(await on.sweep());
    }
    expect(await lists(on)).toEqual({ forPersons: 1, waitingForWindow: 0 });
    expect(raisedAlerts()).toBe(3);
    // Whether a limit is reached is not known before the window opens again, but a person has been asked.
    for (let hours = 0; hours < 40; hours++) {
      workbench.pass(hourMs);
      await on.follow(await on.sweep());
    }
    expect(await lists(on)).toEqual({ forPersons: 1, waitingForWindow: 0 });
    expect(raisedAlerts()).toBe(3);
  });

  it("is a person's where an exemption holds it too", async () => {
    const on = atNight(`exemptions:
  - { name: asked about, rule: teams, subscription: ${subscriptions.landingZone} }
`);
    const id = await workbench.ask();
    await on.review(id);
    expect(await on.services.ledger.find(id)).toMatchObject({ verdict: "hold", rule: "teams" });
    expect(await lists(on)).toEqual({ forPersons: 1, waitingForWindow: 0 });
  });
});
