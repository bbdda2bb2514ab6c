import { afterEach, describe, expect, it } from "vitest";
import { doctor } from "../../src/functions/doctor.ts";
import { dayMs, hourMs } from "../../src/lib/clock.ts";
import { checkRights, type CheckRightsServices } from "../../src/lib/doctor/check-rights.ts";
import { refusals } from "../../src/lib/estate/refusals.ts";
import { makeEndpoint } from "../../local/requester.ts";
import { subscriptions } from "../../simulator/estate/estate.ts";
import { serviceIdOf } from "../ids.ts";
import type { Workbench } from "../workbench.ts";
import {
  assignRoles,
  examineBy,
  missingIn,
  servicesOf,
  startDoctorFixture,
  type Found,
} from "./doctor-fixture.ts";
import { roles, type RoleName } from "./roles.ts";

/** What `doctor` finds by the app's own reads, by a principal that has the actions of the two roles, or all but one. */
const { platform, landingZone } = subscriptions;
const apim = "Microsoft.ApiManagement/service";

let workbench: Workbench;
afterEach(() => workbench.stop());

const examine = (of = workbench, checkIn?: typeof checkRights) => examineBy(of, checkIn);
const assign = (lacking?: readonly [RoleName, string]) => {
  assignRoles(workbench, lacking);
};
const startFixture = async () => {
  workbench = await startDoctorFixture();
};

/** Actions that no read shows to be there or not. */
const followed = [
  `${apim}/operationresults/read`,
  `${apim}/*/operationresults/read`,
  "Microsoft.ApiManagement/locations/operationsStatuses/read",
];
/** A write is never tried. */
const special = [`${apim}/privateEndpointConnections/write`, ...followed];
const isReadByDoctor = ([, action]: readonly [RoleName, string]) => !special.includes(action);

const held = (["approver", "reader"] as const).flatMap((role) =>
  roles[role].actions.map(({ action }) => [role, action] as const),
);

