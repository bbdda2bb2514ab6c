import { beforeEach, describe, expect, it } from "vitest";
import type { Cause } from "../../src/lib/addresses/causes.ts";
import { answer, place, watching, type Watching } from "./address-watching.ts";

/** Tiers with shared addresses: what they show is ignored, and the baseline of another tier is kept. */
const sharing = ["Consumption", "BasicV2", "StandardV2", "PremiumV2", "premiumv2"];
const showing = (sku: string, last: number, more: object = {}) =>
  answer({
    sku,
    places: [
      place({
        publicAddresses: [`203.0.113.${last}`],
        outboundAddresses: [`198.51.100.${last}`],
        natGatewayState: "Enabled",
        ...more,
      }),
    ],
  });

let service: Watching;
beforeEach(() => {
  service = watching();
});

describe.each(sharing)("%s", (sku) => {
  it("has no public and no outbound address of its own, whatever an answer shows", () => {
    for (const last of [1, 2, 3]) service.see(showing(sku, last));
    for (const kind of ["public", "outbound"] as const)
      expect(service.record(kind)).toMatchObject({
        baseline: [],
        current: [],
        advice: expect.stringContaining("AzureCloud"),
      });
    expect(service.raisedAlerts()).toEqual([]);
    expect(service.history.map(({ kind }) => kind)).toEqual(["learned"]);
  });

  it("has a private address if its virtual network mode is internal, and that may drift", () => {
    const injected = (address: string) =>
      answer({ sku, virtualNetworkType: "Internal", places: [place({ privateAddresses: [address] })] });
    service.see(injected("10.0.0.4"));
    service.see(injected("10.0.0.5"));
    expect(service.alerts).toMatchObject([{ data: { addresses: [{ kind: "private" }] } }]);
  });

  it("raises one alert if the previous tier had addresses, and keeps them as the baseline", () => {
    service.see(showing("Premium", 1));
    service.see(showing(sku, 2));
    expect(service.isBelieved()).toBe(false);
    service.see(showing(sku, 3), 2 * 24 * 60);
    expect(service.alerts).toMatchObject([
      {
        type: "Drawbridge.AddressNotJudged",
        data: {
          reason: expect.stringContaining("not applicable"),
          addresses: [
            { kind: "public", baseline: ["203.0.113.1"], removed: ["203.0.113.1"], current: [] },
            { kind: "outbound", baseline: ["198.51.100.1"] },
          ],
        },
      },
    ]);
    expect(service.record()).toMatchObject({ baseline: ["203.0.113.1"], current: [] });
    expect(service.history.map(({ kind }) => kind)).toEqual(["learned", "changed", "not applicable"]);
  });

  it("ends a drift of the previous tier without a restoration", () => {
    service.see(showing("Premium", 1));
    service.see(showing("Premium", 2));
    service.see(showing(sku, 2));
    expect(service.raisedAlerts()).toEqual(["AddressDrifted", "AddressNotJudged"]);
    expect(service.record()?.drift).toBeUndefined();
  });

  it("raises an alert that its declared addresses are not compared", () => {
    service.declare(["203.0.113.99"]);
    service.see(showing(sku, 1));
    service.see(showing(sku, 2));
    expect(service.raisedAlerts()).toEqual(["AddressNotJudged"]);
    expect(service.record()).toMatchObject({ baseline: ["203.0.113.99"], origin: { kind: "declared" } });
  });

  it("learns the first own addresses of the next tier after two observations, without an alert", () => {
    service.see(showing(sku, 1));
    service.see(showing("Premium", 2));
    expect(service.isBelieved()).toBe(false);
    expect(service.record()).toMatchObject({ baseline: ["203.0.113.2"], origin: { kind: "learned" } });
    expect(service.record()?.advice).toBeUndefined();
    expect(service.raisedAlerts()).toEqual([]);
    service.see(showing("Premium", 3));
    expect(service.raisedAlerts()).toEqual(["AddressDrifted"]);
  });
});

describe("a tier that changed", () => {
  const firstCause = () => (service.alerts.at(-1)?.data.causes as readonly Cause[] | undefined)?.[0];

  it("is the cause of changed addresses", () => {
    service.see(showing("Developer", 1));
    service.see(showing("Premium", 2));
    expect(service.raisedAlerts()).toEqual(["AddressDrifted"]);
    expect(firstCause()).toMatchObject({ cause: "tier changed", likelihood: "likely" });
  });

  it("and changed back restores the comparison with the old baseline", () => {
    service.see(showing("Premium", 1));
    service.see(showing("StandardV2", 9));
    service.see(showing("Premium", 1));
    expect(service.raisedAlerts()).toEqual(["AddressNotJudged"]);
    expect(service.record()).toMatchObject({ baseline: ["203.0.113.1"], current: ["203.0.113.1"] });
    service.see(showing("StandardV2", 9));
    service.see(showing("Premium", 2));
    expect(service.raisedAlerts()).toEqual(["AddressNotJudged", "AddressNotJudged", "AddressDrifted"]);
    expect(firstCause()).toMatchObject({ cause: "tier changed" });
    expect(service.record()?.baseline).toEqual(["203.0.113.1"]);
  });
});
