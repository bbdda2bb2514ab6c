import { describe, expect, it } from "vitest";
import type { AddressRecord } from "../lib/addresses/model/baseline.ts";
import { httpRequest } from "../../test/http-request.ts";
import { parseServiceId, type ServiceId } from "../lib/azure/resource-id.ts";
import { rowsAddressDigests } from "../lib/state/address-digests.ts";
import { rowsBaselines } from "../lib/state/baselines.ts";
import { memoryRows } from "../lib/state/memory-rows.ts";
import type { Services } from "../services.ts";
import { addresses, printRecord } from "./addresses.ts";

const at = "2026-11-24T08:00:00.000Z";
const right: AddressRecord = {
  resource: "/subscriptions/s",
  kind: "public",
  location: "westeurope",
  baseline: ["203.0.113.10"],
  baselineAt: at,
  origin: { kind: "learned" },
  current: ["203.0.113.10"],
  currentAt: at,
};
const unsettled = { since: at, why: "the answer has none, and there has to be one" };
const drift = { id: "d", since: at, causes: [], remindAt: at };

describe("the state of an address set", () => {
  it.each<readonly [string, Partial<AddressRecord>]>([
    ["right", {}],
    ["drifted", { current: ["203.0.113.11"], drift }],
    ["drifted", { current: ["203.0.113.11"], drift, unsettled }],
    ["unknown", { unsettled }],
    ["unknown", { current: [], baseline: [], unsettled }],
    ["not applicable", { current: [], baseline: [] }],
    ["not applicable", { current: [], advice: "the tier StandardV2 has none of its own" }],
    ["vacated", { current: [], vacatedAt: at }],
    ["gone", { goneAt: at, drift }],
    ["not watched", { leftAt: at, vacatedAt: at }],
  ])("is %s: %o", (state, more) => {
    expect(printRecord({ ...right, ...more }).state).toBe(state);
  });

  it("includes the reason and the start of an unknown state, and no internal fields", () => {
    const kept = { version: "1", lastReported: "right", reportedDrifts: [], neverObserved: true } as const;
    expect(printRecord({ ...right, ...kept, unsettled })).toEqual({ state: "unknown", ...right, unsettled });
  });
});

describe("the list of addresses", () => {
  const [orders, payments] = ["apim-orders", "apim-payments"].map((name) =>
    parseServiceId(
      `/subscriptions/11111111-1111-4111-8111-111111111111/resourceGroups/rg/providers/Microsoft.ApiManagement/service/${name}`,
    ),
  ) as [ServiceId, ServiceId];
  const updating = { since: at, why: "it is Updating" };
  const lacking = { since: at, why: "none", set: { kind: "public", location: "westeurope" } } as const;

  async function listed(query: Readonly<Record<string, string>>): Promise<object> {
    const rows = memoryRows();
    const [baselines, digests] = [rowsBaselines(rows, () => []), rowsAddressDigests(rows)];
    const kinds = ["public", "private"] as const;
    const head = { resource: orders.text, learnedAt: at, sequence: 0, circumstances: {}, contextChanges: [] };
    const records = kinds.map((kind) => ({ ...right, resource: orders.text, kind }));
    await baselines.revise(orders, { head, records, changes: [], alerts: [] });
    await digests.save([
      { resource: orders, digest: { hash: "", unobserved: lacking } },
      { resource: payments, digest: { hash: "", unobserved: updating } },
    ]);
    const listings = { isKnown: () => Promise.resolve(true) };
    const services = { addresses: { baselines, digests }, listings } as unknown as Services;
    return (await addresses(services)(httpRequest(`addresses?${new URLSearchParams(query).toString()}`)))
      .jsonBody as object;
  }
  const ofOrders = { resource: orders.text, ...lacking };
  const ofPayments = { resource: payments.text, ...updating };

  it.each<[string, Readonly<Record<string, string>>, readonly object[]]>([
    ["all", {}, [ofOrders, ofPayments]],
    ["the kind and the location", { kind: "public", location: "West Europe" }, [ofOrders, ofPayments]],
    ["another kind", { kind: "private" }, [ofPayments]],
    ["the resource", { resource: orders.text }, [ofOrders]],
  ])("names what it lacks, for who asks for %s", async (_, query, unobserved) => {
    const { unobserved: found = [] } = (await listed(query)) as { unobserved?: readonly object[] };
    expect(found).toHaveLength(unobserved.length);
    expect(found).toEqual(expect.arrayContaining([...unobserved]));
  });

  it("says nothing where it lacks nothing, and on later pages", async () => {
    expect(await listed({ resource: orders.text, kind: "private" })).not.toHaveProperty("unobserved");
    const { continuation = "" } = (await listed({ top: "1" })) as { continuation?: string };
    expect(continuation).not.toBe("");
    expect(await listed({ top: "1", continuation })).not.toHaveProperty("unobserved");
  });
});
