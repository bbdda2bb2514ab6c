import { beforeEach, describe, expect, it } from "vitest";
import type { PlaceAnswer, ServiceAnswer } from "../../src/lib/addresses/azure-addresses.ts";
import { answer, place, watching, type Incomplete, type Watching } from "./address-watching.ts";

/** What is not in an answer is unknown: never none, never right, never a drift, and never a baseline. */
const day = 24 * 60;
const inside = { virtualNetworkType: "Internal" };
const all = {
  publicAddresses: ["203.0.113.10"],
  privateAddresses: ["10.0.0.4"],
  outboundAddresses: ["203.0.113.64/30"],
  natGatewayState: "Enabled",
};
const whole = (more: Incomplete<PlaceAnswer> = {}, of: Incomplete<ServiceAnswer> = {}) =>
  answer({ ...inside, ...of, places: [place({ ...all, ...more })] });

let service: Watching;
beforeEach(() => {
  service = watching();
});

describe("a list that was known and is not in the answer", () => {
  const kinds = [
    ["public", { publicAddresses: undefined }, {}],
    ["private", { privateAddresses: undefined }, {}],
    ["private", { privateAddresses: undefined }, { virtualNetworkType: undefined }],
    ["outbound", { outboundAddresses: undefined }, {}],
    ["outbound", { outboundAddresses: undefined, natGatewayState: undefined }, {}],
    ["public", { publicAddresses: [] }, {}],
    ["private", { privateAddresses: [] }, {}],
    ["outbound", { outboundAddresses: [] }, {}],
    ["public", {}, { sku: undefined }],
    ["outbound", {}, { sku: undefined }],
    ["public", { publicAddresses: ["203.0.113.99"] }, { sku: "Ultimate" }],
  ] as const;

  it.each(kinds)("of %s addresses (%o, %o) is unknown, and nothing else changes", (kind, more, of) => {
    service.see(whole());
    const before = service.record(kind);
    service.see(whole(more, of));
    expect(service.record(kind)).toEqual({
      ...before,
      version: "written",
      unsettled: { since: "2026-01-01T00:30:00.000Z", why: expect.any(String) },
    });
    expect(service.isBelieved()).toBe(false);
    service.see(whole());
    expect(service.record(kind)).toEqual({ ...before, version: "written" });
    expect(service.raisedAlerts()).toEqual([]);
  });

  it.each(kinds)("of %s addresses (%o, %o) ends no drift", (kind, more, of) => {
    service.see(
      whole({
        publicAddresses: ["203.0.113.1"],
        privateAddresses: ["10.0.0.1"],
        outboundAddresses: ["203.0.113.1"],
      }),
    );
    service.see(whole());
    service.see(whole(more, of));
    expect(service.record(kind)?.drift).toBeDefined();
    expect(service.raisedAlerts()).toEqual(["AddressDrifted"]);
  });

  it("is reported once after a day, with its last known addresses, and not again until it was known", () => {
    service.see(whole());
    service.see(whole({ privateAddresses: undefined }));
    service.see(whole({ privateAddresses: undefined }), day - 1);
    expect(service.raisedAlerts()).toEqual([]);
    service.see(whole({ privateAddresses: undefined }), 1);
    service.see(whole({ privateAddresses: undefined }), 5 * day);
    expect(service.alerts).toMatchObject([
      {
        type: "Drawbridge.AddressNotJudged",
        data: {
          since: "2026-01-01T00:30:00.000Z",
          reason: expect.stringContaining("private in westeurope: unknown since 2026-01-01T00:30:00.000Z"),
          addresses: [{ kind: "private", current: ["10.0.0.4"] }],
        },
      },
    ]);
    service.see(whole());
    expect(service.history.map(({ kind }) => kind)).toEqual(["learned", "unknown", "known"]);
    service.see(whole({ privateAddresses: undefined }));
    service.see(whole({ privateAddresses: undefined }), day);
    expect(service.raisedAlerts()).toEqual(["AddressNotJudged", "AddressNotJudged"]);
  });

  it.each([
    ["that is Updating", () => service.see(answer({ provisioningState: "Updating" }), day)],
    ["that cannot be read", () => service.fail("forbidden", day)],
  ])("is also reported after a day for a service %s", (_, observe) => {
    service.see(whole());
    observe();
    expect(service.record()?.unsettled).toBeDefined();
    observe();
    observe();
    expect(service.raisedAlerts()).toEqual(["AddressNotJudged"]);
  });

  it("is not reported for a kind without addresses", () => {
    service.see(answer());
    service.see(answer({ virtualNetworkType: undefined }));
    service.see(answer({ virtualNetworkType: undefined }), day);
    expect(service.record("private")?.unsettled?.toldAt).toBeDefined();
    expect(service.raisedAlerts()).toEqual([]);
  });
});

