import type { InvocationContext } from "@azure/functions";
import { beforeEach, describe, expect, it } from "vitest";
import { withAlertOutput } from "../../src/functions/with-alert-output.ts";
import type { AlertMessage } from "../../src/lib/alerts/alert-message.ts";
import { notingAlerts, type Announcements } from "../../src/lib/alerts/announce.ts";
import type { Outbox } from "../../src/lib/alerts/outbox.ts";
import { timerWatch } from "../../src/lib/estate/overdue.ts";
import { refusals } from "../../src/lib/estate/refusals.ts";
import { breakerOpened, deliveryFixture, type DeliveryFixture } from "./delivery-fixture.ts";

/** Alerts of the app itself, from the part that raises them to the queue of deliveries, by one process. */
let fixture: DeliveryFixture;
let alerts: Announcements;
beforeEach(() => {
  fixture = deliveryFixture();
  alerts = fixture.announcing();
});

/** Writes an alert as any part of the app does. */
async function raise(name: string): Promise<void> {
  const state = notingAlerts(fixture.services.appState, alerts);
  await state.update(name, () => ({ value: { name }, alerts: [breakerOpened(name)] }));
}

const queue = { type: "queue", name: "alerts", queueName: "alerts", connection: "" };

/** Runs a function of the app; returns the owners that it queued for delivery. */
async function invoke(handler: () => void | Promise<void>): Promise<readonly string[]> {
  const { appState, clock, log, telemetry } = fixture.services;
  const needed = {
    alerts,
    clock,
    log,
    telemetry,
    newId: () => "id",
    refusals: refusals({ appState, clock }, () => []),
    timerWatch: timerWatch([], { alerts, appState, clock }),
  };
  const queued: AlertMessage[] = [];
  const extraOutputs = { set: (_: unknown, messages: readonly AlertMessage[]) => queued.push(...messages) };
  const context = { functionName: "f", extraOutputs } as unknown as InvocationContext;
  await withAlertOutput(needed, queue, handler)(undefined, context);
  return queued.map(({ id }) => id);
}

type Read = () => ReturnType<Outbox["undelivered"]>;

/** The next time that the outbox is read for what is undelivered, this is done instead. */
function onNextRead(act: (read: Read) => ReturnType<Read>): void {
  const { outbox } = fixture.services;
  let isNext = true;
  const undelivered: Outbox["undelivered"] = (owner) => {
    const read = () => outbox.undelivered(owner);
    if (!isNext) return read();
    isNext = false;
    return act(read);
  };
  fixture.services = { ...fixture.services, outbox: { ...outbox, undelivered } };
  alerts = fixture.announcing();
}

describe("an alert of the app itself", () => {
  it("is queued for the sinks outside by the invocation that raised it", async () => {
    expect(await invoke(() => raise("a"))).toEqual(["app"]);
    expect(await invoke(() => {})).toEqual([]);
    expect(fixture.countOf("log")).toBe(1);
  });

  it("is queued by the next invocation, where this one could not read it", async () => {
    onNextRead(() => Promise.reject(new Error("the table does not answer")));
    expect(await invoke(() => raise("a"))).toEqual([]);
    expect(await invoke(() => {})).toEqual(["app"]);
    expect(fixture.countOf("log")).toBe(1);
  });

  it("that is raised while others are read is queued by the next invocation", async () => {
    onNextRead(async (read) => {
      const found = await read();
      await raise("b");
      return found;
    });
    await invoke(() => raise("a"));
    expect(fixture.countOf("log")).toBe(1);
    expect(await invoke(() => {})).toEqual(["app"]);
    expect(fixture.countOf("log")).toBe(2);
  });
});
