import { afterEach, beforeEach, expect, it } from "vitest";
import { generatedEstate, landingZones } from "../../../simulator/estate/generate.ts";
import { subscriptions } from "../../../simulator/estate/estate.ts";
import { minuteMs } from "../../../src/lib/clock.ts";
import { startWorkbench, type Workbench } from "../../workbench.ts";

/** The alert before a service reaches Azure's limit of a hundred connections. */
let workbench: Workbench;
beforeEach(async () => {
  workbench = await startWorkbench();
  await workbench.calm();
});
afterEach(() => workbench.stop());

const raisedAlerts = () => workbench.alerts.filter(({ type }) => type === "Drawbridge.CapacityLow");
/** Adds this many Rejected connections. */
function fill(count: number, service = workbench.orders): void {
  service.connections.clear();
  for (let index = 0; index < count; index++) {
    const name = `pe-${index}.${index}`;
    const group = `/subscriptions/${subscriptions.landingZone}/resourceGroups/rg`;
    service.connections.set(name, {
      id: `${service.id}/privateEndpointConnections/${name}`,
      name,
      endpointId: `${group}/providers/Microsoft.Network/privateEndpoints/pe-${index}`,
      groupIds: ["Gateway"],
      status: "Rejected",
      description: "",
    });
  }
}
async function sweep(): Promise<void> {
  workbench.pass(5 * minuteMs);
  await workbench.follow(await workbench.sweep());
}
async function sweepWith(count: number): Promise<void> {
  fill(count);
  await sweep();
}

it("is alerted once at 80 connections, with their number, and not below", async () => {
  await sweepWith(79);
  expect(raisedAlerts()).toEqual([]);
  await sweepWith(80);
  await sweepWith(81);
  expect(raisedAlerts()).toMatchObject([
    { subject: workbench.orders.id, data: { connections: 80, limit: 100 } },
  ]);
});

it("is alerted again only after the number was below 70 in between", async () => {
  await sweepWith(85);
  await sweepWith(72);
  await sweepWith(85);
  expect(raisedAlerts()).toHaveLength(1);
  await sweepWith(60);
  await sweepWith(85);
  expect(raisedAlerts()).toHaveLength(2);
});

it("is alerted for every service, however many there are at once", async () => {
  for (let index = 0; index < 20; index++) {
    const id = workbench.orders.id.replace(/[^/]+$/, `apim-${index}`);
    const service = { ...workbench.orders, id, name: `apim-${index}`, connections: new Map() };
    workbench.simulator.world.services.set(id.toLowerCase(), service);
    fill(80, service);
  }
  await sweep();
  expect(new Set(raisedAlerts().map(({ subject }) => subject)).size).toBe(20);
  await sweep();
  expect(raisedAlerts()).toHaveLength(20);
});

it("stays alerted through a sweep that resumed at a later page", async () => {
  const world = generatedEstate({ services: 1_200, subscriptions: 1, pending: 0, approved: 0, seed: 5 });
  const hosts = [...world.subscriptions.keys()].filter((id) => !landingZones.includes(id));
  const large = (await startWorkbench(world)).under({ landingZones, scope: { subscriptions: hosts } });
  try {
    const [first] = [...world.services.values()].toSorted((a, b) => (a.id < b.id ? -1 : 1));
    fill(85, first);
    const capacity = async () => {
      large.pass(5 * minuteMs);
      const { stopped } = await large.sweep();
      return [stopped === undefined, await large.services.appState.read("capacity")];
    };
    expect(await capacity()).toEqual([true, { services: [first?.id] }]);
    const answer = { status: 503, body: {} };
    const path = "/resources";
    large.simulator.faults.add({ path, after: 1, times: 3, does: { kind: "answer", answer } });
    expect(await capacity()).toEqual([false, { services: [first?.id] }]);
    expect(await capacity()).toEqual([true, { services: [first?.id] }]);
  } finally {
    await large.stop();
  }
});

it("stays alerted through a sweep that did not see everything", async () => {
  await sweepWith(85);
  workbench.simulator.faults.add({
    path: "/resources",
    times: 10,
    does: { kind: "answer", answer: { status: 503, body: {} } },
  });
  workbench.pass(5 * minuteMs);
  expect((await workbench.sweep()).stopped).toContain("could not be read");
  workbench.simulator.faults.clear();
  await sweepWith(85);
  expect(raisedAlerts()).toHaveLength(1);
});
