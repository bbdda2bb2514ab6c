import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { check } from "../../src/lib/addresses/check/check.ts";
import { dayMs, hourMs, minuteMs } from "../../src/lib/clock.ts";
import { jsonLog } from "../../src/lib/log.ts";
import { NewerRowVersion } from "../../src/lib/state/row-version.ts";
import type { ServiceId } from "../../src/lib/azure/resource-id.ts";
import { recheck } from "../../src/lib/addresses/watch/recheck.ts";
import { serviceJson } from "../../simulator/api-management/service-json.ts";
import { addressFixture } from "./address-fixture.ts";
import { serviceIdOf } from "../ids.ts";
import { startWorkbench, type Workbench } from "../workbench.ts";

/** The life of a drift: confirmation, report, reminder and restoration. */
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
  acknowledgeAddresses,
  serviceReads,
} = addressFixture(() => workbench);

describe("a drift", () => {
  it("is reported once, with the current and previous addresses, since when, who is affected and what to do", async () => {
    set("203.0.113.11");
    await after(15 * minuteMs);
    await after(15 * minuteMs);
    expect(alertTypes()).toEqual(["AddressDrifted"]);
    const alert = workbench.alerts.find(({ type }) => type.endsWith("AddressDrifted"));
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

  it("is confirmed by one read of the service itself", async () => {
    const before = serviceReads();
    set("203.0.113.11");
    await after(15 * minuteMs);
    expect(serviceReads() - before).toBe(1);
    await after(15 * minuteMs);
    expect(serviceReads() - before).toBe(1);
  });

  it("is not reported if the service itself does not confirm it", async () => {
    set("203.0.113.11");
    workbench.simulator.graph.freeze();
    set("203.0.113.10");
    await after(15 * minuteMs);
    expect(alertTypes()).toEqual([]);
    expect((await publicRecord())?.drift).toBeUndefined();
  });

  it("is not reported while two answers disagree", async () => {
    set("203.0.113.12");
    const third = { status: 200, body: serviceJson(workbench.orders) };
    set("203.0.113.11");
    workbench.simulator.graph.freeze();
    set("203.0.113.10");
    workbench.simulator.faults.add({
      method: "GET",
      path: "/service/apim-orders",
      after: 0,
      times: 1,
      does: { kind: "answer", answer: third },
    });
    await after(15 * minuteMs);
    expect(alertTypes()).toEqual([]);
  });

  it("that cannot be confirmed is compared again by the next check", async () => {
    set("203.0.113.11");
    const answer = { status: 503, body: {} };
    workbench.simulator.faults.add({
      method: "GET",
      path: "/service/apim-orders",
      after: 0,
      times: 3,
      does: { kind: "answer", answer },
    });
    await after(15 * minuteMs);
    expect(alertTypes()).toEqual([]);
    await after(15 * minuteMs);
    expect(alertTypes()).toEqual(["AddressDrifted"]);
  });

  it("that returns raises one alert and one restoration", async () => {
    set("203.0.113.11");
    await after(15 * minuteMs);
    set("203.0.113.10");
    await after(15 * minuteMs);
    await after(15 * minuteMs);
    expect(alertTypes()).toEqual(["AddressDrifted", "AddressRestored"]);
  });

  it("that comes and goes is reported once a day, and by a reminder when it stays", async () => {
    for (let flips = 0; flips < 10; flips++) {
      set("203.0.113.11");
      await after(15 * minuteMs);
      set("203.0.113.10");
      await after(15 * minuteMs);
    }
    expect(alertTypes()).toEqual(["AddressDrifted", "AddressRestored"]);
    set("203.0.113.11");
    await after(15 * minuteMs);
    await after(30 * minuteMs);
    expect(alertTypes()).toHaveLength(2);
    await after(45 * minuteMs);
    expect(alertTypes()).toEqual(["AddressDrifted", "AddressRestored", "AddressReminder"]);
    set("203.0.113.10");
    await after(15 * minuteMs);
    expect(alertTypes().at(-1)).toBe("AddressRestored");
  });

  it("that an event announced and that ended before the inventory showed it is restored", async () => {
    set("203.0.113.11");
    await recheck(workbench.addresses, id);
    set("203.0.113.10");
    await after(15 * minuteMs);
    expect(alertTypes()).toEqual(["AddressDrifted", "AddressRestored"]);
  });

  it("has its own cause: evidence that explained an earlier drift does not explain it", async () => {
    workbench.orders.zones = ["1"];
    set("203.0.113.11");
    await after(15 * minuteMs);
    await acknowledgeAddresses(["203.0.113.11"]);
    set("203.0.113.12");
    await after(2 * dayMs);
    const causes = workbench.alerts
      .filter(({ type }) => type.endsWith("AddressDrifted"))
      .map(({ data }) => (data.causes as readonly { cause: string }[])[0]?.cause);
    expect(causes).toEqual(["availability zones changed", "unknown"]);
  });

  it("is followed by a new drift when the addresses change again", async () => {
    set("203.0.113.11");
    await after(15 * minuteMs);
    set("203.0.113.12");
    await after(15 * minuteMs);
    expect(alertTypes()).toEqual(["AddressDrifted", "AddressDrifted"]);
  });

  it("that stays raises a reminder each day", async () => {
    set("203.0.113.11");
    await after(15 * minuteMs);
    await after(23 * hourMs);
    expect(alertTypes()).toEqual(["AddressDrifted"]);
    await after(hourMs);
    await after(dayMs);
    expect(alertTypes()).toEqual(["AddressDrifted", "AddressReminder", "AddressReminder"]);
  });
});

describe("a check", () => {
  it("compares all other resources if one of them fails", async () => {
    const { baselines } = workbench.addresses;
    const others = [...workbench.simulator.world.services.values()].filter(
      ({ id: each }) => each !== workbench.orders.id,
    );
    for (const each of others) each.properties = { ...each.properties, publicIPAddresses: ["203.0.113.21"] };
    set("203.0.113.11");
    workbench.pass(15 * minuteMs);
    const checked = await check(
      {
        ...workbench.addresses,
        baselines: {
          ...baselines,
          read: (resource) =>
            resource.text === id.text ? Promise.reject(new NewerRowVersion("v2")) : baselines.read(resource),
        },
      },
      15 * minuteMs,
    );
    expect(checked.unread).toEqual([id.text]);
    expect(alertTypes()).toEqual(["AddressDrifted"]);
    await after(15 * minuteMs);
    expect(alertTypes()).toEqual(["AddressDrifted", "AddressDrifted"]);
  });

  it("logs a bug in the comparison of a resource as an error, and says so in its result", async () => {
    const lines: { readonly level: string; readonly message: string }[] = [];
    const { baselines, clock } = workbench.addresses;
    set("203.0.113.11");
    const checked = await check(
      {
        ...workbench.addresses,
        baselines: { ...baselines, read: () => Promise.reject(new TypeError("a bug")) },
        log: jsonLog((line) => lines.push(JSON.parse(line) as (typeof lines)[number]), clock),
      },
      15 * minuteMs,
    );
    expect(checked.stopped).toBe("a check of addresses failed unexpectedly; the log names the resource");
    expect(checked.unread).toContain(id.text);
    expect(lines).toContainEqual({
      time: clock.now().toISOString(),
      level: "error",
      message: "a check of addresses failed unexpectedly",
      resource: id.text,
      error: "TypeError",
    });
  });
});
