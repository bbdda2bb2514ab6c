import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { makeEndpoint, networkClient } from "../local/requester.ts";
import { smallEstate, subscriptions } from "./estate/estate.ts";
import { startSimulator, type Simulator, type SimulatorOptions } from "./server.ts";

/** What recordings of Azure's own clients show of connections, held against the simulator without a client between. */
const minute = 60_000;

let simulator: Simulator;
beforeEach(async () => {
  simulator = await startSimulator(smallEstate());
});
afterEach(() => simulator.stop());

async function again(options: SimulatorOptions): Promise<void> {
  await simulator.stop();
  simulator = await startSimulator(smallEstate(), options);
}

const orders = () => [...simulator.world.services.values()][0] ?? expect.fail("no service");
const ask = (name: string, more: object = {}) =>
  makeEndpoint(simulator, {
    name,
    token: "requester",
    subscriptionId: subscriptions.landingZone,
    serviceId: orders().id,
    ...more,
  });

interface Answered {
  readonly status: number;
  readonly headers: Headers;
  readonly text: string;
  readonly body: unknown;
}

async function arm(method: string, id: string, sent?: object, token = "simulated"): Promise<Answered> {
  const url = id.startsWith("https://")
    ? id.replace("https://management.azure.com", simulator.url)
    : `${simulator.url}${id}?api-version=2024-05-01`;
  const response = await fetch(url, {
    method,
    headers: { authorization: `Bearer ${token}` },
    ...(sent === undefined ? {} : { body: JSON.stringify(sent) }),
  });
  const text = await response.text();
  return {
    status: response.status,
    headers: response.headers,
    text,
    body: text === "" ? undefined : JSON.parse(text),
  };
}

const put = (id: string, status: string, description: string | null = "by a test") =>
  arm("PUT", id, { id, properties: { privateLinkServiceConnectionState: { status, description } } });
const connectionOf = async (id: string) =>
  (await arm("GET", id)).body as {
    properties: {
      provisioningState: string;
      privateLinkServiceConnectionState: { status: string; description: string };
    };
  };
const stateOf = async (id: string) => {
  const { properties } = await connectionOf(id);
  return [properties.privateLinkServiceConnectionState.status, properties.provisioningState];
};
const serviceStateOf = () => orders().properties.provisioningState;
const codeOf = ({ body }: Answered) => (body as { error: { code: string } }).error.code;

describe("a connection", () => {
  it("is called what its requester calls it, and not by its endpoint", async () => {
    await endpointAfter("pe-1", "conn-1");
    const id = `${orders().id}/privateEndpointConnections/conn-1`;
    expect((await arm("GET", id)).body).toMatchObject({ id, name: "conn-1" });
    expect((await arm("GET", id.replace("conn-1", "pe-1"))).status).toBe(404);
  });

  it("has its groups, no action required and an empty description where none was given, in GET and list alike", async () => {
    const id = await ask("pe-1");
    const printed = {
      id,
      name: "pe-1",
      type: "Microsoft.ApiManagement/service/privateEndpointConnections",
      properties: {
        provisioningState: "Succeeded",
        privateEndpoint: { id: expect.stringContaining("/privateEndpoints/pe-1") as string },
        groupIds: ["Gateway"],
        privateLinkServiceConnectionState: { status: "Pending", description: "", actionsRequired: null },
      },
    };
    expect((await arm("GET", id)).body).toEqual(printed);
    expect((await arm("GET", `${orders().id}/privateEndpointConnections`)).body).toEqual({
      value: [printed],
    });
    expect((await arm("GET", orders().id)).body).toMatchObject({
      properties: { privateEndpointConnections: [printed] },
    });
  });

  it("that is none is null on the service, and an empty list in the list", async () => {
    expect((await arm("GET", orders().id)).body).toMatchObject({
      properties: { privateEndpointConnections: null, additionalLocations: null, virtualNetworkType: "None" },
      identity: null,
      zones: null,
    });
    expect((await arm("GET", `${orders().id}/privateEndpointConnections`)).body).toEqual({ value: [] });
  });

  it("is listed before those that came earlier", async () => {
    await ask("pe-1");
    await ask("pe-2");
    const { value } = (await arm("GET", `${orders().id}/privateEndpointConnections`)).body as {
      value: { name: string }[];
    };
    expect(value.map(({ name }) => name)).toEqual(["pe-2", "pe-1"]);
  });

  it("keeps its name to itself, until its endpoint is deleted: then it is another's", async () => {
    await ask("pe-1");
    const other = { token: "requester", subscriptionId: subscriptions.sandbox };
    await expect(ask("pe-1", other)).rejects.toMatchObject({
      statusCode: 400,
      code: "PrivateEndpointConnectionNameInUse",
    });
    await networkClient(simulator, "requester", subscriptions.landingZone).privateEndpoints.delete(
      "rg-app",
      "pe-1",
    );
    await ask("pe-1", other);
    expect(orders().connections.get("pe-1")?.endpointId).toContain(subscriptions.sandbox);
  });

  it("of an endpoint that is deleted goes only where it still is that endpoint's", async () => {
    const id = await ask("pe-1");
    await arm("DELETE", id, undefined, "owner");
    simulator.pass(10 * minute);
    await ask("pe-1", { subscriptionId: subscriptions.sandbox });
    await networkClient(simulator, "requester", subscriptions.landingZone).privateEndpoints.delete(
      "rg-app",
      "pe-1",
    );
    expect(orders().connections.get("pe-1")?.endpointId).toContain(subscriptions.sandbox);
  });
});

