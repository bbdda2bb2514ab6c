import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { makeEndpoint } from "../../../local/requester.ts";
import { smallEstate, subscriptions } from "../../../simulator/estate/estate.ts";
import type { Service } from "../../../simulator/estate/world.ts";
import { startSimulator, type Simulator, type SimulatorOptions } from "../../../simulator/server.ts";
import { parseConnectionId, parseServiceId, type ConnectionId } from "../../lib/azure/resource-id.ts";
import { approvingStep } from "./approving-step.ts";
import { probeAzure } from "./probe-azure.ts";
import { readingSteps } from "./reading-steps.ts";
import type { Step } from "./step.ts";

let simulator: Simulator;
let service: Service;
let connection: ConnectionId;
const start = async (options: SimulatorOptions = {}) => {
  simulator = await startSimulator(smallEstate(), options);
  [service] = [...simulator.world.services.values()] as [Service];
  const request = { token: "requester", subscriptionId: subscriptions.landingZone, name: "pe-one" };
  const id = await makeEndpoint(simulator, { ...request, serviceId: service.id });
  connection = parseConnectionId(id) as ConnectionId;
};
beforeEach(() => start());
afterEach(() => simulator.stop());

/** The findings of a step, in order; each reason in brackets. Waiting moves the time of both forward. */
async function findings(step: Step): Promise<readonly string[]> {
  let now = 0;
  const azure = probeAzure(simulator.url, { now: () => new Date(now) }, (ms) => {
    now += ms;
    simulator.advance(ms);
    return Promise.resolve();
  });
  const answers = await step.run(azure);
  return step.questions
    .map(({ answer }) => answer(answers))
    .map((found) => (found.kind === "known" ? found.value : `(${found.reason})`));
}

function reading(name: string): Step {
  const id = parseServiceId(service.id);
  const step = id && readingSteps(id).find((each) => each.name === name);
  if (step === undefined) throw new Error(`there is no step ${name}`);
  return step;
}

const forbid = (path: string) =>
  simulator.faults.add({
    path,
    times: 99,
    does: { kind: "answer", answer: { status: 403, body: { error: { code: "AuthorizationFailed" } } } },
  });

