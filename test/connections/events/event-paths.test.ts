import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { makeEventSubscriptions, smallEstate, subscriptions } from "../../../simulator/estate/estate.ts";
import { generatedEstate } from "../../../simulator/estate/generate.ts";
import { hourMs } from "../../../src/lib/clock.ts";
import { publicIpIdOf } from "../../ids.ts";
import { startWorkbench, type Workbench } from "../../workbench.ts";
import { details, problemsIn, putEventSubscriptions, requestsTo } from "./event-path-reports.ts";

/** When the event paths are read, and what health shows of them. */
const { platform, landingZone } = subscriptions;
const refusal = { status: 403, body: { error: { code: "AuthorizationFailed", message: "no" } } };

let workbench: Workbench;
beforeEach(async () => {
  workbench = await startWorkbench();
});
afterEach(() => workbench.stop());

describe("the event paths", () => {
  it("are null before the first address check", async () => {
    expect((await details(workbench)).eventPaths).toBeNull();
  });

  it("are present where event subscriptions deliver to the app's functions what they read", async () => {
    await workbench.check();
    expect((await details(workbench)).eventPaths).toEqual({
      readAt: "2026-11-24T08:00:00.000Z",
      subscriptions: 1,
      present: 1,
      absent: 0,
      unknown: 0,
      problems: [],
    });
  });

  it("are found in mode off too", async () => {
    workbench.simulator.world.systemTopics.clear();
    const off = workbench.under({ mode: "off" });
    await off.check();
    expect((await details(off)).eventPaths).toMatchObject({ absent: 1 });
  });

  it("name a governed subscription without a topic, and are read again at the next check until nothing is wrong", async () => {
    workbench.simulator.world.systemTopics.clear();
    const absent = { state: "absent", reason: "no system topic that the app can see" };
    expect(await problemsIn(workbench)).toEqual([absent]);
    const [topic] = smallEstate().systemTopics;
    if (topic !== undefined) workbench.simulator.world.systemTopics.set(...topic);
    expect(await problemsIn(workbench)).toEqual([]);
    expect(requestsTo(workbench, "/eventSubscriptions")).toBe(1);
    workbench.pass(hourMs - 1);
    expect(await problemsIn(workbench)).toEqual([]);
    expect(requestsTo(workbench, "/eventSubscriptions")).toBe(1);
    workbench.pass(1);
    expect(await problemsIn(workbench)).toEqual([]);
    expect(requestsTo(workbench, "/eventSubscriptions")).toBe(2);
  });

  it("are unknown, and name the right, where the event subscriptions may not be read", async () => {
    workbench.simulator.faults.add({
      path: "/eventsubscriptions",
      does: { kind: "answer", answer: refusal },
    });
    expect(await problemsIn(workbench)).toEqual([
      {
        state: "unknown",
        reason:
          "the app may not read the topic's event subscriptions (403 for Microsoft.EventGrid/systemTopics/eventSubscriptions/read)",
      },
    ]);
  });

  it("are unknown, and not present, where the topics cannot be read", async () => {
    await workbench.check();
    workbench.pass(hourMs);
    workbench.simulator.faults.add({
      method: "POST",
      path: "/microsoft.resourcegraph/",
      // After the subscriptions and the inventory.
      after: 2,
      does: { kind: "answer", answer: refusal },
    });
    await workbench.check();
    expect((await details(workbench)).eventPaths).toMatchObject({
      readAt: "2026-11-24T09:00:00.000Z",
      present: 0,
      unknown: 1,
      problems: [
        {
          subscription: platform,
          state: "unknown",
          reason: "the system topics cannot be read from Resource Graph (forbidden)",
        },
      ],
    });
  });

  it("stay as they were while the inventory cannot be read to its end", async () => {
    workbench.simulator.faults.add({
      method: "POST",
      path: "/microsoft.resourcegraph/",
      // After the subscriptions.
      after: 1,
      does: { kind: "answer", answer: refusal },
    });
    await workbench.check();
    expect((await details(workbench)).eventPaths).toBeNull();
  });

  it("of a subscription with watched public IP addresses alone need the events of these", async () => {
    const id = `/subscriptions/${landingZone}/resourceGroups/rg-app/providers/Microsoft.Network/publicIPAddresses/pip`;
    const watching = workbench.under({ watch: { ids: [publicIpIdOf(id)] } });
    await watching.check();
    expect((await details(workbench)).eventPaths).toMatchObject({
      subscriptions: 2,
      absent: 1,
      problems: [{ subscription: landingZone, reason: "no system topic that the app can see" }],
    });
    workbench.pass(hourMs);
    const [, addresses] = makeEventSubscriptions();
    const properties = {
      ...addresses?.properties,
      filter: {
        advancedFilters: [
          {
            operatorType: "StringIn",
            key: "data.operationName",
            values: [
              "Microsoft.Network/publicIPAddresses/write",
              "Microsoft.Network/publicIPAddresses/delete",
            ],
          },
        ],
      },
    };
    putEventSubscriptions(workbench, [{ name: "drawbridge-addresses", properties }], landingZone);
    await watching.check();
    expect((await details(workbench)).eventPaths).toMatchObject({
      subscriptions: 2,
      present: 2,
      problems: [],
    });
  });

  it("name the first 50, and count all", async () => {
    const size = { services: 60, subscriptions: 60, pending: 0, approved: 0, seed: 1 };
    const large = await startWorkbench(generatedEstate(size));
    try {
      const everywhere = large.under({ scope: { subscriptions: [], tags: [{ name: "owner" }] } });
      await everywhere.check();
      const paths = (await details(everywhere)).eventPaths;
      expect(paths).toMatchObject({ subscriptions: 60, absent: 60 });
      expect(new Set(paths?.problems.map(({ subscription }) => subscription)).size).toBe(50);
    } finally {
      await large.stop();
    }
  });
});

describe("a subscription that the scope names", () => {
  const unseen = "99999999-9999-4999-8999-999999999999";

  it("is a warning where Resource Graph does not show it", async () => {
    const wide = workbench.under({ scope: { subscriptions: [platform, unseen] } });
    await wide.check();
    expect((await details(wide)).warnings).toEqual([
      `Resource Graph does not show the subscription ${unseen}, which the scope names, nor a service in it. ` +
        `Check the id, and assign Drawbridge Approver at /subscriptions/${unseen}`,
    ]);
  });

  it("is none where it is shown, or Resource Graph cannot be asked", async () => {
    await workbench.check();
    expect((await details(workbench)).warnings).toEqual([]);
  });
});