/** Makes an endpoint whose connection has another name. */
async function endpointAfter(name: string, connectionName: string) {
  const group = `/subscriptions/${subscriptions.landingZone}/resourceGroups/rg-app/providers/Microsoft.Network`;
  const id = `${group}/privateEndpoints/${name}`;
  const properties = { privateLinkServiceId: orders().id, groupIds: ["Gateway"] };
  const body = {
    location: "westeurope",
    properties: {
      subnet: { id: `${group}/virtualNetworks/vnet-app/subnets/default` },
      manualPrivateLinkServiceConnections: [{ name: connectionName, properties }],
    },
  };
  expect((await arm("PUT", id, body, "requester")).status).toBe(201);
}

describe("an approval", () => {
  it("wants the connection's id in the body, as Azure writes it", async () => {
    const id = await ask("pe-1");
    const properties = { privateLinkServiceConnectionState: { status: "Approved" } };
    for (const sent of [undefined, null, `${id}x`, id.toUpperCase()]) {
      const answer = await arm("PUT", id, { ...(sent === undefined ? {} : { id: sent }), properties });
      expect([answer.status, codeOf(answer)]).toEqual([
        400,
        "ApproveOrRejectPrivateEndpointConnectionBadRequest",
      ]);
    }
    expect((await arm("PUT", id, { id, properties })).status).toBe(202);
  });

  it("is answered 202 with what is wanted, and followed at an address below the connection", async () => {
    const id = await ask("pe-1");
    const { status, body, headers } = await put(id, "Approved", null);
    const shown = { status: "Approved", description: null, actionsRequired: null };
    expect([status, body]).toEqual([202, { id, properties: { privateLinkServiceConnectionState: shown } }]);
    expect(headers.get("retry-after")).toBe("60");
    const location = headers.get("location") ?? "";
    const address = new RegExp(
      `^https://management.azure.com${id}/operationresults/[A-Za-z0-9+]+=*\\?api-version=2024-05-01&t=\\d{18}&c=`,
    );
    expect(location).toMatch(address);
    expect(location.length).toBeGreaterThan(2_500);

    const running = await arm("GET", location);
    expect([running.status, running.text]).toEqual([202, ""]);
    expect(running.headers.get("retry-after")).toBe("60");
    expect(running.headers.get("location")).toMatch(address);
    simulator.pass(3 * minute);
    const over = await arm("GET", location);
    expect(over.status).toBe(200);
    expect(over.body).toEqual(await connectionOf(id));
    expect(over.body).toMatchObject({
      properties: { privateLinkServiceConnectionState: { status: "Approved", description: "" } },
    });
  });

  it("takes as long as recorded: the old state, then Updating, then the new one, and the service after it", async () => {
    const id = await ask("pe-1");
    await put(id, "Approved");
    expect([await stateOf(id), serviceStateOf()]).toEqual([["Pending", "Succeeded"], "Updating"]);
    expect(orders().properties.targetProvisioningState).toBe("Updating");
    simulator.pass(130_000);
    expect([await stateOf(id), serviceStateOf()]).toEqual([["Pending", "Updating"], "Updating"]);
    simulator.pass(45_000);
    expect([await stateOf(id), serviceStateOf()]).toEqual([["Approved", "Succeeded"], "Updating"]);
    simulator.pass(20_000);
    expect([serviceStateOf(), orders().properties.targetProvisioningState]).toEqual(["Succeeded", ""]);
  });

  it("can be taken back, and a rejection cannot; nor is a state repeated", async () => {
    const id = await ask("pe-1");
    const done = async (status: string) => {
      const answer = await put(id, status);
      simulator.pass(4 * minute);
      return answer;
    };
    expect((await done("Approved")).status).toBe(202);
    expect(codeOf(await done("Approved"))).toBe("InvalidValuesForRequestParameters");
    expect((await done("Rejected")).status).toBe(202);
    expect((await stateOf(id))[0]).toBe("Rejected");
    for (const status of ["Approved", "Rejected"])
      expect(codeOf(await done(status))).toBe("InvalidValuesForRequestParameters");
    expect(codeOf(await done("Maybe"))).toBe("ValidationError");
  });

  it("is refused while the service is Updating, or waits for its turn where that is asked for", async () => {
    const [first, second] = [await ask("pe-1"), await ask("pe-2")];
    await put(first, "Approved");
    expect(codeOf(await put(second, "Approved"))).toBe("PessimisticConcurrencyConflict");
    simulator.pass(175_000);
    expect((await put(second, "Approved")).status).toBe(409);
    simulator.pass(20_000);
    expect((await put(second, "Approved")).status).toBe(202);

    await again({ whileUpdating: "queue" });
    const [third, fourth] = [await ask("pe-3"), await ask("pe-4")];
    const answers = [await put(third, "Approved"), await put(fourth, "Rejected")];
    expect(answers.map(({ status }) => status)).toEqual([202, 202]);
    simulator.pass(180_000);
    expect([(await stateOf(third))[0], (await stateOf(fourth))[0]]).toEqual(["Approved", "Pending"]);
    simulator.pass(20_000);
    expect(serviceStateOf()).toBe("Updating");
    simulator.pass(130_000);
    expect([(await stateOf(fourth))[0], serviceStateOf()]).toEqual(["Rejected", "Updating"]);
    simulator.pass(20_000);
    expect(serviceStateOf()).toBe("Succeeded");
  });

  it("of a connection that goes meanwhile has no effect, on the next one of its name neither", async () => {
    const id = await ask("pe-1");
    const location = (await put(id, "Approved")).headers.get("location") ?? "";
    await networkClient(simulator, "requester", subscriptions.landingZone).privateEndpoints.delete(
      "rg-app",
      "pe-1",
    );
    await ask("pe-1", { subscriptionId: subscriptions.sandbox });
    simulator.pass(5 * minute);
    expect(await stateOf(id)).toEqual(["Pending", "Succeeded"]);
    expect((await arm("GET", location)).status).toBe(404);
  });

  it("may be followed only by those with the right to it, and only where it was told", async () => {
    const id = await ask("pe-1");
    const location = (await put(id, "Approved")).headers.get("location") ?? "";
    const app = simulator.world.principals.get("simulated");
    const [own] = app?.assignments ?? [];
    const actions = (own?.actions ?? []).filter((action) => !action.includes("Connections/operationresults"));
    app?.assignments.splice(0, 1, { scope: own?.scope ?? "", actions });
    expect((await arm("GET", location)).status).toBe(403);
    expect((await arm("GET", location, undefined, "owner")).status).toBe(202);
    const elsewhere = location.replace("/privateEndpointConnections/pe-1", "");
    expect((await arm("GET", elsewhere, undefined, "owner")).status).toBe(404);
  });

  it("takes about as long as recorded where a seed is given, and in every run the same", async () => {
    const took = async (seed: number) => {
      await again({ seed });
      const id = await ask("pe-1");
      await put(id, "Approved");
      // The simulated clock goes on by itself too: what a busy machine takes to ask counts as well.
      const begun = performance.now();
      let passed = 0;
      for (; (await stateOf(id))[0] === "Pending"; passed++) simulator.pass(1_000);
      return passed + (performance.now() - begun) / 1_000;
    };
    const [one, same, other] = [await took(1), await took(1), await took(2)];
    expect(Math.abs(one - same)).toBeLessThan(2);
    expect(Math.abs(one - other)).toBeGreaterThan(4);
    for (const seconds of [one, other]) expect(Math.abs(seconds - 175)).toBeLessThan(37);
  });

  it("is over sooner where the clock runs faster, and looks the same", async () => {
    await again({ speed: 600 });
    const id = await ask("pe-1");
    const { status, headers } = await put(id, "Approved");
    expect([status, headers.get("retry-after")]).toEqual([202, "1"]);
    await expect.poll(() => stateOf(id), { timeout: 2_000 }).toEqual(["Approved", "Succeeded"]);
  });
});

