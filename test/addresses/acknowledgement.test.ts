import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { acknowledge } from "../../src/lib/addresses/acknowledge.ts";
import type { ServiceId } from "../../src/lib/azure/resource-id.ts";
import { minuteMs } from "../../src/lib/clock.ts";
import { addressFixture } from "./address-fixture.ts";
import { serviceIdOf } from "../ids.ts";
import { startWorkbench, type Workbench } from "../workbench.ts";

/** Acknowledgement of a drift by a person. */
let workbench: Workbench;
let id: ServiceId;
beforeEach(async () => {
  workbench = await startWorkbench();
  id = serviceIdOf(workbench.orders.id);
  await after(0);
});
afterEach(() => workbench.stop());
const {
  setWithOutbound: set,
  after,
  alertTypes,
  publicRecord,
  history,
  acknowledgeAddresses,
} = addressFixture(() => workbench);

describe("an acknowledgement", () => {
  beforeEach(async () => {
    set("203.0.113.11", "203.0.113.12");
    await after(15 * minuteMs);
  });

  it("makes the current addresses the baseline, records who and why, and is idempotent", async () => {
    const both = ["203.0.113.11", "203.0.113.12"];
    expect(await acknowledgeAddresses(both)).toMatchObject({ kind: "acknowledged" });
    expect(await acknowledgeAddresses(both)).toEqual({ kind: "unchanged" });
    await after(15 * minuteMs);
    expect(alertTypes()).toEqual(["AddressDrifted", "AddressAcknowledged"]);
    expect(await publicRecord()).toMatchObject({
      baseline: both,
      origin: { kind: "acknowledged", by: "ana", reason: "planned" },
    });
    expect((await history()).at(-1)).toMatchObject({ kind: "acknowledged", actor: "ana", reason: "planned" });
  });

  it.each([
    ["a part of them", ["203.0.113.11"]],
    ["mismatch", ["203.0.113.99"]],
    ["none", []],
    ["those that were right before", ["203.0.113.10"]],
  ])("of %s changes nothing", async (_, addresses) => {
    expect(await acknowledgeAddresses(addresses)).toMatchObject({ kind: "mismatch" });
    expect(await publicRecord()).toMatchObject({ baseline: ["203.0.113.10"], drift: expect.anything() });
  });

  it("is announced by the next check if its alert could not be announced", async () => {
    await acknowledge(
      { ...workbench.addresses, alerts: workbench.deaf },
      { resource: id, addresses: ["203.0.113.11", "203.0.113.12"], by: "ana", reason: "planned" },
    );
    expect(alertTypes()).toEqual(["AddressDrifted"]);
    await after(15 * minuteMs);
    expect(alertTypes()).toEqual(["AddressDrifted", "AddressAcknowledged"]);
  });

  it("of a kind or a location that did not drift changes nothing", async () => {
    expect(await acknowledgeAddresses(["203.0.113.11"], { kind: "private" })).toMatchObject({
      kind: "mismatch",
    });
    expect(await acknowledgeAddresses([], { location: "eastus" })).toEqual({ kind: "not watched" });
    expect((await publicRecord())?.drift).toBeDefined();
  });

  it("of a resource that is not watched is refused", async () => {
    const resource = serviceIdOf(workbench.orders.id.replace("apim-orders", "apim-nobody"));
    expect(await acknowledgeAddresses([], { resource })).toEqual({ kind: "not watched" });
  });

  it("ends the drift: a later change is a new drift, even to the same addresses", async () => {
    await acknowledgeAddresses(["203.0.113.11", "203.0.113.12"]);
    set("203.0.113.10");
    await after(15 * minuteMs);
    await acknowledgeAddresses(["203.0.113.10"]);
    set("203.0.113.11", "203.0.113.12");
    await after(15 * minuteMs);
    const one = ["AddressDrifted", "AddressAcknowledged"];
    expect(alertTypes()).toEqual([...one, ...one, "AddressDrifted"]);
  });
});
