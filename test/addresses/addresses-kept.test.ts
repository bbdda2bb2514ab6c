import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { acknowledge } from "../../src/lib/addresses/acknowledge.ts";
import { check } from "../../src/lib/addresses/check/check.ts";
import { NewerRowVersion } from "../../src/lib/state/row-version.ts";
import type { AddressRecord } from "../../src/lib/addresses/model/baseline.ts";
import type { ServiceId } from "../../src/lib/azure/resource-id.ts";
import { recheck } from "../../src/lib/addresses/watch/recheck.ts";
import { serviceJson } from "../../simulator/api-management/service-json.ts";
import { serviceIdOf } from "../ids.ts";
import { startWorkbench, type Workbench } from "../workbench.ts";

/** What is kept of addresses: drifts that come and go, what people say of them, and what costs how much. */
const minute = 60_000;
const hour = 60 * minute;

let bench: Workbench;
let id: ServiceId;
beforeEach(async () => {
  bench = await startWorkbench();
  id = serviceIdOf(bench.orders.id);
  await after(0);
});
afterEach(() => bench.stop());

const set = (...addresses: string[]) => {
  // Without a NAT gateway the recorded services list the same as outbound ones.
  const both = { publicIPAddresses: addresses, outboundPublicIPAddresses: addresses };
  bench.orders.properties = { ...bench.orders.properties, ...both };
};
/** Time passes, and addresses are checked. */
async function after(ms: number, on = bench): Promise<void> {
  bench.pass(ms);
  await on.check();
}
const told = () =>
  bench.alerts.filter(({ type }) => /\.(Address|ServiceGone)/.test(type)).map(({ type }) => type.slice(11));
const publicRecord = async (resource: ServiceId = id): Promise<AddressRecord | undefined> =>
  (await bench.addresses.baselines.read(resource)).records.find(({ kind }) => kind === "public");
const history = async (resource: ServiceId = id) =>
  (await bench.addresses.baselines.history(resource, { top: 100 })).items;
const say = (addresses: readonly string[], more: object = {}) =>
  acknowledge(bench.addresses, { resource: id, addresses, by: "ana", reason: "planned", ...more });
/** What is sent to ARM beside the inventory. */
const reads = () => bench.simulator.seen.filter(({ path }) => path.includes("/service/")).length;

describe("a drift", () => {
  it("is told once, with what is there, what was, since when, whom it concerns and what to do", async () => {
    set("203.0.113.11");
    await after(15 * minute);
    await after(15 * minute);
    expect(told()).toEqual(["AddressDrifted"]);
    const alert = bench.alerts.find(({ type }) => type.endsWith("AddressDrifted"));
    expect(alert).toMatchObject({
      subject: id.text,
      data: {
        since: "2026-11-24T08:15:00.000Z",
        lastSeenRight: "2026-11-24T08:00:00.000Z",
        addresses: [
          {
            kind: "public",
            location: "westeurope",
            baseline: ["203.0.113.10"],
            current: ["203.0.113.11"],
            added: ["203.0.113.11"],
            removed: ["203.0.113.10"],
          },
        ],
        causes: [{ cause: "unknown" }, ...Array.from({ length: 10 }, () => expect.anything())],
        affected: [expect.stringContaining("allow")],
        todo: expect.stringContaining("acknowledge"),
      },
    });
  });

  it("is believed only when Azure's own answer says so too, which is one read", async () => {
    const before = reads();
    set("203.0.113.11");
    await after(15 * minute);
    expect(reads() - before).toBe(1);
    await after(15 * minute);
    expect(reads() - before).toBe(1);
  });

  it("that the service itself does not confirm is none", async () => {
    set("203.0.113.11");
    bench.simulator.graph.freeze();
    set("203.0.113.10");
    await after(15 * minute);
    expect(told()).toEqual([]);
    expect((await publicRecord())?.drift).toBeUndefined();
  });

  it("that two answers tell differently is none, whatever either says", async () => {
    set("203.0.113.12");
    const third = { status: 200, body: serviceJson(bench.orders) };
    set("203.0.113.11");
    bench.simulator.graph.freeze();
    set("203.0.113.10");
    bench.simulator.faults.add({
      method: "GET",
      path: "/service/apim-orders",
      after: 0,
      times: 1,
      does: { kind: "answer", answer: third },
    });
    await after(15 * minute);
    expect(told()).toEqual([]);
  });

  it("that cannot be confirmed is looked at by the next check", async () => {
    set("203.0.113.11");
    const answer = { status: 503, body: {} };
    bench.simulator.faults.add({
      method: "GET",
      path: "/service/apim-orders",
      after: 0,
      times: 3,
      does: { kind: "answer", answer },
    });
    await after(15 * minute);
    expect(told()).toEqual([]);
    await after(15 * minute);
    expect(told()).toEqual(["AddressDrifted"]);
  });

  it("that returns is one alert and one restoration", async () => {
    set("203.0.113.11");
    await after(15 * minute);
    set("203.0.113.10");
    await after(15 * minute);
    await after(15 * minute);
    expect(told()).toEqual(["AddressDrifted", "AddressRestored"]);
  });

  it("that comes and goes is told once a day, and reminds when it stays", async () => {
    for (let flips = 0; flips < 10; flips++) {
      set("203.0.113.11");
      await after(15 * minute);
      set("203.0.113.10");
      await after(15 * minute);
    }
    expect(told()).toEqual(["AddressDrifted", "AddressRestored"]);
    set("203.0.113.11");
    await after(15 * minute);
    await after(30 * minute);
    expect(told()).toHaveLength(2);
    await after(45 * minute);
    expect(told()).toEqual(["AddressDrifted", "AddressRestored", "AddressReminder"]);
    set("203.0.113.10");
    await after(15 * minute);
    expect(told().at(-1)).toBe("AddressRestored");
  });

  it("that an event told of, and that was over before the inventory showed it, is over", async () => {
    set("203.0.113.11");
    await recheck(bench.addresses, id);
    set("203.0.113.10");
    await after(15 * minute);
    expect(told()).toEqual(["AddressDrifted", "AddressRestored"]);
  });

  it("has a cause of its own: what explained the one before explains nothing any more", async () => {
    bench.orders.zones = ["1"];
    set("203.0.113.11");
    await after(15 * minute);
    await say(["203.0.113.11"]);
    set("203.0.113.12");
    await after(2 * 24 * hour);
    const causes = bench.alerts
      .filter(({ type }) => type.endsWith("AddressDrifted"))
      .map(({ data }) => (data.causes as readonly { cause: string }[])[0]?.cause);
    expect(causes).toEqual(["availability zones changed", "unknown"]);
  });

  it("to something else again is another one", async () => {
    set("203.0.113.11");
    await after(15 * minute);
    set("203.0.113.12");
    await after(15 * minute);
    expect(told()).toEqual(["AddressDrifted", "AddressDrifted"]);
  });

  it("that stays is reminded of each day", async () => {
    set("203.0.113.11");
    await after(15 * minute);
    await after(23 * hour);
    expect(told()).toEqual(["AddressDrifted"]);
    await after(hour);
    await after(24 * hour);
    expect(told()).toEqual(["AddressDrifted", "AddressReminder", "AddressReminder"]);
  });
});

