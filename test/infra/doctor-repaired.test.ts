import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { hourMs, minuteMs } from "../../src/lib/clock.ts";
import { refusals } from "../../src/lib/estate/refusals.ts";
import { makeSystemTopic, subscriptions } from "../../simulator/estate/estate.ts";
import type { Workbench } from "../workbench.ts";
import { assignRoles, examineBy, startDoctorBench } from "./doctor-bench.ts";

/** What `doctor` says once something was repaired, or has broken. */
const { platform, landingZone } = subscriptions;
const apim = "Microsoft.ApiManagement/service";

let bench: Workbench;
beforeEach(async () => {
  bench = await startDoctorBench();
});
afterEach(() => bench.stop());

describe("doctor", () => {
  it("judges the right to approve by the newest write, and not by a 403 of an Azure Policy", async () => {
    const writeRight = `${apim}/privateEndpointConnections/write`;
    const state = async () =>
      (await examineBy(bench)).rights.find(({ action }) => action === writeRight)?.state;
    assignRoles(bench, ["approver", writeRight]);
    await bench.review(await bench.ask());
    expect(await state()).toBe("missing");
    assignRoles(bench);
    bench.pass(minuteMs);
    const later = await bench.ask();
    await bench.review(later);
    await bench.review(later);
    expect(await state()).toBe("ok");
    bench.pass(minuteMs);
    const error = { code: "RequestDisallowedByPolicy", message: "disallowed" };
    bench.simulator.faults.add({
      method: "PUT",
      path: `/subscriptions/${platform}/`,
      times: 99,
      does: { kind: "answer", answer: { status: 403, body: { error } } },
    });
    await bench.review(await bench.ask());
    expect(await state()).toBe("ok");
    bench.simulator.faults.clear();
    assignRoles(bench, ["approver", writeRight]);
    await bench.review(await bench.ask());
    expect(await state()).toBe("missing");
  });

  it("forgets a refusal once it has the right, for every page that shows it", async () => {
    assignRoles(bench);
    const refused = [
      { action: "microsoft.network/PRIVATEENDPOINTS/read", subscription: landingZone },
      { action: "Microsoft.ResourceGraph/resources/read" },
      { action: `${apim}/read`, subscription: subscriptions.sandbox },
    ];
    await refusals(bench.services, () => refused).save();
    const { warnings } = await examineBy(bench);
    expect(warnings).toEqual([
      expect.stringContaining(`${apim}/read in the subscription ${subscriptions.sandbox}`),
    ]);
    expect(await bench.services.appState.read("refused")).toMatchObject({
      refused: [{ action: `${apim}/read` }],
    });
  });

  it("keeps a refusal while the right is missing", async () => {
    const action = "Microsoft.Network/privateEndpoints/read";
    assignRoles(bench, ["reader", action]);
    await refusals(bench.services, () => [{ action, subscription: landingZone }]).save();
    expect((await examineBy(bench)).warnings).toEqual([expect.stringContaining(action)]);
  });

  it("sees a repaired event path after the next address check, and asks less while nothing is wrong", async () => {
    assignRoles(bench);
    bench.simulator.world.systemTopics.clear();
    bench.pass(hourMs);
    await bench.check();
    expect((await examineBy(bench)).eventPaths).toMatchObject({ absent: 2 });
    for (const subscription of [platform, landingZone]) {
      const topic = makeSystemTopic(subscription);
      bench.simulator.world.systemTopics.set(topic.id.toLowerCase(), topic);
    }
    bench.pass(15 * minuteMs);
    await bench.check();
    const { eventPaths } = await examineBy(bench);
    expect(eventPaths).toMatchObject({ absent: 0, present: 2 });
    bench.pass(15 * minuteMs);
    await bench.check();
    expect((await examineBy(bench)).eventPaths?.readAt).toBe(eventPaths?.readAt);
  });

  it("finds that nothing is governed, and that event paths were never read", async () => {
    assignRoles(bench);
    expect(await examineBy(bench)).toMatchObject({ status: "ok", warnings: [], eventPaths: null });
    bench.pass(hourMs);
    await bench.sweep();
    const unread = await examineBy(bench);
    expect(unread).toMatchObject({ status: "findings", eventPaths: null });
    expect(unread.warnings).toEqual([
      expect.stringMatching(/^the event paths were never read: no address check/),
    ]);
    bench.simulator.world.services.clear();
    bench = bench.under({ watch: { ids: [], tags: [] } });
    await bench.check();
    const nothing = await examineBy(bench);
    expect(nothing).toMatchObject({ status: "findings", eventPaths: { subscriptions: 0 } });
    expect(nothing.warnings).toContainEqual(
      expect.stringMatching(/^the last address check found no governed service/),
    );
  });

  it("lists the rights that it does not try", async () => {
    assignRoles(bench);
    const { status, storage } = await examineBy(bench);
    expect(status).toBe("ok");
    expect(storage.map(({ role, state }) => [role, state])).toEqual([
      ["Storage Blob Data Owner", "not testable"],
      ["EventGrid Data Sender", "not testable"],
      ["Monitoring Metrics Publisher", "not testable"],
    ]);
  });
});
