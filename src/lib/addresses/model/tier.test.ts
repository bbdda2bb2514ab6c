import { describe, expect, it } from "vitest";
import { expected, sharesAddresses, type AddressKind } from "./tier.ts";

const has = (kind: AddressKind, sku?: string, virtualNetworkType?: string, natGatewayState?: string) =>
  expected(kind, { sku, virtualNetworkType, natGatewayState });

describe("a tier", () => {
  it.each(["Developer", "BASIC", "standard", "Premium", "Isolated"])("%s has public addresses", (sku) => {
    expect(has("public", sku)).toEqual({ has: "yes" });
    expect(sharesAddresses(sku)).toBe(false);
  });

  it.each(["Consumption", "BasicV2", "standardv2", "PremiumV2"])("%s shares its addresses", (sku) => {
    for (const kind of ["public", "outbound"] as const)
      expect(has(kind, sku)).toEqual({
        has: "no",
        advice: expect.stringContaining(`the tier ${sku} has no`),
      });
    expect(sharesAddresses(sku)).toBe(true);
  });

  it.each([
    [undefined, "the answer does not say the tier"],
    ["", " is not a tier that Drawbridge knows"],
    ["Galactic", "Galactic is not a tier that Drawbridge knows"],
  ])("%j tells nothing", (sku, why) => {
    for (const kind of ["public", "outbound"] as const)
      expect(has(kind, sku)).toEqual({ has: "unknown tier", why });
  });

  it.each([
    ["internal", "yes"],
    ["Internal", "yes"],
    ["None", "no"],
    ["External", "no"],
    ["Other", "not in answer"],
    [undefined, "not in answer"],
  ])("in a virtual network of type %s has private addresses: %s, whatever it is", (type, private_) => {
    for (const sku of ["Premium", "PremiumV2", undefined])
      expect(has("private", sku, type)).toEqual({ has: private_ });
  });

  it.each([
    ["Enabled", "yes"],
    ["Disabled", "no"],
    ["Unsupported", "no"],
    ["Other", "not in answer"],
    [undefined, "not in answer"],
  ])("with a NAT gateway that is %s has outbound addresses: %s", (state, outbound) => {
    expect(has("outbound", "Premium", "External", state)).toEqual({ has: outbound });
  });
});