describe("the owner's removal of a connection", () => {
  it("is answered 202, takes its time, and leaves the endpoint Disconnected", async () => {
    const id = await ask("pe-1", { message: "please" });
    expect((await arm("DELETE", id)).status).toBe(403);
    const { status, body, headers } = await arm("DELETE", id, undefined, "owner");
    expect([status, body]).toEqual([202, {}]);
    const location = headers.get("location") ?? "";
    expect(location).toContain(`${id}/operationresults/`);
    expect((await arm("GET", location, undefined, "owner")).status).toBe(202);
    simulator.pass(3 * minute);
    expect((await arm("GET", location, undefined, "owner")).status).toBe(204);
    expect((await arm("GET", id)).status).toBe(404);
    const network = networkClient(simulator, "requester", subscriptions.landingZone);
    const endpoint = await network.privateEndpoints.get("rg-app", "pe-1");
    expect(endpoint.manualPrivateLinkServiceConnections?.[0]?.privateLinkServiceConnectionState).toEqual({
      status: "Disconnected",
      description: "please",
      actionsRequired: "None",
    });
  });
});

describe("a private endpoint", () => {
  const endpointOf = async (name: string) => {
    const id = `/subscriptions/${subscriptions.landingZone}/resourceGroups/rg-app/providers/Microsoft.Network/privateEndpoints/${name}`;
    return (await arm("GET", id, undefined, "requester")).body as {
      tags?: object;
      properties: { networkInterfaces: [{ id: string }]; customDnsConfigs: unknown };
    };
  };

  it("has its address on its interface alone, until it is approved", async () => {
    const id = await ask("pe-1");
    const { properties } = await endpointOf("pe-1");
    expect(properties).toMatchObject({ customDnsConfigs: [], ipConfigurations: [] });
    const [{ id: nic }] = properties.networkInterfaces;
    expect(nic).toMatch(/\/networkInterfaces\/pe-1\.nic\.[0-9a-f-]{36}$/);
    expect((await arm("GET", nic, undefined, "requester")).body).toMatchObject({
      properties: { ipConfigurations: [{ properties: { privateIPAddress: "10.20.0.4" } }] },
    });
    await put(id, "Approved");
    simulator.pass(4 * minute);
    expect((await endpointOf("pe-1")).properties.customDnsConfigs).toEqual([
      { fqdn: "apim-orders.azure-api.net", ipAddresses: ["10.20.0.4"] },
    ]);
  });

  it("awaits approval in the answer to its PUT, and says afterwards what its connection says", async () => {
    const group = `/subscriptions/${subscriptions.landingZone}/resourceGroups/rg-app/providers/Microsoft.Network`;
    const link = { name: "c", properties: { privateLinkServiceId: orders().id, groupIds: ["Gateway"] } };
    const body = {
      location: "westeurope",
      properties: {
        subnet: { id: `${group}/virtualNetworks/vnet-app/subnets/default` },
        manualPrivateLinkServiceConnections: [link],
      },
    };
    const described = (description: string) => ({
      properties: {
        manualPrivateLinkServiceConnections: [
          {
            name: "c",
            properties: { privateLinkServiceConnectionState: { status: "Pending", description } },
          },
        ],
      },
    });
    const made = await arm("PUT", `${group}/privateEndpoints/pe-1`, body, "requester");
    expect(made.body).toMatchObject(described("Awaiting Approval"));
    expect(await endpointOf("pe-1")).toMatchObject(described(""));
    expect(await endpointOf("pe-1")).not.toHaveProperty("tags");
  });
});
