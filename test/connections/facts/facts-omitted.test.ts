import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { fields, type FieldName } from "../../../src/lib/policy/language/fields.ts";
import { factSheetOf, requestFactSheet, unknownWhilePending } from "./fact-sheets.ts";
import { startWorkbench, type Workbench } from "../../workbench.ts";

let workbench: Workbench;
beforeEach(async () => {
  workbench = await startWorkbench();
  Object.assign(workbench.orders.properties, { additionalLocations: [] });
});
afterEach(() => workbench.stop());

/**
 * Fields from ids, ARM's status codes, the requester's subscription and the clock, which no omitted property affects.
 */
const fromOtherSources: readonly FieldName[] = [
  ...(["connection.id", "connection.name", "connection.state", "time.now"] as const),
  ...(["endpoint.id", "endpoint.subscriptionId", "endpoint.resourceGroup", "endpoint.name"] as const),
  ...(["endpoint.subnet.id", "endpoint.subnet.name"] as const),
  ...(["endpoint.virtualNetwork.id", "endpoint.virtualNetwork.name"] as const),
  ...(["requester.tenant", "requester.subscriptionName", "requester.managementGroups"] as const),
  "requester.subscriptionTags",
  ...(["service.id", "service.subscriptionId", "service.resourceGroup", "service.name"] as const),
];

describe("a property that Azure omits", () => {
  const replies = (path: string, body: unknown, after = 0) => {
    const does = { kind: "answer", answer: { status: 200, body } } as const;
    workbench.simulator.faults.add({ method: "GET", path, after, times: 10, does });
  };

  /** The facts if every answer has only its required properties, and `optional` makes the others. */
  async function bare(optional: (names: readonly string[]) => object) {
    const id = await workbench.ask();
    const { endpointId } = workbench.onAzure(id);
    const network = endpointId.replace(/privateEndpoints.*/, "virtualNetworks/vnet-app");
    const subnet = { id: `${network}/subnets/snet-endpoints` };
    replies(id.text.toLowerCase(), {
      id: id.text,
      properties: {
        ...optional(["provisioningState", "groupIds"]),
        privateEndpoint: { id: endpointId },
        privateLinkServiceConnectionState: { status: "Pending", ...optional(["description"]) },
      },
    });
    replies("/virtualnetworks/", {
      id: network,
      ...optional(["tags"]),
      properties: {
        ...optional(["addressSpace"]),
        subnets: [{ ...subnet, properties: optional(["addressPrefix", "addressPrefixes"]) }],
      },
    });
    const lists = ["customDnsConfigs", "ipConfigurations", "applicationSecurityGroups"];
    const links = ["privateLinkServiceConnections", "manualPrivateLinkServiceConnections"];
    const unlocated = { id: endpointId, ...optional(["location", "tags"]) };
    replies("/privateendpoints/", {
      ...unlocated,
      properties: { subnet, ...optional([...lists, ...links]) },
    });
    const raisedAlerts = [
      "virtualNetworkType",
      "publicNetworkAccess",
      "platformVersion",
      "additionalLocations",
      "privateEndpointConnections",
    ];
    replies("/privateendpointconnections", optional(["value"]));
    replies("/service/apim-orders", {
      id: workbench.orders.id,
      ...optional(["location", "tags", "sku"]),
      properties: optional(raisedAlerts),
    });
    return factSheetOf(workbench, id);
  }

  const named = (value: unknown) => (names: readonly string[]) =>
    Object.fromEntries(names.map((name) => [name, value]));

  it.each([
    ["is absent", () => ({}), "not-in-answer"],
    ["is null", named(null), "not-in-answer"],
    ["is of another type", named(7), "malformed"],
  ] as const)("that %s is unknown, never empty", async (_, optional, reason) => {
    const { known: found, unknown: missing } = await bare(optional);
    expect(Object.keys(found).toSorted()).toEqual(fromOtherSources.toSorted());
    expect(Object.keys(missing).toSorted()).toEqual(
      fields
        .map(({ name }) => name)
        .filter((name) => !fromOtherSources.includes(name))
        .toSorted(),
    );
    // A message that is not a text counts as omitted.
    expect(missing["connection.message"]).toBe("not-in-answer");
    expect(new Set(Object.values({ ...missing, "connection.message": reason }))).toEqual(new Set([reason]));
  });

  it("leaves only the regions unknown if Azure has null for them", async () => {
    Object.assign(workbench.orders.properties, { additionalLocations: null });
    const { known: found, unknown: missing } = await requestFactSheet(workbench);
    expect(missing).toEqual({ ...unknownWhilePending, "service.locations": "not-in-answer" });
    expect(found["service.location"]).toBe("westeurope");
  });
});
