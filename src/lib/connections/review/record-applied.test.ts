import { beforeEach, describe, expect, it } from "vitest";
import { id, later } from "../../../../test/connections/records.ts";
import {
  endpointId,
  otherId,
  reviewFixture,
  service,
  shown,
  type ReviewFixture,
} from "../../../../test/connections/review-fixture.ts";
import { knownRead, unknownRead } from "../../estate/read.ts";
import type { Endpoint, Service } from "../azure-connections.ts";
import type { Snapshot } from "../facts/snapshot.ts";
import type { ConnectionRecord } from "../record/connection-record.ts";
import { recordApplied } from "./record-applied.ts";

const zone = "privatelink.azure-api.net";
const applying = {
  phase: "Applying",
  state: "Pending",
  endpointId,
  decisionId: "d-1",
  reason: "it fits",
  action: "approve",
} as const;

let fixture: ReviewFixture;
beforeEach(() => {
  fixture = reviewFixture();
});

const applied = async (more: Partial<ConnectionRecord> = {}, seen?: Snapshot) =>
  recordApplied(fixture.services, await fixture.stored({ ...applying, ...more }), seen);

describe("an approval that Azure shows", () => {
  it("is an outcome in the chain, with an alert", async () => {
    const record = await applied();
    expect(record).toMatchObject({ phase: "Applied", state: "Approved", decisionId: "d-1" });
    expect(await fixture.services.ledger.find(id)).toEqual(record);
    const reason = `it fits; whether it has a private DNS zone group for ${zone} could not be read (forbidden)`;
    const use = { dns: "unknown", reason: "forbidden" };
    expect(await fixture.entries()).toMatchObject([
      { phase: "Applied", state: "Approved", decisionId: "d-1", reason, use },
    ]);
    expect(await fixture.alerts()).toEqual([`Drawbridge.ConnectionApproved: ${reason}`]);
  });

  it.each<[string, Partial<ConnectionRecord>, () => void, object, string]>([
    [
      "has its record in DNS by its zone group",
      {},
      () => (fixture.world.dnsZones = knownRead(["other", zone])),
      { dns: "zone-group" },
      `its private DNS zone group keeps the record in ${zone}`,
    ],
    [
      "needs a record in DNS for the endpoint's addresses",
      {},
      () => {
        fixture.world.dnsZones = knownRead(["other"]);
        fixture.world.endpoint = knownRead({
          privateAddresses: knownRead(["10.0.0.4", "10.0.0.5"]),
        } as unknown as Endpoint);
      },
      { dns: "by-hand", record: { name: `apim.${zone}`, addresses: ["10.0.0.4", "10.0.0.5"] } },
      `it has no private DNS zone group for ${zone}: create the record apim.${zone} A 10.0.0.4, 10.0.0.5 by hand`,
    ],
    [
      "needs a record in DNS for an address that could not be read",
      {},
      () => (fixture.world.dnsZones = knownRead([])),
      { dns: "by-hand", record: { name: `apim.${zone}`, addresses: [] } },
      `create the record apim.${zone} A (the endpoint's address) by hand`,
    ],
    [
      "may need a record in DNS, if its endpoint is not known",
      { endpointId: "" },
      () => (fixture.world.dnsZones = knownRead([zone])),
      { dns: "unknown", reason: "no-endpoint" },
      "could not be read (no-endpoint)",
    ],
  ])("%s", async (...[, more, azureAnswers, use, text]) => {
    azureAnswers();
    await applied(more);
    const [entry] = await fixture.entries();
    expect(entry).toMatchObject({ use });
    expect(await fixture.alerts()).toEqual([expect.stringContaining(text)]);
  });
});

describe("the first approval of a service whose public address answers is alerted", () => {
  const open = { ...service, publicNetworkAccess: knownRead("Enabled") };
  const own = { ...shown, state: "Approved" };
  const other = { ...own, id: otherId };
  const isAlerted = async () =>
    (await fixture.alerts()).some((each) => each.startsWith("Drawbridge.PublicAccessOpen"));

  async function isAlertedWith(found: Partial<Service>): Promise<boolean> {
    fixture.world.service = knownRead({ ...open, ...found });
    await applied();
    return isAlerted();
  }

  it.each<[string, Partial<Service>, boolean]>([
    ["as it is", {}, true],
    ["with the connection itself in the list", { connections: knownRead([own]) }, true],
    ["with others that are not approved", { connections: knownRead([{ ...other, state: "Pending" }]) }, true],
    ["but not with another approval", { connections: knownRead([own, other]) }, false],
    ["but not if the address does not answer", { publicNetworkAccess: knownRead("Disabled") }, false],
    ["but not if that is unknown", { publicNetworkAccess: unknownRead("not-in-answer") }, false],
    ["but not if the other connections are unknown", { connections: unknownRead("incomplete-list") }, false],
  ])("%s", async (_, found, alerted) => {
    expect(await isAlertedWith(found)).toBe(alerted);
  });

  it("but not if the service could not be read", async () => {
    fixture.world.service = unknownRead("forbidden");
    await applied();
    expect(await isAlerted()).toBe(false);
  });

  it("as the attempt has read the service, without another read", async () => {
    fixture.world.service = unknownRead("forbidden");
    await applied({}, { service: knownRead(open) } as Snapshot);
    expect(await isAlerted()).toBe(true);
  });
});

it("a rejection that Azure shows says nothing about DNS, nor about the public address", async () => {
  fixture.world.service = knownRead({ ...service, publicNetworkAccess: knownRead("Enabled") });
  expect(await applied({ action: "reject" })).toMatchObject({ phase: "Applied", state: "Rejected" });
  const [entry] = await fixture.entries();
  expect(entry).toMatchObject({ reason: "it fits", state: "Rejected" });
  expect(entry).not.toHaveProperty("use");
  expect(await fixture.alerts()).toEqual(["Drawbridge.ConnectionRejected: it fits"]);
});

it("an approval without a reason has that of DNS alone", async () => {
  const { reason: _, ...rest } = applying;
  await recordApplied(fixture.services, await fixture.stored(rest));
  expect(await fixture.alerts()).toEqual([
    expect.stringMatching(/^Drawbridge.ConnectionApproved: ; whether/),
  ]);
});

it("a revocation that Azure shows is an outcome in the chain, with an alert", async () => {
  const record = await applied({ action: "revoke", nextAt: later });
  expect(record).toMatchObject({ phase: "Revoked", state: "Rejected" });
  expect(await fixture.services.ledger.find(id)).toEqual(record);
  const reason = "its approval was revoked: it fits";
  expect(await fixture.entries()).toMatchObject([{ phase: "Revoked", state: "Rejected", reason }]);
  expect(await fixture.alerts()).toEqual([`Drawbridge.ConnectionRevoked: ${reason}`]);
});