describe("the step inventory", () => {
  it("says No where Resource Graph is behind", async () => {
    simulator.graph.freeze();
    const [only] = [...service.connections.values()];
    if (only !== undefined) only.status = "Rejected";
    expect(await findings(reading("inventory"))).toEqual([
      "No: 0 of 1 in the same state, 1 in another state",
      "Yes: 2 of 2 of the same kind and place; not compared: private (not in either answer)",
    ]);
  });

  it.each<[string, () => unknown, RegExp]>([
    ["has no row", () => simulator.graph.hide(service.id), /has no row of the service, .* may be late/],
    [
      "refuses",
      () => forbid("/microsoft.resourcegraph/"),
      /403 .* right Microsoft.ResourceGraph\/resources\/read/,
    ],
    [
      "does not answer",
      () =>
        simulator.faults.add({
          path: "/microsoft.resourcegraph/",
          does: { kind: "reset", applied: false },
        }),
      /Azure did not answer/,
    ],
  ])("finds nothing out where Resource Graph %s", async (_, arrange, reason) => {
    arrange();
    const found = await findings(reading("inventory"));
    expect(found).toEqual([expect.stringMatching(/^\(/), expect.stringMatching(/^\(/)]);
    expect(found[0]).toMatch(reason);
  });

  it("finds nothing out where the service has no connections", async () => {
    service.connections.clear();
    expect(await findings(reading("inventory"))).toEqual([
      "(the service has no connections)",
      "Yes: 2 of 2 of the same kind and place; not compared: private (not in either answer)",
    ]);
  });

  it("says No where the row, or the service's own answer, has no connections at all", async () => {
    simulator.graph.withhold("privateEndpointConnections");
    const without = "No: 0 of 1, it has no property privateEndpointConnections";
    expect((await findings(reading("inventory")))[0]).toBe(without);
    const answer = { status: 200, body: { id: service.id, properties: {} } };
    simulator.faults.add({ path: service.id.toLowerCase(), does: { kind: "answer", answer } });
    expect((await findings(reading("service")))[0]).toBe(without);
  });

  it("compares no addresses that one of the answers lacks, and names them", async () => {
    simulator.graph.withhold("outboundPublicIPAddresses");
    expect((await findings(reading("inventory")))[1]).toBe(
      "Yes: 1 of 1 of the same kind and place; not compared: private (not in either answer), outbound (not in Resource Graph's row)",
    );
    simulator.graph.freeze();
    service.properties = { ...service.properties, publicIPAddresses: null };
    const none =
      /^\(there are no addresses that could be compared; not compared: public \(not in ARM's answer\), /;
    expect((await findings(reading("inventory")))[1]).toMatch(none);
  });
});

describe("the steps service, endpoints and service-tags", () => {
  it("name the right that is missing", async () => {
    forbid("/privateendpointconnections");
    const needed = /^\(.*403 AuthorizationFailed; this needs .*privateEndpointConnections\/read\)$/;
    expect((await findings(reading("service")))[0]).toMatch(needed);
    for (const each of await findings(reading("endpoints"))) expect(each).toMatch(needed);
    forbid("/servicetags");
    expect(await findings(reading("service-tags"))).toEqual([
      expect.stringMatching(/^No: .*403 .*Microsoft.Network\/locations\/serviceTags\/read$/),
    ]);
  });

  it("find no status of other subscriptions or tenants where there is none", async () => {
    expect(await findings(reading("endpoints"))).toEqual([
      "1 with 200",
      expect.stringMatching(/^\(for none of 1 /),
      expect.stringMatching(/^\(no endpoint that could be read did \(1\)/),
    ]);
    service.connections.clear();
    expect((await findings(reading("endpoints")))[0]).toBe(
      "(the service has no connection from another subscription)",
    );
  });
});

/** As the person was shown the connection. */
const approving = () => {
  const [shown] = [...service.connections.values()];
  return approvingStep({ id: connection, endpoint: shown?.endpointId ?? "", message: shown?.description });
};
const puts = () => simulator.seen.filter(({ method, path }) => method === "PUT" && path === connection.text);

describe("the step approval", () => {
  it("says how long it took, what was shown meanwhile, where it is followed, and what a second approval gets", async () => {
    expect(await findings(approving())).toEqual([
      "Between 165 and 180 seconds after the PUT",
      "The connection shows Pending (Succeeded), then Pending (Updating), then Approved (Succeeded); the service shows Updating, then Succeeded",
      "Location /subscriptions/{…}/resourceGroups/{…}/providers/Microsoft.ApiManagement/service/{…}/privateEndpointConnections/{…}/operationresults/{…}, which Drawbridge follows; Retry-After 60",
      "400 InvalidValuesForRequestParameters",
    ]);
    expect(puts()).toHaveLength(2);
  });

  it("says so where the operation is followed below the region", async () => {
    await simulator.stop();
    await start({ pollAt: "region" });
    expect((await findings(approving()))[2]).toBe(
      "Azure-AsyncOperation /subscriptions/{…}/providers/Microsoft.ApiManagement/locations/{…}/operationsStatuses/{…}, which Drawbridge follows; Retry-After 60",
    );
  });

  it("approves nothing that is no longer Pending", async () => {
    const [only] = [...service.connections.values()];
    if (only !== undefined) only.status = "Rejected";
    for (const each of await findings(approving()))
      expect(each).toBe("(nothing was approved: the connection was no longer Pending when its turn came)");
    expect(puts()).toEqual([]);
  });

  it.each<[string, object, string]>([
    [
      "another endpoint",
      {
        endpointId: `/subscriptions/${subscriptions.partner}/resourceGroups/rg-app/providers/Microsoft.Network/privateEndpoints/pe-one`,
      },
      "another endpoint than shown",
    ],
    ["an endpoint without a name", { endpointId: "" }, "Azure did not name"],
    ["another message", { description: "for the audit" }, "another message than shown"],
  ])("approves nothing where the connection was made again for %s", async (_, made, reason) => {
    const step = approving();
    Object.assign([...service.connections.values()][0] ?? {}, made);
    for (const each of await findings(step)) expect(each).toMatch(`(nothing was approved: the connection`);
    expect((await findings(step))[0]).toContain(reason);
    expect(puts()).toEqual([]);
  });

  it("ends at once where Azure refuses the approval", async () => {
    const answer = { status: 409, body: { error: { code: "PessimisticConcurrencyConflict" } } };
    simulator.faults.add({
      method: "PUT",
      path: "/privateendpointconnections/",
      does: { kind: "answer", answer },
    });
    for (const each of await findings(approving()))
      expect(each).toBe("(Azure answered 409 PessimisticConcurrencyConflict)");
    expect(puts()).toHaveLength(1);
  });

  it("follows an approval whose answer was lost", async () => {
    simulator.faults.add({
      method: "PUT",
      path: "/privateendpointconnections/",
      does: { kind: "reset", applied: true },
    });
    const [takes, , followed] = await findings(approving());
    expect(takes).toBe("Between 165 and 180 seconds after the PUT");
    expect(followed).toBe("(Azure did not answer (failed))");
  });

  it("ends where the connection is removed meanwhile", async () => {
    simulator.faults.add({
      method: "GET",
      path: connection.text.toLowerCase(),
      after: 3,
      times: 99,
      does: { kind: "answer", answer: { status: 404, body: { error: { code: "ResourceNotFound" } } } },
    });
    expect((await findings(approving()))[0]).toBe("(the connection was not seen Approved)");
    expect(simulator.seen.length).toBeLessThan(15);
  });
});
