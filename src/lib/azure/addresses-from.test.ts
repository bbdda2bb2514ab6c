import { describe, expect, it } from "vitest";
import { serviceAnswerFrom } from "./addresses-from.ts";

/** An answer as recorded of a service in one location, without zones and without a public IP resource. */
const recorded = {
  id: "/subscriptions/11111111-1111-4111-8111-111111111111/resourceGroups/rg/providers/Microsoft.ApiManagement/service/a",
  location: "West Europe",
  sku: { name: "Premium", capacity: 1 },
  tags: {},
  zones: null,
  properties: {
    provisioningState: "Succeeded",
    publicIPAddresses: ["203.0.113.9"],
    privateIPAddresses: null,
    publicIpAddressId: null,
    additionalLocations: null,
  },
};

function read(top: object, properties: object = {}) {
  const body = { ...recorded, ...top, properties: { ...recorded.properties, ...properties } };
  const answer = serviceAnswerFrom(JSON.parse(JSON.stringify(body)));
  if (answer.kind === "unknown") throw new Error(answer.reason);
  const [place] = answer.value.places;
  return { ...answer.value, place };
}

describe("the addresses in an answer", () => {
  it("are none if Azure writes null, as recorded", () => {
    const { place, placesIncomplete } = read({});
    expect(place).toMatchObject({ zones: [], publicIpId: "" });
    expect(placesIncomplete).toBeUndefined();
  });

  it("are unknown if the property is missing", () => {
    const malformed = read(
      { zones: undefined },
      { publicIpAddressId: undefined, additionalLocations: undefined, publicIPAddresses: undefined },
    );
    expect(malformed.place).toEqual({ location: "West Europe" });
    expect(malformed.placesIncomplete).toBe(true);
  });

  it("are unknown if the property has another type", () => {
    const of = { publicIpAddressId: 7, publicIPAddresses: [null], createdAtUtc: "yesterday" };
    const { place, createdAt } = read({ zones: "1" }, of);
    expect(place).toEqual({ location: "West Europe" });
    expect(createdAt).toBeUndefined();
  });
});
