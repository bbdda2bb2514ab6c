import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { acknowledge } from "../../src/lib/addresses/acknowledge.ts";
import type { AddressRecord } from "../../src/lib/addresses/model/baseline.ts";
import type { DeclaredAddresses } from "../../src/lib/addresses/model/declared.ts";
import type { ServiceId } from "../../src/lib/azure/resource-id.ts";
import { minuteMs } from "../../src/lib/clock.ts";
import { answer, place, watching, type Watching } from "./address-watching.ts";
import { serviceIdOf } from "../ids.ts";
import { startWorkbench, type Workbench } from "../workbench.ts";

/** Addresses declared in files, and what is reported if Azure has other ones. */

describe("declared addresses that differ from the found ones", () => {
  const found = (...publicAddresses: string[]) => answer({ places: [place({ publicAddresses })] });
  const reason = () => service.alerts.at(-1)?.data.reason;
  const since = "declared 203.0.113.99 (addresses/prod.yaml:2), found 203.0.113.10";
  let service: Watching;
  beforeEach(() => {
    service = watching();
    service.declare(["203.0.113.99"]);
  });

  it("are reported at the first observation as declared and found, and not as a change", () => {
    service.see(found("203.0.113.10"));
    expect(service.raisedAlerts()).toEqual(["AddressDrifted"]);
    expect(reason()).toBe(
      `public in westeurope: ${since}. Probable cause: declared otherwise ` +
        "(declared in addresses/prod.yaml:2, and not observed since)",
    );
    expect(service.alerts[0]?.data).toMatchObject({
      causes: [{ cause: "declared otherwise", likelihood: "likely" }],
      todo: expect.stringContaining("declare them in addresses/prod.yaml:2"),
    });
    expect(JSON.stringify([service.alerts, service.history])).not.toContain("became");
  });

  it("appear in the history as the declaration and then the drift, next to sets that were learned", () => {
    const withNat = { natGatewayState: "Enabled", outboundAddresses: ["203.0.113.64/30"] };
    service.see(answer({ places: [place({ publicAddresses: ["203.0.113.10"], ...withNat })] }));
    const of = { kind: "public", location: "westeurope" };
    expect(service.history).toMatchObject([
      {
        kind: "learned",
        addresses: expect.arrayContaining([
          {
            ...of,
            kind: "outbound",
            added: ["203.0.113.64/30"],
            removed: [],
            addresses: ["203.0.113.64/30"],
          },
        ]),
      },
      {
        kind: "declared",
        what: "the baseline is declared in addresses/prod.yaml:2",
        addresses: [{ ...of, added: ["203.0.113.99"], removed: [], addresses: ["203.0.113.99"] }],
      },
      {
        kind: "drifted",
        what: expect.stringContaining(since),
        addresses: [
          { ...of, added: ["203.0.113.10"], removed: ["203.0.113.99"], addresses: ["203.0.113.10"] },
        ],
      },
    ]);
    expect(service.history[0]?.addresses).not.toContainEqual(expect.objectContaining(of));
  });

  it("are reported in the same way in a reminder, and after the found addresses have changed", () => {
    service.see(found("203.0.113.10"));
    service.see(found("203.0.113.10"), 24 * 60);
    expect(reason()).toContain(since);
    service.see(found("203.0.113.11"));
    expect(reason()).toContain("declared 203.0.113.99 (addresses/prod.yaml:2), found 203.0.113.11");
    expect(service.raisedAlerts()).toEqual(["AddressDrifted", "AddressReminder", "AddressDrifted"]);
  });

  it("are reported as changed once they have been observed", () => {
    service.see(found("203.0.113.10"));
    service.see(found("203.0.113.99"));
    service.see(found("203.0.113.10"), 25 * 60);
    expect(service.raisedAlerts()).toEqual(["AddressDrifted", "AddressRestored", "AddressDrifted"]);
    expect(reason()).toContain("public in westeurope: 203.0.113.99 became 203.0.113.10");
    expect(service.alerts[2]?.data.todo).toContain("addresses/prod.yaml:2");
  });

  it("are reported again when the file changes, and the history has the old and the new declaration", () => {
    service.see(found("203.0.113.99"));
    service.see(found("203.0.113.10"));
    service.declare(["203.0.113.98"]);
    service.see(found("203.0.113.10"));
    expect(service.raisedAlerts()).toEqual(["AddressDrifted", "AddressDrifted"]);
    expect(reason()).toContain("declared 203.0.113.98 (addresses/prod.yaml:3), found 203.0.113.10");
    expect(service.history.findLast(({ kind }) => kind === "declared")).toMatchObject({
      addresses: [{ added: ["203.0.113.98"], removed: ["203.0.113.99"], addresses: ["203.0.113.98"] }],
    });
  });

  it("are reported in one alert together with changed ones, each with its own cause", () => {
    const out = (outbound: string) =>
      answer({
        places: [
          place({
            publicAddresses: ["203.0.113.10"],
            natGatewayState: "Enabled",
            outboundAddresses: [outbound],
          }),
        ],
      });
    const other = watching();
    other.see(out("203.0.113.64"));
    other.declare(["203.0.113.99"]);
    other.see(out("203.0.113.65"));
    expect(other.raisedAlerts()).toEqual(["AddressDrifted"]);
    expect(other.alerts[0]?.data.causes).toMatchObject(
      expect.arrayContaining([
        expect.objectContaining({ cause: "unknown" }),
        expect.objectContaining({ cause: "declared otherwise" }),
      ]),
    );
    expect(other.record()?.drift?.causes.map(({ cause }) => cause)).toEqual(["declared otherwise"]);
    expect(other.record("outbound")?.drift?.causes[0]?.cause).toBe("unknown");
    expect(other.alerts[0]?.data.reason).toContain("203.0.113.64 became 203.0.113.65");
  });

  it("are not compared while the current addresses are unknown", () => {
    service.see(answer({ places: [place()] }));
    expect(service.record()).toBeUndefined();
    service.see(found("203.0.113.10"));
    expect(reason()).toContain(since);
  });
});