describe("doctor", () => {
  it("finds every right that can be tried where both roles are whole", async () => {
    await startFixture();
    assign();
    const found = await examine();
    expect(missingIn(found)).toEqual([]);
    expect(found).toMatchObject({ status: "ok", problems: [], notReached: [], sinks: [] });
    const untested = found.rights.filter(({ state }) => state === "not testable");
    expect(untested.map(({ action }) => action)).toEqual(
      roles.approver.actions.map(({ action }) => action).filter((action) => followed.includes(action)),
    );
    expect(found.rights).toHaveLength(held.length);
  });

  it.each(held.filter(isReadByDoctor))(
    "names, of %s, exactly the action that is missing: %s",
    async (role, action) => {
      await startFixture();
      assign([role, action]);
      const found = await examine();
      const subscription = role === "approver" ? platform : landingZone;
      expect(missingIn(found)).toEqual([[action, roles[role].name, subscription]]);
      expect(found.status).toBe("findings");
      const named = found.rights.find(({ state }) => state === "missing");
      expect(named?.reason).toBe(roles[role].actions.find((each) => each.action === action)?.reason);
      expect(named?.grant).toContain(subscription);
    },
  );

  it("sees from a refused write that the app may not approve, and writes nothing itself", async () => {
    await startFixture();
    assign(["approver", `${apim}/privateEndpointConnections/write`]);
    expect(missingIn(await examine())).toEqual([]);
    const id = await workbench.ask();
    await workbench.review(id);
    const puts = workbench.puts();
    const found = await examine();
    expect(missingIn(found)).toEqual([
      [`${apim}/privateEndpointConnections/write`, roles.approver.name, platform],
    ]);
    expect(found.rights.find(({ state }) => state === "missing")?.detail).toContain(
      "403 AuthorizationFailed",
    );
    expect(workbench.puts()).toBe(puts);
  });

  it("names every right at once where there is none, and what cannot be known then", async () => {
    await startFixture();
    workbench.simulator.world.principals.get("simulated")?.assignments.splice(0);
    const found = await examine();
    const missing = missingIn(found).map(([action, , subscription]) => `${action} ${subscription}`);
    expect(missing).toContain(`${apim}/read ${platform}`);
    expect(missing).toContain(`Microsoft.ResourceGraph/resources/read ${platform}`);
    expect(missing).toContain(`Microsoft.Network/privateEndpoints/read ${landingZone}`);
  });

  it("only reads: a few resources of each subscription", async () => {
    await startFixture();
    assign();
    const before = workbench.simulator.seen.length;
    await examine();
    const seen = workbench.simulator.seen.slice(before);
    const reads = seen.filter(({ path }) => !/resourcegraph/i.test(path));
    expect(reads.filter(({ method }) => method !== "GET")).toEqual([]);
    const inPlatform = reads.filter(({ path }) => path.includes(platform));
    const inLandingZone = reads.filter(({ path }) => path.includes(landingZone));
    expect([inPlatform.length, inLandingZone.length, seen.length - reads.length]).toEqual([8, 6, 2]);
  });

  it("takes another tenant's endpoint for not testable", async () => {
    await startFixture();
    assign();
    const service = serviceIdOf(workbench.orders.id);
    const from = { token: "partner", subscriptionId: subscriptions.partner, name: "pe-partner" };
    await makeEndpoint(workbench.simulator, { ...from, serviceId: service.text });
    const found = await examine();
    expect(missingIn(found)).toEqual([]);
    const partner = found.rights.filter(({ subscription }) => subscription === subscriptions.partner);
    expect(partner.map(({ state }) => state)).toEqual(partner.map(() => "not testable"));
    expect(partner.map(({ detail }) => detail).join()).toContain("in another tenant");
  });

  it("ends in time, and lists what it did not reach", async () => {
    await startFixture();
    assign();
    workbench.simulator.faults.add({
      path: `/subscriptions/${platform}/`,
      times: 99,
      does: { kind: "hang" },
    });
    const started = performance.now();
    const found = await examine(workbench, (services: CheckRightsServices) => checkRights(services, 500));
    expect(performance.now() - started).toBeLessThan(5_000);
    expect(found).toMatchObject({ status: "findings", notReached: expect.arrayContaining([platform]) });
    expect(missingIn(found)).toEqual([]);
  });

  it("answers where the table is down, and says so", async () => {
    await startFixture();
    assign();
    const down = () => Promise.reject(Object.assign(new Error("down"), { code: "ECONNREFUSED" }));
    const services = servicesOf(workbench);
    const appState = { read: down, update: down } as unknown as typeof services.appState;
    const ledger = { ...services.ledger, connections: down };
    const delivery = { ...services.delivery, appState };
    const request = { url: "http://localhost/api/doctor", query: new URLSearchParams() };
    const { status, jsonBody } = await doctor({ ...services, appState, ledger, delivery })(request);
    const found = jsonBody as Found;
    expect(status ?? 200).toBe(200);
    expect(found).toMatchObject({ status: "findings", eventPaths: null, sinks: [] });
    expect(found.problems).toEqual([
      "the state's table cannot be reached (ECONNREFUSED); check DrawbridgeState",
      "the app's records cannot be read, so that rights which only they show are not testable",
    ]);
    expect(found.rights.filter(({ state }) => state === "ok").length).toBeGreaterThan(0);
  });

  it("does not take a bug for a table that is down", async () => {
    await startFixture();
    const services = servicesOf(workbench);
    const ledger = { ...services.ledger, connections: () => Promise.reject(new TypeError("a bug")) };
    const request = { url: "http://localhost/api/doctor", query: new URLSearchParams() };
    await expect(doctor({ ...services, ledger })(request)).rejects.toThrow("a bug");
  });

  it("names a right that Azure refused lately, in the words of health, and how it is granted", async () => {
    await startFixture();
    assign();
    const { appState, clock } = workbench.services;
    const action = "microsoft.network/PRIVATEENDPOINTS/read";
    await refusals({ appState, clock }, () => [{ action, subscription: subscriptions.sandbox }]).save();
    const found = await examine();
    expect(found.status).toBe("findings");
    expect(found.warnings).toEqual([
      `Azure refused Microsoft.Network/privateEndpoints/read in the subscription ${subscriptions.sandbox} (403), last at 2026-11-24T08:05:00.000Z: ` +
        "what it shows is unknown, and rules that need it hold. Assign Drawbridge Reader at a management group above " +
        `/subscriptions/${subscriptions.sandbox}: deploy infra/estate/main.bicep there.`,
    ]);
    workbench.pass(dayMs);
    expect((await examine()).warnings.join()).not.toContain("Azure refused");
  });

  it("runs once for callers that come at the same time", async () => {
    await startFixture();
    assign();
    let runs = 0;
    const ask = doctor(servicesOf(workbench), (services) => {
      runs++;
      return checkRights(services);
    });
    const request = { url: "http://localhost/api/doctor", query: new URLSearchParams() };
    await Promise.all([ask(request), ask(request)]);
    expect(runs).toBe(1);
    await ask(request);
    expect(runs).toBe(2);
  });

  it("reports a subscription without an event path, a dead sink, and an overdue sweep", async () => {
    await startFixture();
    assign();
    workbench.simulator.world.systemTopics.clear();
    workbench.pass(hourMs);
    await workbench.sweep();
    await workbench.check();
    const { appState, clock } = workbench.services;
    await appState.update("sink-log", () => ({ value: { toldAt: clock.now().toISOString(), given: 3 } }));
    expect(await examine()).toMatchObject({
      status: "findings",
      eventPaths: {
        absent: 2,
        problems: [
          { subscription: platform, state: "absent", reason: "no system topic that the app can see" },
          { subscription: landingZone, state: "absent" },
        ],
      },
      sinks: [{ name: "log", givenUp: 3 }],
      problems: [],
    });
    workbench.pass(3 * dayMs);
    const later = await examine();
    expect(later.sinks).toEqual([]);
    expect(later.problems.join()).toContain("no sweep has completed since");
  });
});
