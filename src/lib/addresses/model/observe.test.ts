import { describe, expect, it } from "vitest";
import { parsePublicIpId, parseServiceId, type PublicIpId, type ServiceId } from "../../azure/resource-id.ts";
import type { PlaceAnswer, PublicIpAnswer, ServiceAnswer } from "../azure-addresses.ts";
import type { Seen } from "./observation.ts";
import { observePublicIp, observeService } from "./observe.ts";

const group = "/subscriptions/11111111-1111-4111-8111-111111111111/resourceGroups/rg/providers";
const service = parseServiceId(`${group}/Microsoft.ApiManagement/service/a`) as ServiceId;
const publicIp = parsePublicIpId(`${group}/Microsoft.Network/publicIPAddresses/pip`) as PublicIpId;

const place: PlaceAnswer = {
  location: "West Europe",
  publicAddresses: ["203.0.113.11", "203.0.113.10"],
  natGatewayState: "Disabled",
};
const answer: ServiceAnswer = {
  id: service,
  tags: { kind: "unknown", reason: "failed" },
  sku: "Premium",
  provisioningState: "Succeeded",
  virtualNetworkType: "None",
  places: [place],
};
const beside = { subscriptionState: "Enabled", publicIps: new Map<string, PublicIpAnswer>() };
const ip: PublicIpAnswer = {
  id: publicIp,
  location: "West Europe",
  address: "203.0.113.10",
  zones: [],
  provisioningState: "Succeeded",
};

const observe = (more: Partial<ServiceAnswer> = {}, state: string | undefined = "Enabled") =>
  observeService({ ...answer, ...more }, { ...beside, subscriptionState: state });
/** What is seen of one kind in the one location. */
const seen = (
  kind: string,
  more: Partial<PlaceAnswer>,
  of: Partial<ServiceAnswer> = {},
): Seen | undefined => {
  const observation = observe({ ...of, places: [{ ...place, ...more }] });
  if (observation.kind !== "settled") throw new Error(observation.kind);
  return observation.observed.find((each) => each.kind === kind)?.seen;
};

describe("a service's answer is not compared", () => {
  it.each<[Partial<ServiceAnswer>, string | undefined, string, boolean]>([
    [{}, "Disabled", "its subscription is Disabled", true],
    [{}, "warned", "its subscription is warned", true],
    [{}, "Deleted", "its subscription is Deleted", true],
    [{ provisioningState: "Updating" }, "Enabled", "it is Updating", false],
    [{ provisioningState: "Stopped" }, "Enabled", "it is Stopped", true],
    [{ provisioningState: undefined as never }, "Enabled", "it is unknown", false],
    [{ targetProvisioningState: "Deleted" }, "Enabled", "it is becoming Deleted", false],
  ])("%j in a subscription that is %s: %s", (more, state, why, suspended) => {
    expect(observe(more, state)).toEqual({ kind: "unsettled", why, suspended });
  });

  it.each<[Partial<ServiceAnswer>, string | undefined]>([
    [{}, "PastDue"],
    [{}, undefined],
    [{ provisioningState: "failed" }, "Enabled"],
    [{ targetProvisioningState: "" }, "Enabled"],
    [{ targetProvisioningState: "succeeded" }, "Enabled"],
  ])("but it is with %j in a subscription that is %s", (more, state) => {
    expect(observe(more, state).kind).toBe("settled");
  });
});

describe("addresses in a service's answer", () => {
  it("are a set, in a location by its name", () => {
    const observation = observe({ placesIncomplete: true });
    expect(observation).toMatchObject({ placesIncomplete: true });
    expect(observation.kind === "settled" && observation.observed[0]).toEqual({
      kind: "public",
      location: "westeurope",
      seen: { kind: "addresses", addresses: ["203.0.113.10", "203.0.113.11"] },
    });
    expect("placesIncomplete" in observe()).toBe(false);
  });

  it.each([[undefined], [[]]])("that must exist and do not are unknown: %j", (publicAddresses) => {
    expect(seen("public", { publicAddresses: publicAddresses as never })).toEqual({
      kind: "unknown",
      why: "the answer has none, and there has to be one",
      expected: true,
    });
  });

  it("that cannot be read are unknown, all of them", () => {
    expect(seen("public", { publicAddresses: ["203.0.113.10", "nothing"] })).toEqual({
      kind: "unknown",
      why: "an address in the answer cannot be read",
      expected: true,
    });
  });

  it("of an unknown tier are unknown", () => {
    expect(seen("public", {}, { sku: "New" })).toMatchObject({ kind: "unknown", expected: true });
  });

  it("of a tier that shares them are none", () => {
    expect(seen("public", {}, { sku: "Consumption" })).toMatchObject({
      kind: "none",
      advice: expect.any(String),
    });
  });

  it("that are private follow from the network", () => {
    expect(seen("private", {})).toEqual({ kind: "none" });
    expect(seen("private", { privateAddresses: ["10.0.0.1"] }, { virtualNetworkType: "Internal" })).toEqual({
      kind: "addresses",
      addresses: ["10.0.0.1"],
    });
    expect(seen("private", {}, { virtualNetworkType: "Odd" })).toEqual({
      kind: "unknown",
      why: "the answer does not say whether there are any",
      expected: false,
    });
  });
});

