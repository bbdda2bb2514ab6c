import { beforeEach, describe, expect, it } from "vitest";
import { BaselineChanged, type AddressHead, type AddressRecord } from "../addresses/model/baseline.ts";
import { alert } from "../alerts/alert.ts";
import { parsePublicIpId, parseServiceId, type PublicIpId, type ServiceId } from "../azure/resource-id.ts";
import { rowsAddressDigests } from "./address-digests.ts";
import { rowsBaselines } from "./baselines.ts";
import { rowsOutbox } from "./outbox.ts";
import * as keys from "./keys.ts";
import type { Row, Rows } from "./rows.ts";

const group = "/subscriptions/11111111-1111-4111-8111-111111111111/resourceGroups/rg/providers";
const service = parseServiceId(`${group}/Microsoft.ApiManagement/service/apim-orders`) as ServiceId;
const other = parseServiceId(`${group}/Microsoft.ApiManagement/service/apim-other`) as ServiceId;
const publicIp = parsePublicIpId(`${group}/Microsoft.Network/publicIPAddresses/pip-edge`) as PublicIpId;
const at = "2026-11-24T08:00:00.000Z";

const head = (more: Partial<AddressHead> = {}): AddressHead => ({
  resource: service.text,
  learnedAt: at,
  sequence: 0,
  circumstances: { zones: "1, 2" },
  contextChanges: [],
  ...more,
});
const record = (location: string, more: Partial<AddressRecord> = {}): AddressRecord => ({
  resource: service.text,
  kind: "public",
  location,
  baseline: ["203.0.113.1"],
  baselineAt: at,
  origin: { kind: "learned" },
  current: ["203.0.113.1"],
  currentAt: at,
  ...more,
});
const change = { at, kind: "learned", what: "the current addresses become the baseline" } as const;
const drift = { id: "d", since: at, causes: [], remindAt: at };

