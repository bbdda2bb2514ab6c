import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { hourMs, minuteMs } from "../../src/lib/clock.ts";
import { refusals } from "../../src/lib/estate/refusals.ts";
import { makeSystemTopic, subscriptions } from "../../simulator/estate/estate.ts";
import type { Workbench } from "../workbench.ts";
import { assignRoles, examineBy, startDoctorFixture } from "./doctor-fixture.ts";

/** What `doctor` says once something was repaired, or has broken. */
const { platform, landingZone } = subscriptions;
const apim = "Microsoft.ApiManagement/service";

let workbench: Workbench;
beforeEach(async () => {
  workbench = await startDoctorFixture();
});
afterEach(() => workbench.stop());

describe("doctor", () => {
  it("judges the right to approve by the newest write, and not by a 403 of an Azure Policy", async () => {
    const writeRight = `${apim}/privateEndpointConnections/write`;
    const state = async () =>
      (await examineBy(workbench)).rights.find(({ action }) => action === writeRight)?.state;
    assignRoles(workbench, ["approver", writeRight]);
    await workbench.review(await workbench.ask());
    expect(await state()).toBe("missing");
    assignRoles(workbench);
    workbench.pass(minuteMs);
    const later = await workbench.ask();
    await workbench.review(later);
    await workbench.review(later);
    expect(await state()).toBe("ok");
    workbench.pass(minuteMs);
    const error = { code: "RequestDisallowedByPolicy", message: "disallowed" };
    workbench.simulator.faults.add({
      method: "PUT",
      path: `/subscriptions/${platform}/`,
      times: 99,
      does: { kind: "answer", answer: { status: 403, body: { error } } },
    });
    await workbench.review(await workbench.ask());
    expect(await state()).toBe("ok");
    workbench.simulator.faults.clear();
    assignRoles(workbench, ["approver", writeRight]);
    await workbench.review(await workbench.ask());
    expect(await state()).toBe("missing");
  });

  it("forgets a refusal once it has the right, for every page that shows it", async () => {
    assignRoles(workbench);
    const refused = [
      { action: "microsoft.network/PRIVATEENDPOINTS/read", subscription: landingZone },
      { action: "Microsoft.ResourceGraph/resources/read" },
      { action: `${apim}/read`, subscription: subscriptions.sandbox },
    ];
    await refusals(workbench.services, () => refused).save();
    const { warnings } = await examineBy(workbench);
    expect(warnings).toEqual([
      expect.stringContaining(`${apim}/read in the subscription ${subscriptions.sandbox}`),
    ]);
    expect(await workbench.services.appState.read("refused")).toMatchObject({
      refused: [{ action: `${apim}/read` }],
    });
  });

  it("keeps a refusal while the right is missing", async () => {
    const action = "Microsoft.Network/privateEndpoints/read";
    assignRoles(workbench, ["reader", action]);
    await refusals(workbench.services, () => [{ action, subscription: landingZone }]).save();
    expect((await examineBy(workbench)).warnings).toEqual([expect.stringContaining(action)]);
  });

  it("sees a repaired event path after the next address check, and asks less while nothing is wrong", async () => {
    assignRoles(workbench);
    workbench.simulator.world.systemTopics.clear();
    workbench.pass(hourMs);
    await workbench.check();
    expect((await examineBy(workbench)).eventPaths).toMatchObject({ absent: 2 });
    for (const subscription of [platform, landingZone]) {
      const topic = makeSystemTopic(subscription);
      workbench.simulator.world.systemTopics.set(topic.id.toLowerCase(), topic);
    }
    workbench.pass(15 * minuteMs);
    await workbench.check();
    const { eventPaths } = await examineBy(workbench);
    expect(eventPaths).toMatchObject({ absent: 0, present: 2 });
    workbench.pass(15 * minuteMs);
    await workbench.check();
    expect((await examineBy(workbench)).eventPaths?.readAt).toBe(eventPaths?.readAt);
  });

  it("finds that nothing is governed, and that event paths were never read", async () => {
    assignRoles(workbench);
    expect(await examineBy(workbench)).toMatchObject({ status: "ok", warnings: [], eventPaths: null });
    workbench.pass(hourMs);
    await workbench.sweep();
    const unread = await examineBy(workbench);
    expect(unread).toMatchObject({ status: "findings", eventPaths: null });
    expect(unread.warnings).toEqual([
      expect.stringMatching(/^the event paths were never read: no address check/),
    ]);
    workbench.simulator.world.services.clear();
    workbench = workbench.under({ watch: { ids: [], tags: [] } });
    await workbench.check();
    const nothing = await examineBy(workbench);
    expect(nothing).toMatchObject({ status: "findings", eventPaths: { subscriptions: 0 } });
    expect(nothing.warnings).toContainEqual(
      expect.stringMatching(/^the last address check found no governed service/),
    );
  });

  it("lists the rights that it does not try", async () => {
    assignRoles(workbench);
    const { status, storage } = await examineBy(workbench);
    expect(status).toBe("ok");
    expect(storage.map(({ role, state }) => [role, state])).toEqual([
      ["Storage Blob Data Owner", "not testable"],
      ["EventGrid Data Sender", "not testable"],
      ["Monitoring Metrics Publisher", "not testable"],
    ]);
  });
});