describe("a check", () => {
  it("of one resource that cannot be looked at keeps none of the others from being looked at", async () => {
    const { baselines } = bench.addresses;
    const others = [...bench.simulator.world.services.values()].filter(
      ({ id: each }) => each !== bench.orders.id,
    );
    for (const each of others) each.properties = { ...each.properties, publicIPAddresses: ["203.0.113.21"] };
    set("203.0.113.11");
    bench.pass(15 * minute);
    const checked = await check(
      {
        ...bench.addresses,
        baselines: {
          ...baselines,
          read: (resource) =>
            resource.text === id.text ? Promise.reject(new NewerRowVersion("v2")) : baselines.read(resource),
        },
      },
      15 * minute,
    );
    expect(checked.unread).toEqual([id.text]);
    expect(told()).toEqual(["AddressDrifted"]);
    await after(15 * minute);
    expect(told()).toEqual(["AddressDrifted", "AddressDrifted"]);
  });
});

describe("an acknowledgement", () => {
  beforeEach(async () => {
    set("203.0.113.11", "203.0.113.12");
    await after(15 * minute);
  });

  it("makes what is there right, says who and why, and is said once however often", async () => {
    const both = ["203.0.113.11", "203.0.113.12"];
    expect(await say(both)).toMatchObject({ kind: "acknowledged" });
    expect(await say(both)).toEqual({ kind: "unchanged" });
    await after(15 * minute);
    expect(told()).toEqual(["AddressDrifted", "AddressAcknowledged"]);
    expect(await publicRecord()).toMatchObject({
      baseline: both,
      origin: { kind: "acknowledged", by: "ana", reason: "planned" },
    });
    expect((await history()).at(-1)).toMatchObject({ kind: "acknowledged", actor: "ana", reason: "planned" });
  });

  it.each([
    ["a part of them", ["203.0.113.11"]],
    ["others", ["203.0.113.99"]],
    ["none", []],
    ["those that were right before", ["203.0.113.10"]],
  ])("of %s changes nothing", async (_, addresses) => {
    expect(await say(addresses)).toMatchObject({ kind: "others" });
    expect(await publicRecord()).toMatchObject({ baseline: ["203.0.113.10"], drift: expect.anything() });
  });

  it("that could not be told is told by the next check", async () => {
    await acknowledge(
      { ...bench.addresses, alerts: bench.deaf },
      { resource: id, addresses: ["203.0.113.11", "203.0.113.12"], by: "ana", reason: "planned" },
    );
    expect(told()).toEqual(["AddressDrifted"]);
    await after(15 * minute);
    expect(told()).toEqual(["AddressDrifted", "AddressAcknowledged"]);
  });

  it("of a kind or a place that did not drift changes nothing", async () => {
    expect(await say(["203.0.113.11"], { kind: "private" })).toMatchObject({ kind: "others" });
    expect(await say([], { location: "eastus" })).toEqual({ kind: "not watched" });
    expect((await publicRecord())?.drift).toBeDefined();
  });

  it("of what nobody watches is refused", async () => {
    const resource = serviceIdOf(bench.orders.id.replace("apim-orders", "apim-nobody"));
    expect(await say([], { resource })).toEqual({ kind: "not watched" });
  });

  it("is the end of that drift: what changes afterwards is another, even to the same", async () => {
    await say(["203.0.113.11", "203.0.113.12"]);
    set("203.0.113.10");
    await after(15 * minute);
    await say(["203.0.113.10"]);
    set("203.0.113.11", "203.0.113.12");
    await after(15 * minute);
    const one = ["AddressDrifted", "AddressAcknowledged"];
    expect(told()).toEqual([...one, ...one, "AddressDrifted"]);
  });
});