/** Baselines with their history and alerts, and digests, on an implementation of Rows. */
export function addressesContract(name: string, make: () => Promise<Rows>): void {
  describe(`addresses ${name}`, () => {
    let rows: Rows;
    beforeEach(async () => {
      rows = await make();
    });

    describe("baselines", () => {
      const baselines = () => rowsBaselines(rows, () => ["log"]);
      const learn = (records: readonly AddressRecord[], of: ServiceId | PublicIpId = service) =>
        baselines().revise(of, { head: head(), records, changes: [change], alerts: [] });

      it("are read as they were written, together with their head", async () => {
        expect(await baselines().read(service)).toEqual({ head: undefined, records: [] });
        await learn([record("eastus"), record("westeurope", { drift })]);
        const watched = await baselines().read(service);
        expect(watched.head).toMatchObject({ sequence: 1, circumstances: { zones: "1, 2" } });
        expect(watched.records).toMatchObject([{ location: "eastus" }, { location: "westeurope", drift }]);
        expect((await baselines().read(other)).records).toEqual([]);
      });

      it("are read from rows as earlier versions wrote them, and are written with the same names", async () => {
        const told = [{ addresses: "0123456789abcdef", at }];
        const shifts = [{ aspect: "sku", before: "Developer", after: "Premium", at }];
        const { contextChanges: _, ...rest } = head();
        const stored = [
          { ...record("eastus"), heard: "drifted", told, unseen: true, v: 1 },
          { ...rest, shifts, goneToldAt: at, v: 1 },
        ].map((value) => JSON.parse(JSON.stringify(value)) as Row["value"]);
        const [partition, names] = [keys.partitionOf(service), ["address-public-eastus", "addresses"]];
        const insert = names.map(
          (row, index) => ({ kind: "insert", row, value: stored[index] ?? {} }) as const,
        );
        await rows.commit(partition, insert);
        const watched = await baselines().read(service);
        const named = { lastReported: "drifted", reportedDrifts: told, neverObserved: true };
        const { version: _record, ...asRecord } = watched.records[0] ?? record("");
        expect(asRecord).toEqual({ ...record("eastus"), ...named });
        const { version: _head, ...asHead } = watched.head ?? head();
        expect(asHead).toEqual({ ...head(), contextChanges: shifts, goneReportedAt: at });
        expect((await baselines().list({}, { top: 10 })).items).toMatchObject([named]);
        await baselines().revise(service, {
          head: watched.head ?? head(),
          records: watched.records,
          changes: [],
          alerts: [],
        });
        const kept = names.map(async (row) => (await rows.read({ partition, row }))?.value);
        expect(await Promise.all(kept)).toEqual(stored);
      });

      it("are revised in one transaction with their history and alerts", async () => {
        await learn([record("westeurope")]);
        const { head: found, records } = await baselines().read(service);
        const raised = alert("Drawbridge.AddressDrifted", service.text, { version: "1", time: at, data: {} });
        await baselines().revise(service, {
          head: found ?? head(),
          records: records.map((each) => ({ ...each, drift })),
          changes: [
            { ...change, kind: "changed" },
            { ...change, kind: "drifted" },
          ],
          alerts: [raised],
        });
        const { items } = await baselines().history(service, { top: 10 });
        expect(items.map(({ sequence, kind }) => [sequence, kind])).toEqual([
          [1, "learned"],
          [2, "changed"],
          [3, "drifted"],
        ]);
        expect(await rowsOutbox(rows).undelivered(service)).toMatchObject([{ alert: { id: raised.id } }]);
      });

      it("are not overwritten by a revision of an older version", async () => {
        await learn([record("westeurope")]);
        const { head: found = head(), records } = await baselines().read(service);
        const revision = { head: found, records, changes: [change], alerts: [] };
        await baselines().revise(service, revision);
        await expect(baselines().revise(service, revision)).rejects.toThrow(BaselineChanged);
        await expect(learn([record("eastus")])).rejects.toThrow(BaselineChanged);
        expect((await baselines().read(service)).records).toHaveLength(1);
      });

      it("of more locations than a transaction takes are written completely", async () => {
        await learn(Array.from({ length: 130 }, (_, index) => record(`region${index}`)));
        const watched = await baselines().read(service);
        expect(watched.records).toHaveLength(130);
        expect(watched.head?.sequence).toBe(1);
      });

      it("are listed by resource, kind, location and drift, in pages", async () => {
        await learn([
          record("eastus"),
          record("westeurope", { drift }),
          record("eastus", { kind: "private" }),
        ]);
        await learn([record("eastus", { resource: publicIp.text })], publicIp);
        const list = async (filter: Parameters<ReturnType<typeof baselines>["list"]>[0], top = 100) =>
          (await baselines().list(filter, { top })).items.length;
        expect(await list({})).toBe(4);
        expect(await list({ resource: service })).toBe(3);
        expect(await list({ resource: publicIp })).toBe(1);
        expect(await list({ kind: "private" })).toBe(1);
        expect(await list({ location: "eastus" })).toBe(3);
        expect(await list({ drifted: true })).toBe(1);
        expect(await list({ drifted: false })).toBe(3);
        const first = await baselines().list({}, { top: 3 });
        const next = await baselines().list({}, { top: 3, continuation: first.continuation ?? "" });
        expect(first.items.length + next.items.length).toBe(4);
      });

      it("can have a location whose name is invalid in a key", async () => {
        await learn([record("(stage)/east#us?")]);
        expect((await baselines().read(service)).records).toMatchObject([{ location: "(stage)/east#us?" }]);
      });
    });

    describe("digests", () => {
      const digests = () => rowsAddressDigests(rows);

      it("are read by key and by resource", async () => {
        await digests().save([
          { resource: service, digest: { hash: "a", again: at } },
          { resource: publicIp, digest: { hash: "", behind: service.text } },
        ]);
        const all = await digests().all();
        expect(all.size).toBe(2);
        expect(all.get(digests().keyOf(service))).toMatchObject({ hash: "a", again: at });
        expect(await digests().resource(digests().keyOf(publicIp))).toEqual(publicIp);
        expect(await digests().find(publicIp)).toMatchObject({ behind: service.text });
        expect(await digests().find(other)).toBeUndefined();
      });

      it("name the resources that were never observed, until they are", async () => {
        const set = { kind: "public", location: "westeurope" } as const;
        const unobserved = { since: at, why: "it is Updating", set };
        await digests().save([
          { resource: service, digest: { hash: "a", unobserved } },
          { resource: publicIp, digest: { hash: "b" } },
        ]);
        const listed = [{ resource: service.text, ...unobserved }];
        expect(await digests().unobserved()).toEqual(listed);
        expect(await digests().unobserved(service)).toEqual(listed);
        expect(await digests().unobserved(publicIp)).toEqual([]);
        expect(await digests().unobserved(other)).toEqual([]);
        await digests().invalidate(service);
        expect(await digests().unobserved(service)).toEqual(listed);
        const before = await digests().find(publicIp);
        for (const each of [service, publicIp, other]) await digests().markObserved(each);
        expect(await digests().unobserved()).toEqual([]);
        expect(await digests().find(service)).toMatchObject({ hash: "" });
        expect(await digests().find(publicIp)).toEqual(before);
      });

      it("do not overwrite one that was invalidated since, and the rest of the batch is written", async () => {
        // Enough digests that each of the sixteen partitions has several.
        const many = Array.from({ length: 64 }, (_, index) => ({
          resource: parseServiceId(`${service.text}-${index}`) as ServiceId,
          digest: { hash: "a", again: at },
        }));
        await digests().save(many);
        const known = await digests().all();
        const [first] = many;
        if (first === undefined) throw new Error("there are many");
        await digests().invalidate(first.resource);
        await digests().save(
          many.map(({ resource }) => {
            const { version } = known.get(digests().keyOf(resource)) ?? { version: "" };
            return { resource, digest: { hash: "b" }, version };
          }),
        );
        const hashes = [...(await digests().all()).values()].map(({ hash }) => hash);
        expect(hashes.filter((hash) => hash === "b")).toHaveLength(63);
        expect(await digests().find(first.resource)).toMatchObject({ hash: "" });
        expect((await digests().find(first.resource))?.again).toBeUndefined();
      });

      it("can be removed, and an invalidation of a missing one does nothing", async () => {
        await digests().save([{ resource: service, digest: { hash: "a" } }]);
        await digests().forget(service);
        await digests().forget(service);
        await digests().invalidate(service);
        expect((await digests().all()).size).toBe(0);
      });
    });
  });
}