describe("declared addresses", () => {
  let workbench: Workbench;
  let id: ServiceId;
  const entry = { kind: "public", location: "westeurope", file: "addresses/prod.yaml:2" } as const;
  const declare = (...more: (Partial<DeclaredAddresses> & Pick<DeclaredAddresses, "addresses">)[]) =>
    workbench.under({ declared: more.map((each) => ({ ...entry, resource: id.text, ...each })) });
  const show = (properties: object) => {
    workbench.orders.properties = { ...workbench.orders.properties, ...properties };
  };
  const set = (...publicIPAddresses: string[]) => {
    // Without a NAT gateway the recorded services list the same as outbound ones.
    show({ publicIPAddresses, outboundPublicIPAddresses: publicIPAddresses });
  };
  async function after(ms: number, on = workbench) {
    workbench.pass(ms);
    return on.check();
  }
  const raisedAlerts = () =>
    workbench.alerts.filter(({ type }) => type.includes(".Address")).map(({ type }) => type.slice(11));
  const record = async (kind = "public"): Promise<AddressRecord | undefined> =>
    (await workbench.addresses.baselines.read(id)).records.find((each) => each.kind === kind);
  const say = (on: Workbench, ...addresses: string[]) =>
    acknowledge(on.addresses, { resource: id, addresses, by: "ana", reason: "planned" });

  beforeEach(async () => {
    workbench = await startWorkbench();
    id = serviceIdOf(workbench.orders.id);
  });
  afterEach(() => workbench.stop());

  it("apply from the first observation, whatever it finds", async () => {
    await after(0, declare({ addresses: ["203.0.113.50"] }));
    expect(raisedAlerts()).toEqual(["AddressDrifted"]);
    expect(await record()).toMatchObject({ baseline: ["203.0.113.50"], origin: { kind: "declared" } });
    expect(workbench.alerts.at(-1)?.data.reason).toContain(
      "declared 203.0.113.50 (addresses/prod.yaml:2), found 203.0.113.10",
    );
  });

  it("pin nothing for a location or resource that was not observed, and the check reports them", async () => {
    const on = declare(
      { location: "westeurop", addresses: [], file: "a.yaml:2" },
      { resource: `${id.text}x`, addresses: [], file: "a.yaml:5" },
      { addresses: ["203.0.113.10"] },
    );
    expect((await after(15 * minuteMs, on)).nowhere).toEqual(["a.yaml:2", "a.yaml:5"]);
    expect(raisedAlerts()).toEqual([]);
  });

  it("are reported as matching nothing once their region is vacated", async () => {
    const north = {
      location: "North Europe",
      publicIPAddresses: ["203.0.113.20"],
      natGatewayState: "Disabled",
    };
    show({ additionalLocations: [north] });
    const on = declare({ location: "northeurope", addresses: ["203.0.113.20"], file: "a.yaml:7" });
    expect((await after(0, on)).nowhere).toEqual([]);
    show({ additionalLocations: [] });
    for (const _ of [1, 2]) expect((await after(15 * minuteMs, on)).nowhere).toEqual(["a.yaml:7"]);
    const { records } = await workbench.addresses.baselines.read(id);
    expect(records.filter(({ vacatedAt }) => vacatedAt !== undefined)).toHaveLength(3);
    show({ additionalLocations: [north] });
    expect((await after(15 * minuteMs, on)).nowhere).toEqual([]);
  });

  it("match a resource that the inventory shows only in part, or not at all", async () => {
    workbench.simulator.graph.withhold("publicIPAddresses");
    const on = declare({ addresses: ["203.0.113.10"] });
    expect((await after(0, on)).nowhere).toEqual([]);
    workbench.simulator.graph.hide(workbench.orders.id);
    expect((await after(15 * minuteMs, on)).nowhere).toEqual([]);
  });

  it("cannot be acknowledged, and end a drift when the file declares the current addresses", async () => {
    await after(0);
    set("203.0.113.11");
    const pinned = declare({ addresses: ["203.0.113.10"] });
    await after(15 * minuteMs, pinned);
    expect(await say(pinned, "203.0.113.11")).toEqual({ kind: "declared", file: entry.file });
    await after(15 * minuteMs, declare({ addresses: ["203.0.113.11"] }));
    expect(raisedAlerts()).toEqual(["AddressDrifted", "AddressAcknowledged"]);
    expect(workbench.alerts.at(-1)?.data).toMatchObject({ by: entry.file });
  });

  it.each(["public", "private"] as const)(
    "of the kind %s cannot be acknowledged together with others that drifted",
    async (kind) => {
      show({ virtualNetworkType: "Internal", privateIPAddresses: ["10.0.0.4"] });
      await after(0);
      const moved = ["203.0.113.11"];
      show({
        privateIPAddresses: ["10.0.0.5"],
        publicIPAddresses: moved,
        outboundPublicIPAddresses: moved,
      });
      const right = { public: "203.0.113.10", private: "10.0.0.4" }[kind];
      const pinned = declare({ kind, addresses: [right] });
      await after(15 * minuteMs, pinned);
      expect(await say(pinned, "10.0.0.5", "203.0.113.11")).toEqual({ kind: "declared", file: entry.file });
      expect(await record(kind)).toMatchObject({ baseline: [right], drift: expect.anything() });
      for (const each of ["public", "private"])
        expect((await record(each))?.origin.kind).not.toBe("acknowledged");
    },
  );

  it("can be acknowledged like any others once no file declares them", async () => {
    await after(0, declare({ addresses: ["203.0.113.50"] }));
    expect(await say(workbench, "203.0.113.10")).toMatchObject({ kind: "acknowledged" });
    set("203.0.113.11");
    await after(15 * minuteMs);
    expect(workbench.alerts.at(-1)?.data.reason).toContain("203.0.113.10 became 203.0.113.11");
  });
});