describe("a kind that is not in the first answer", () => {
  it.each([
    ["public", { publicAddresses: undefined }, {}],
    ["private", { privateAddresses: undefined }, {}],
    ["private", { privateAddresses: undefined }, { virtualNetworkType: undefined }],
    ["outbound", { outboundAddresses: undefined }, {}],
    ["outbound", { outboundAddresses: undefined, natGatewayState: undefined }, {}],
    ["outbound", {}, { sku: undefined }],
  ] as const)(
    "(%s: %o, %o) has no baseline until an answer has it, and learns it without an alert",
    (kind, more, of) => {
      service.see(whole(more, of));
      expect(service.record(kind)).toBeUndefined();
      service.see(whole());
      service.see(whole());
      expect(service.record(kind)?.baseline).toHaveLength(1);
      expect(service.raisedAlerts()).toEqual([]);
      expect(service.history.map(({ kind: what }) => what)).toEqual(["learned", "learned"]);
    },
  );
});

describe("without a NAT gateway", () => {
  const out = (outboundAddresses: readonly string[] | undefined, publicAddresses = ["203.0.113.10"]) =>
    answer({ places: [place({ publicAddresses, outboundAddresses })] });

  it.each(["Disabled", "Unsupported", undefined])(
    "(%s), outbound addresses that equal the public ones are not a kind of their own",
    (natGatewayState) => {
      const withOut = answer({
        places: [
          place({
            natGatewayState,
            publicAddresses: ["203.0.113.10"],
            outboundAddresses: ["203.0.113.10/32"],
          }),
        ],
      });
      service.see(out(undefined));
      service.see(withOut);
      service.see(out(undefined));
      expect(service.raisedAlerts()).toEqual([]);
      expect(service.record("outbound")?.baseline).toEqual([]);
    },
  );

  it("a change of both lists is one drift of the public addresses", () => {
    service.see(out(["203.0.113.10"]));
    service.see(out(["203.0.113.11"], ["203.0.113.11"]));
    expect(service.alerts.map(({ data }) => data.addresses)).toMatchObject([[{ kind: "public" }]]);
    service.see(out(["203.0.113.10"]));
    expect(service.raisedAlerts()).toEqual(["AddressDrifted", "AddressRestored"]);
  });

  it("outbound addresses do not drift while one of the two lists is late", () => {
    service.see(out(["203.0.113.10"]));
    service.see(out(["203.0.113.10"], ["203.0.113.11"]));
    expect(service.record("outbound")?.unsettled?.why).toContain("no NAT gateway");
    service.see(out(["203.0.113.11"], ["203.0.113.11"]));
    expect(service.record("outbound")?.unsettled).toBeUndefined();
    expect(service.alerts.map(({ data }) => data.addresses)).toMatchObject([[{ kind: "public" }]]);
  });

  it("outbound addresses are unknown without the public ones", () => {
    service.see(out(undefined));
    service.see(answer({ places: [place({ outboundAddresses: ["203.0.113.9"] })] }));
    expect(service.record("outbound")?.unsettled).toBeDefined();
  });

  it("different outbound addresses are compared if the state of the NAT gateway is unknown", () => {
    const withoutState = (outbound: string) =>
      place({
        natGatewayState: undefined,
        publicAddresses: ["203.0.113.10"],
        outboundAddresses: [outbound],
      });
    service.see(answer({ places: [withoutState("203.0.113.8")] }));
    service.see(answer({ places: [withoutState("203.0.113.9")] }));
    expect(service.record("outbound")?.drift).toBeDefined();
  });
});

