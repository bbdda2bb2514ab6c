import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { hourMs, minuteMs } from "../../../src/lib/clock.ts";
import { factsOf } from "../../../src/lib/connections/facts/fact-sources.ts";
import { recordsOf, type Ledger } from "../../../src/lib/connections/ledger.ts";
import { readSnapshot } from "../../../src/lib/connections/facts/read-snapshot.ts";
import { reviewService } from "../../../src/lib/connections/review-service.ts";
import type { Snapshot } from "../../../src/lib/connections/facts/snapshot.ts";
import { sweep } from "../../../src/lib/connections/sweep/sweep.ts";
import { knownRead, mapRead, unknownRead } from "../../../src/lib/estate/read.ts";
import { printFacts } from "../../../src/lib/policy/evaluate/fact-sheet.ts";
import { connectionCatalogue } from "../../../src/lib/policy/language/fields.ts";
import { subscriptions } from "../../../simulator/estate/estate.ts";
import { serviceIdOf } from "../../ids.ts";
import { startWorkbench, type Workbench } from "../../workbench.ts";

/** Rare cases of sweeps, reviews and facts. */
let workbench: Workbench;
beforeEach(async () => {
  workbench = await startWorkbench();
});
afterEach(() => workbench.stop());

const orders = () => serviceIdOf(workbench.orders.id);
const held = { token: "partner", subscriptionId: subscriptions.partner } as const;
const periodMs = 5 * minuteMs;

describe("a sweep", () => {
  it("ignores open reviews of a service that is no longer governed", async () => {
    const id = await workbench.ask(held);
    await workbench.calm();
    workbench.pass(hourMs);
    const dueUnder = async (on: Workbench) => (await on.sweep()).due.map(({ text }) => text);
    const excluded = workbench.under({ scope: { exclude: [orders().text.toLowerCase()] } });
    expect(await dueUnder(excluded)).not.toContain(id.text);
    workbench.pass(periodMs);
    expect(await dueUnder(workbench)).toContain(id.text);
  });

  it("reports a service if whether it is governed is unknown", async () => {
    workbench.orders.tags = { any: "tag" };
    const on = workbench.under({ scope: { subscriptions: [], managementGroups: ["platform"] } });
    const blind = { ...on.services.azure, subscriptions: () => Promise.resolve(unknownRead("forbidden")) };
    const { due, unread } = await sweep({ ...on.services, azure: blind }, periodMs);
    expect(due).toEqual([]);
    expect(unread.some((each) => /apim-orders$/i.test(each))).toBe(true);
  });
});

describe("a message in mode off", () => {
  it("reads no service", async () => {
    const request = { cause: "sweep", actor: "test", requestedAt: workbench.services.clock.now() } as const;
    const calls = workbench.simulator.seen.length;
    expect(await reviewService({ ...workbench.services, mode: "off" }, orders(), request)).toEqual([]);
    expect(workbench.simulator.seen.length).toBe(calls);
  });
});

describe("facts", () => {
  const sheetOf = (seen: Snapshot) => printFacts(factsOf(seen), connectionCatalogue);
  const snapshot = async () => {
    const read = await workbench.services.azure.connection(await workbench.ask());
    if (read.kind === "unknown") throw new Error(read.reason);
    return readSnapshot(workbench.services, read.value, []);
  };

  it("leave it unknown whether approval is manual if the endpoint names the service in both lists", async () => {
    const seen = await snapshot();
    const endpoint = mapRead(seen.endpoint, (each) => ({
      ...each,
      targets: mapRead(each.targets, (all) => all.flatMap((one) => [one, { ...one, manual: !one.manual }])),
    }));
    expect(sheetOf(seen).known).toMatchObject({ "endpoint.manual": true });
    expect(sheetOf({ ...seen, endpoint }).unknown).toMatchObject({ "endpoint.manual": "malformed" });
  });

  it("have no group if neither the connection's answer nor the service's list has one", async () => {
    const seen = await snapshot();
    const silent = { ...seen.connection, groupIds: unknownRead("not-in-answer") };
    const service = mapRead(seen.service, (each) => ({ ...each, connections: knownRead([]) }));
    const { unknown } = sheetOf({ ...seen, connection: silent, service });
    expect(unknown).toMatchObject({ "connection.groupId": "incomplete-list" });
    expect(sheetOf({ ...seen, connection: silent }).known).toMatchObject({ "connection.groupId": "Gateway" });
  });

  it("about the requester are unknown if the subscriptions could not be read, for the same reason", async () => {
    const unread = { ...(await snapshot()), subscriptions: unknownRead("throttled") };
    expect(sheetOf(unread).unknown).toMatchObject({ "requester.managementGroups": "throttled" });
  });
});

it("recordsOf returns every record of a service, over all pages", async () => {
  const pages = [{ items: [1], continuation: "more" }, { items: [2] }];
  const asked: unknown[] = [];
  const connections: Ledger["connections"] = (_, page) => {
    asked.push(page.continuation);
    return Promise.resolve(pages[asked.length - 1] as never);
  };
  expect(await recordsOf({ connections }, orders())).toEqual([1, 2]);
  expect(asked).toEqual([undefined, "more"]);
});