describe("outbound addresses", () => {
  const own = ["203.0.113.10", "203.0.113.11"];
  it.each<[string, Partial<PlaceAnswer>, Partial<Seen>]>([
    ["none without a NAT gateway", {}, { kind: "none" }],
    [
      "those of the NAT gateway",
      { natGatewayState: "Enabled", outboundAddresses: own },
      { kind: "addresses", addresses: own },
    ],
    ["no kind of their own where they are the public ones", { outboundAddresses: own }, { kind: "none" }],
    [
      "no kind of their own where they are some of them",
      { outboundAddresses: ["203.0.113.11"] },
      { kind: "none" },
    ],
    [
      "unknown where they contradict the public ones",
      { outboundAddresses: ["203.0.113.12"] },
      { kind: "unknown", expected: false, why: "they are not the public ones, and there is no NAT gateway" },
    ],
    [
      "their own where nothing is said of a NAT gateway",
      { natGatewayState: undefined as never, outboundAddresses: ["203.0.113.12"] },
      { kind: "addresses", addresses: ["203.0.113.12"] },
    ],
    [
      "unknown beside public ones that cannot be read",
      { publicAddresses: ["nothing"], outboundAddresses: own },
      { kind: "unknown", expected: true, why: "they may be the public ones, which cannot be read" },
    ],
    [
      "unknown without public ones",
      { publicAddresses: [], outboundAddresses: own },
      { kind: "unknown", expected: true },
    ],
  ])("are %s", (_, more, expected) => {
    expect(seen("outbound", more)).toMatchObject(expected);
  });
});

describe("what a service's addresses depend on", () => {
  const circumstances = (more: Partial<ServiceAnswer>, publicIps = beside.publicIps) => {
    const observation = observeService({ ...answer, ...more }, { ...beside, publicIps });
    return observation.kind === "settled" ? observation.circumstances : {};
  };

  it("is what its answer says, in each location", () => {
    const subnetId = `${group}/Microsoft.Network/virtualNetworks/v/subnets/S`;
    const found = circumstances(
      {
        createdAt: "c",
        hostnames: ["B", "a"],
        places: [{ ...place, zones: [], subnetId, publicIpId: publicIp.text, platformVersion: "stv2" }],
      },
      new Map([
        [publicIp.text, { ...ip, guid: "g", allocation: "Static", sku: "Standard", attachedTo: "X" }],
      ]),
    );
    expect(found).toEqual({
      created: "c",
      network: "None",
      hostnames: "a, b",
      sku: "Premium",
      "zones westeurope": "none",
      "subnet westeurope": subnetId.toLowerCase(),
      "public-ip westeurope": publicIp.text,
      "nat-gateway westeurope": "Disabled",
      "platform westeurope": "stv2",
      "public-ip-guid westeurope": "g",
      "public-ip-attachment westeurope": "x",
      "public-ip-allocation westeurope": "Static",
      "public-ip-sku westeurope": "Standard",
    });
  });

  it("is no subnet without a network, and unknown in one", () => {
    expect(circumstances({})["subnet westeurope"]).toBe("none");
    expect(circumstances({ virtualNetworkType: "NONE" })["subnet westeurope"]).toBe("none");
    for (const virtualNetworkType of ["External", undefined as never])
      expect(circumstances({ virtualNetworkType })).not.toHaveProperty(["subnet westeurope"]);
  });

  it("is no public IP resource where the answer says so, and unknown where it is silent", () => {
    expect(circumstances({ places: [{ ...place, publicIpId: "" }] })["public-ip westeurope"]).toBe("none");
    expect(circumstances({})).not.toHaveProperty(["public-ip westeurope"]);
  });
});

describe("a public IP resource's answer", () => {
  it("has its address", () => {
    expect(observePublicIp(ip)).toEqual({
      kind: "settled",
      observed: [
        { kind: "public", location: "westeurope", seen: { kind: "addresses", addresses: ["203.0.113.10"] } },
      ],
      circumstances: { "public-ip-attachment westeurope": "nothing" },
    });
  });

  it.each([
    ["Updating", "it is Updating"],
    [undefined, "it is unknown"],
  ])("is not compared while it is %s", (provisioningState, why) => {
    expect(observePublicIp({ ...ip, provisioningState: provisioningState as never })).toEqual({
      kind: "unsettled",
      why,
      suspended: false,
    });
  });

  it.each<[Partial<PublicIpAnswer>, Seen["kind"]]>([
    [{ allocation: "Dynamic" }, "none"],
    [{ allocation: "Static" }, "unknown"],
    [{ allocation: "Dynamic", attachedTo: "x" }, "unknown"],
    [{}, "unknown"],
  ])("without an address and with %j has: %s", (more, kind) => {
    const { address: _, ...without } = ip;
    expect(observePublicIp({ ...without, ...more })).toMatchObject({ observed: [{ seen: { kind } }] });
  });
});