describe("a location", () => {
  const north = place({ location: "North Europe", publicAddresses: ["203.0.113.20"] });
  const west = place({ publicAddresses: ["203.0.113.10"] });
  const both = answer({ places: [west, north] });
  const northern = () => service.record("public", "northeurope");

  it("that is missing from two answers is vacated, and the history records it", () => {
    service.see(both);
    service.see(answer({ places: [west] }));
    expect(service.isBelieved()).toBe(false);
    expect(northern()).toMatchObject({
      current: [],
      baseline: ["203.0.113.20"],
      vacatedAt: expect.any(String),
    });
    expect(service.history.at(-1)).toMatchObject({
      kind: "vacated",
      what: "the service is not in northeurope any more",
      addresses: expect.arrayContaining([
        { kind: "public", location: "northeurope", added: [], removed: ["203.0.113.20"], addresses: [] },
      ]),
    });
    service.see(both);
    expect(northern()?.vacatedAt).toBeUndefined();
    expect(service.raisedAlerts()).toEqual([]);
  });

  it("is unknown, not vacated, if the answer does not list all locations", () => {
    service.see(both);
    service.see(answer({ places: [west], placesIncomplete: true }));
    expect(northern()).toMatchObject({ current: ["203.0.113.20"], unsettled: { why: expect.any(String) } });
    expect(northern()?.vacatedAt).toBeUndefined();
    expect(service.record()?.unsettled).toBeUndefined();
    service.see(both);
    expect(northern()?.unsettled).toBeUndefined();
    expect(service.history.map(({ kind }) => kind)).toEqual(["learned"]);
  });

  it("stays vacated if the answer does not list all locations", () => {
    service.see(both);
    service.see(answer({ places: [west] }));
    const vacated = northern();
    service.see(answer({ places: [west], placesIncomplete: true }), 2 * day);
    expect(northern()).toBe(vacated);
    expect(service.raisedAlerts()).toEqual([]);
  });

  it("whose own list is missing is unknown, and the others are compared", () => {
    service.see(both);
    const short = place({ location: "North Europe", publicAddresses: undefined });
    service.see(answer({ places: [place({ publicAddresses: ["203.0.113.11"] }), short] }));
    expect(northern()).toMatchObject({ unsettled: expect.anything(), current: ["203.0.113.20"] });
    expect(service.alerts).toMatchObject([{ data: { addresses: [{ location: "westeurope" }] } }]);
  });
});

describe("what addresses depend on", () => {
  it("gives no evidence if it is missing from an answer or differs only in case", () => {
    const publicIpId =
      "/subscriptions/11111111-1111-4111-8111-111111111111/resourceGroups/rg/providers/Microsoft.Network/publicIPAddresses/pip";
    const known = place({
      publicAddresses: ["203.0.113.10"],
      subnetId: "/subscriptions/a/S",
      zones: ["1"],
      publicIpId,
    });
    const settled = { virtualNetworkType: "External", hostnames: ["Proxy api.contoso.example"] };
    service.see(answer({ ...settled, places: [known] }));
    service.see(
      answer({
        virtualNetworkType: "EXTERNAL",
        sku: "premium",
        hostnames: undefined,
        places: [place({ publicAddresses: ["203.0.113.10"], zones: undefined, natGatewayState: "disabled" })],
      }),
    );
    service.see(answer({ ...settled, places: [known] }));
    expect(service.history.map(({ kind }) => kind)).toEqual(["learned"]);
  });
});
