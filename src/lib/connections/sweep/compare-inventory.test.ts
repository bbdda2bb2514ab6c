import { beforeEach, describe, expect, it } from "vitest";
import { leastRecord } from "../../../../test/connections/records.ts";
import {
  connectionId,
  deciderInForce,
  endpointId,
  listed,
  msAgo,
  pending,
  serviceId,
  sweepFixture,
  type SweepFixture,
} from "../../../../test/connections/sweep/sweep-fixture.ts";
import type { Run } from "../../estate/scan-run-row.ts";
import type { ListedService } from "../azure-connections.ts";
import type { ConnectionRecord } from "../record/connection-record.ts";
import { compareInventory } from "./compare-inventory.ts";
import { digestOf } from "./digest.ts";

const id = serviceId("apim");
const [connection] = pending(1) as [ReturnType<typeof pending>[number]];

let fixture: SweepFixture;
beforeEach(() => {
  fixture = sweepFixture();
});

/** Compares an inventory of one page, and returns the names of what is due. */
async function dueOf(...services: readonly ListedService[]): Promise<string[]> {
  fixture.estate.pages.set("1", services);
  const pass = await fixture.pass();
  expect(await compareInventory(pass)).toBe(true);
  return [...pass.due.values()].map(({ text }) => text);
}

const digest = async () => (await fixture.services.digests.all()).get(fixture.services.digests.keyOf(id));
function record(more: Partial<ConnectionRecord>) {
  const { version: _, ...least } = leastRecord("Held");
  return fixture.services.ledger.add({ ...least, id: connection.id, ...more });
}
/** The connection as it was held with a decision of the policy in force. */
const held = {
  state: "Pending",
  endpointId: endpointId("pe-0"),
  nextAt: msAgo(-1),
  policyHash: deciderInForce,
} as const;

describe("a service that the inventory shows for the first time", () => {
  it.each([
    ["is due with its connections", { connections: pending(1) }, [id.text], ""],
    ["is due where the inventory shows a part of them", {}, [id.text], ""],
    ["is not due without connections, which are explained", { connections: [] }, [], "none"],
    ["is not due where the inventory has null for them", { hasNullConnections: true }, [], ""],
  ] as const)("%s", async (_, more, due, seen) => {
    expect(await dueOf(listed("apim", more))).toEqual(due);
    expect(await digest()).toEqual({ seen });
  });
});

describe("a service that is known", () => {
  const known = (seen = "") => fixture.services.digests.add([{ id, seen }]);

  it.each([
    ["completely", { connections: [] }, "complete"],
    ["in part", {}, "partial"],
    ["with null for its connections", { hasNullConnections: true }, "null"],
  ] as const)("is remembered as shown %s", async (_, more, shown) => {
    await known("explained");
    fixture.estate.pages.set("1", [listed("apim", more)]);
    const pass = await fixture.pass();
    await compareInventory(pass);
    expect([...pass.known.values()]).toEqual([{ seen: "explained", shown }]);
    expect([...pass.due]).toEqual([]);
  });

  it("has those connections due that no record explains", async () => {
    await known();
    expect(await dueOf(listed("apim", { connections: [connection] }))).toEqual([connection.id.text]);
    expect(await digest()).toEqual({ seen: "" });
  });

  it("has nothing due where its digest explains the view, whatever the records say", async () => {
    await known(digestOf([connection]));
    expect(await dueOf(listed("apim", { connections: [connection] }))).toEqual([]);
  });

  it("is marked as explained once its records explain all that is shown", async () => {
    await known();
    await fixture.services.digests.invalidate(id);
    await record(held);
    expect(await dueOf(listed("apim", { connections: [connection] }))).toEqual([]);
    expect(await digest()).toEqual({ seen: digestOf([connection]), doubts: 1 });
  });

  it("is not marked as explained where a connection of it is due", async () => {
    await known();
    await record({ ...held, nextAt: msAgo(0) });
    expect(await dueOf(listed("apim", { connections: [connection] }))).toEqual([connection.id.text]);
    expect(await digest()).toEqual({ seen: "" });
  });

  it("is not marked as explained while the endpoint of a connection is known now that its record lacks", async () => {
    await known();
    const { endpointId: _, ...withoutEndpoint } = held;
    await record({ ...withoutEndpoint, reviewedAt: msAgo(0) });
    expect(await dueOf(listed("apim", { connections: [connection] }))).toEqual([]);
    expect(await digest()).toEqual({ seen: "" });
    const { endpointId: _endpoint, ...shownWithout } = connection;
    expect(await dueOf(listed("apim", { connections: [shownWithout] }))).toEqual([]);
    expect(await digest()).toEqual({ seen: digestOf([shownWithout]) });
  });
});

describe("a pass over the inventory", () => {
  it("counts the governed services, and leaves the others out", async () => {
    const other = listed("other", { connections: pending(1, "other") });
    fixture.estate.pages.set("1", [listed("apim"), other]);
    fixture.services.scope.exclude.push(other.id.text.toLowerCase());
    const pass = await fixture.pass();
    await compareInventory(pass);
    expect(pass.services).toBe(1);
    expect([...pass.due.keys()]).toEqual([id.text]);
    expect((await fixture.services.digests.all()).size).toBe(1);
  });

  it("tracks the services with 70 connections, for the alert on capacity", async () => {
    const many = listed("many", { connections: pending(70, "many") });
    fixture.estate.pages.set("1", [listed("apim", { connections: pending(69) }), many, listed("partial")]);
    const pass = await fixture.pass();
    await compareInventory(pass);
    expect([...pass.nearLimit]).toEqual([[many.id.text, 70]]);
  });

  it.each([
    [4_999, ["page 1", "page 2"]],
    [5_000, ["page 1"]],
  ])("after which %i reviews are due reads %j", async (count, reads) => {
    fixture.estate.pages.set("2", []);
    const pass = await fixture.pass();
    for (let index = 0; index < count; index++) pass.due.set(String(index), connectionId(`pe-${index}`));
    expect(await compareInventory(pass)).toBe(reads.length === 2);
    expect(fixture.estate.reads).toEqual(reads);
    expect(pass.run.from).toBe(reads.length === 2 ? undefined : "2");
  });

  it.each([
    ["begins at the page where the one before stopped", { from: "2" }, ["page 2"]],
    ["begins at the first page where none stopped", {}, ["page 1", "page 2"]],
  ])("%s", async (_, run: Partial<Run>, reads) => {
    fixture.estate.pages.set("2", []);
    expect(await compareInventory(await fixture.pass(run))).toBe(true);
    expect(fixture.estate.reads).toEqual(reads);
  });

  it("that cannot read a page stops there, and says so", async () => {
    fixture.estate.pages.delete("1");
    const pass = await fixture.pass();
    expect(await compareInventory(pass)).toBe(false);
    expect(pass).toMatchObject({ stopped: "the inventory could not be read (failed)" });
    expect([...pass.unread]).toEqual(["the inventory"]);
  });
});
