import { canonicalJson } from "../canonical-json.ts";
import { sha256 } from "../hash.ts";
import { beforeEach, describe, expect, it } from "vitest";
import { alert } from "../alerts/alert.ts";
import { parseConnectionId, type ConnectionId } from "../azure/resource-id.ts";

import {
  ReservationConflict,
  RecordChanged,
  type EntryFilter,
  type Ledger,
  type OpenMark,
  type Reservation,
} from "../connections/ledger.ts";
import type { Adoption, ConnectionRecord, Decision, Link, Outcome } from "../connections/record/record.ts";
import { rowsLedger } from "./ledger.ts";
import { rowsOutbox } from "./outbox.ts";
import type { Rows } from "./rows.ts";

let now = new Date("2026-11-24T08:00:00Z");
const clock = { now: () => now };

/** The ledger and the outbox on an implementation of Rows. */
export function ledgerContract(name: string, make: () => Promise<Rows>): void {
  describe(`the ledger on rows ${name}`, () => {
    let rows: Rows;
    let ledger: Ledger;
    beforeEach(async () => {
      rows = await make();
      now = new Date("2026-11-24T08:00:00Z");
      ledger = rowsLedger(rows, () => ["log"], clock);
    });

    const marks = async () => {
      const all: OpenMark[] = [];
      for await (const mark of ledger.marks()) all.push(mark);
      return all;
    };
    const seen = (id: ConnectionId) =>
      ledger.add({ id, phase: "Seen", firstSeenAt: now.toISOString(), attempts: 0 });
    const outcome = (id: ConnectionId, reason: string): Outcome => ({
      kind: "outcome",
      connection: id.text,
      phase: "Held",
      reason,
    });
    const append = (record: ConnectionRecord, reason: string) =>
      ledger.append(record, outcome(record.id, reason), (entry) => ({
        record: { ...record, phase: "Held", decisionId: entry.id },
        alerts: [
          alert("Drawbridge.ConnectionHeld", entry.connection, {
            version: entry.id,
            time: entry.at,
            data: { reason },
          }),
        ],
      }));

    it("finds a record as it was saved", async () => {
      const id = connectionId("apim", "pe-1");
      const added = await seen(id);
      const saved = await ledger.save({
        ...added,
        phase: "Held",
        lease: { owner: "me", until: now.toISOString() },
      });
      expect(await ledger.find(id)).toEqual(saved);
    });

    it("lets one of two attempts win, and tells the other", async () => {
      const record = await seen(connectionId("apim", "pe-1"));
      await ledger.save({ ...record, attempts: 1 });
      await expect(ledger.save({ ...record, attempts: 2 })).rejects.toBeInstanceOf(RecordChanged);
      await expect(seen(record.id)).rejects.toBeInstanceOf(RecordChanged);
      await expect(append(record, "late")).rejects.toBeInstanceOf(RecordChanged);
      expect((await ledger.entries({}, { top: 10 })).items).toEqual([]);
    });

    describe("a service's place for a write", () => {
      const later = "2026-11-24T08:15:00.000Z";
      const writing = (record: ConnectionRecord) =>
        ledger.saveWithWriteLock({ ...record, phase: "Applying" }, later);

      it("is of one connection at a time, and of each service its own", async () => {
        const [one, two] = [await seen(connectionId("apim", "a")), await seen(connectionId("apim", "b"))];
        const taken = await writing(one);
        expect(taken).toMatchObject({ phase: "Applying" });
        expect((await ledger.head(one.id.service)).writeLock).toEqual({
          connection: one.id.text,
          until: later,
        });
        expect(await writing(two)).toBeUndefined();
        expect((await ledger.find(two.id))?.phase).toBe("Seen");
        expect(await writing(await seen(connectionId("other", "a")))).toBeDefined();
        expect(await writing(taken as ConnectionRecord)).toBeDefined();
      });

      it("is given to one of two who want it at once", async () => {
        const records = await Promise.all(["a", "b", "c"].map((each) => seen(connectionId("apim", each))));
        const taken = await Promise.all(records.map((record) => writing(record)));
        expect(taken.filter((each) => each !== undefined)).toHaveLength(1);
      });

      it("is given back with the entry that ends the write, and not by the entry of another", async () => {
        const [one, two] = [await seen(connectionId("apim", "a")), await seen(connectionId("apim", "b"))];
        const taken = await writing(one);
        await append(two, "held");
        expect((await ledger.head(one.id.service)).writeLock?.connection).toBe(one.id.text);
        await append(taken as ConnectionRecord, "over");
        expect((await ledger.head(one.id.service)).writeLock).toBeUndefined();
      });

      it("is free again when nobody kept it for too long", async () => {
        const [one, two] = [await seen(connectionId("apim", "a")), await seen(connectionId("apim", "b"))];
        await writing(one);
        now = new Date(later);
        expect(await writing(two)).toBeDefined();
      });

      it("is not given on a record that changed since it was read", async () => {
        const record = await seen(connectionId("apim", "a"));
        await ledger.save({ ...record, attempts: 1 });
        await expect(writing(record)).rejects.toBeInstanceOf(RecordChanged);
        expect((await ledger.head(record.id.service)).writeLock).toBeUndefined();
      });

      it("is next for the connection that has waited longest, of those of its service that wait for it", async () => {
        const wait = async (of: string, which: string, queuedAt?: string) => {
          const mark = await ledger.open(connectionId(of, which));
          await ledger.settle(mark, { until: later, ...(queuedAt === undefined ? {} : { queuedAt }) });
        };
        const { service } = connectionId("apim", "a");
        expect(await ledger.nextInLine(service)).toBeUndefined();
        await wait("apim", "held");
        await wait("apim", "second", "2026-11-24T08:02:00.000Z");
        await wait("apim", "first", "2026-11-24T08:01:00.000Z");
        await wait("other", "earlier", "2026-11-24T08:00:00.000Z");
        expect(await ledger.nextInLine(service)).toEqual({
          id: connectionId("apim", "first"),
          queuedAt: "2026-11-24T08:01:00.000Z",
          until: later,
        });
      });
    });

    it("chains the entries of a service, across its connections", async () => {
      const records = await Promise.all(["a", "b", "c", "d"].map((each) => seen(connectionId("apim", each))));
      await Promise.all(records.map((record) => append(record, "at once")));
      const { items } = await ledger.entries({ service: connectionId("apim", "a").service }, { top: 10 });
      expect(items.map(({ sequence }) => sequence)).toEqual([1, 2, 3, 4]);
      items.forEach(({ hash, ...entry }, index) => {
        expect(entry.previous).toBe(items[index - 1]?.hash ?? "");
        expect(entry.hashVersion).toBe(2);
        expect(hash).toBe(sha256(canonicalJson(entry)));
      });
    });

    it("lists what is asked for: by time, by kind, by verdict, by connection", async () => {
      const [a, b] = [await seen(connectionId("apim", "a")), await seen(connectionId("apim", "b"))];
      const decided = (record: ConnectionRecord, verdict: "approve" | "hold") => {
        const entry = {
          ...approval(record.id),
          verdict: { kind: verdict, reasons: [], unknown: [], alerts: [] },
        };
        return ledger.append(record, entry, () => ({ record: { ...record, phase: "Held" }, alerts: [] }));
      };
      now = new Date("2026-11-24T08:00:00Z");
      await decided(a, "approve");
      now = new Date("2026-11-24T09:00:00Z");
      await decided(b, "hold");
      now = new Date("2026-11-24T10:00:00Z");
      await append((await ledger.find(b.id)) ?? b, "why");
      const found = async (filter: EntryFilter) =>
        (await ledger.entries(filter, { top: 10 })).items.map(({ sequence }) => sequence);
      expect(await found({})).toEqual([1, 2, 3]);
      expect(await found({ from: "2026-11-24T09:00:00.000Z" })).toEqual([2, 3]);
      expect(await found({ to: "2026-11-24T09:00:00.000Z" })).toEqual([1]);
      expect(await found({ from: "2026-11-24T08:30:00.000Z", to: "2026-11-24T09:30:00.000Z" })).toEqual([2]);
      expect(await found({ kind: "outcome" })).toEqual([3]);
      expect(await found({ verdict: "hold" })).toEqual([2]);
      expect(await found({ connection: b.id.text })).toEqual([2, 3]);
    });

    it("lists what people were to be told: by kind, by time, by whose it is", async () => {
      const outbox = rowsOutbox(rows);
      const [a, b] = [await seen(connectionId("apim-a", "pe")), await seen(connectionId("apim-b", "pe"))];
      now = new Date("2026-11-24T08:00:00Z");
      await append(a, "first");
      now = new Date("2026-11-24T09:00:00Z");
      await append(b, "second");
      const found = async (filter: Parameters<typeof outbox.alerts>[0]) =>
        (await outbox.alerts(filter, { top: 10 })).items
          .map(({ data }) => String(data.reason))
          .toSorted((one, two) => (one < two ? -1 : 1));
      expect(await found({})).toEqual(["first", "second"]);
      expect(await found({ from: "2026-11-24T09:00:00.000Z" })).toEqual(["second"]);
      expect(await found({ owner: a.id.service })).toEqual(["first"]);
      expect(await found({ owner: "app" })).toEqual([]);
      expect(await found({ type: "Drawbridge.ConnectionHeld" })).toEqual(["first", "second"]);
      expect(await found({ type: "Drawbridge.ConnectionFailed" })).toEqual([]);
      expect((await outbox.alerts({}, { top: 10 })).items[0]?.sinks).toEqual(["log"]);
    });

    it("finds an entry by its id, and nothing by another's", async () => {
      const record = await append(await seen(connectionId("apim", "pe-1")), "why");
      expect(await ledger.entry(record.decisionId ?? "")).toMatchObject({
        reason: "why",
        connection: record.id.text,
      });
      for (const id of ["", "x-1", `${"0".repeat(16)}-1`, "' or 1 eq 1", `${record.decisionId}0`])
        expect(await ledger.entry(id)).toBeUndefined();
    });

    it("puts alerts into the outbox with the entry that calls for them, until they are told", async () => {
      const { id } = await append(await seen(connectionId("apim", "pe-1")), "why");
      const outbox = rowsOutbox(rows);
      const [first, ...rest] = await outbox.undelivered(id.service);
      expect(rest).toEqual([]);
      expect(first).toMatchObject({
        sink: "log",
        alert: { type: "Drawbridge.ConnectionHeld", subject: id.text, data: { reason: "why" } },
      });
      if (first !== undefined) await outbox.delivered(id.service, first);
      expect(await outbox.undelivered(id.service)).toEqual([]);
    });

    it("keeps a mark that was set again after it was read", async () => {
      const id = connectionId("apim", "pe-1");
      const mine = await ledger.open(id);
      const theirs = await ledger.open(id);
      await ledger.settle(mine, undefined);
      expect((await marks()).map((mark) => mark.id.text)).toEqual([id.text]);
      expect(await ledger.mark(id)).toEqual((await marks())[0]);
      await ledger.settle(theirs, undefined);
      expect(await marks()).toEqual([]);
      expect(await ledger.mark(id)).toBeUndefined();
    });

    it("keeps what a mark waits for, until it is set again", async () => {
      const id = connectionId("apim", "pe-1");
      const wait = { until: now.toISOString(), decider: "a" };
      await ledger.settle(await ledger.open(id), wait);
      expect(await marks()).toMatchObject([{ id, wait }]);
      await ledger.open(id);
      expect((await marks()).map((mark) => mark.wait)).toEqual([undefined]);
    });

    const approving = (record: ConnectionRecord, counted?: readonly Reservation[]) =>
      ledger.append(
        record,
        approval(record.id),
        () => ({ record: { ...record, phase: "Decided", action: "approve" }, alerts: [] }),
        counted,
      );
    const promises = async (id: ConnectionId) =>
      (await ledger.head(id.service)).reservations.map((each) => each.id);

    it("keeps the place of an approval until it is known to be none", async () => {
      const record = await seen(connectionId("apim", "a"));
      const decided = await approving(record);
      expect(await promises(record.id)).toEqual([record.id.text]);
      const failed = await ledger.append(decided, outcome(record.id, "no"), () => ({
        record: { ...decided, phase: "Failed" },
        alerts: [],
      }));
      expect(await promises(record.id)).toEqual([record.id.text]);
      const applied = await ledger.append(failed, outcome(record.id, "done"), () => ({
        record: { ...failed, phase: "Applied" },
        alerts: [],
      }));
      expect(await promises(record.id)).toEqual([record.id.text]);
      await ledger.append(applied, outcome(record.id, "gone"), () => ({
        record: { ...applied, phase: "Gone" },
        alerts: [],
      }));
      expect(await promises(record.id)).toEqual([]);
    });

    it("refuses an approval that did not count another, and takes what is none", async () => {
      const [a, b] = [await seen(connectionId("apim", "a")), await seen(connectionId("apim", "b"))];
      await approving(a);
      await expect(approving(b)).rejects.toBeInstanceOf(ReservationConflict);
      await append(await seen(connectionId("apim", "c")), "held");
      const { reservations } = await ledger.head(b.id.service);
      const decided = await approving(b, reservations);
      expect((await promises(b.id)).length).toBe(2);
      // What became of one that was given up is told all the same.
      const c = await seen(connectionId("apim", "late"));
      await ledger.append(c, outcome(c.id, "it came through"), () => ({
        record: { ...c, phase: "Applied", action: "approve" },
        alerts: [],
      }));
      expect((await promises(b.id)).length).toBe(3);
      // One that has its place keeps it, whatever else was promised.
      await ledger.append(decided, outcome(b.id, "no"), () => ({
        record: { ...decided, phase: "Failed" },
        alerts: [],
      }));
      expect((await promises(b.id)).length).toBe(3);
    });

    it("adopts a service once, with all that it has, and leaves what has a record alone", async () => {
      const { service } = connectionId("apim", "x");
      const own = await append(await seen(connectionId("apim", "c-000")), "ours");
      const found = Array.from({ length: 100 }, (_, index) => ({
        id: connectionId("apim", `c-${String(index).padStart(3, "0")}`),
        phase: "Adopted" as const,
        state: "Approved",
        firstSeenAt: now.toISOString(),
        attempts: 0,
      }));
      const tell = (entry: Adoption & Link) => [
        alert("Drawbridge.ServiceAdopted", entry.service, { version: "first", time: entry.at, data: {} }),
      ];
      await Promise.all([ledger.adopt(service, found, tell), ledger.adopt(service, found, tell)]);
      expect((await ledger.head(service)).adoptedAt).toBe(now.toISOString());
      const { items } = await ledger.connections({ service, phase: "Adopted" }, { top: 200 });
      expect(items).toHaveLength(99);
      expect(await ledger.find(own.id)).toEqual(own);
      const adoptions = (await ledger.entries({ service, kind: "adoption" }, { top: 10 })).items;
      expect(adoptions).toMatchObject([{ sequence: 2, connections: { length: 99 } }]);
      const told = await rowsOutbox(rows).undelivered(service);
      expect(told.filter((each) => each.alert.type === "Drawbridge.ServiceAdopted")).toHaveLength(1);
    });

    it("lists connections by service and phase", async () => {
      await append(await seen(connectionId("one", "a")), "held");
      await seen(connectionId("one", "b"));
      await seen(connectionId("two", "c"));
      const names = async (filter: Parameters<Ledger["connections"]>[0]) =>
        (await ledger.connections(filter, { top: 10 })).items.map(({ id }) => id.connectionName).toSorted();
      expect(await names({})).toEqual(["a", "b", "c"]);
      expect(await names({ service: connectionId("one", "a").service })).toEqual(["a", "b"]);
      expect(await names({ phase: "Held" })).toEqual(["a"]);
    });

    it("leaves a row of a newer version alone", async () => {
      const record = await seen(connectionId("apim", "pe-1"));
      const { rows: all } = await rows.list({
        partition: { from: "s-", to: "s." },
        prefix: "connection-",
        top: 1,
      });
      const row = all[0];
      if (row === undefined) throw new Error("the record has no row");
      await rows.commit(row.partition, [
        { kind: "replace", row: row.row, etag: row.etag, value: { ...row.value, v: 99 } },
      ]);
      await expect(ledger.find(record.id)).rejects.toThrow("update Drawbridge");
    });
  });
}

function approval({ text }: ConnectionId): Decision {
  return {
    kind: "decision",
    connection: text,
    cause: "event",
    actor: "test",
    mode: "enforce",
    policy: { name: "p", hash: "h" },
    verdict: { kind: "approve", reasons: [], unknown: [], alerts: [] },
    action: "approve",
    fingerprint: "f",
    facts: { known: {}, unknown: {} },
    trace: [],
  };
}

function connectionId(service: string, name: string): ConnectionId {
  const group = "/subscriptions/11111111-1111-4111-8111-111111111111/resourceGroups/rg";
  const text = `${group}/providers/Microsoft.ApiManagement/service/${service}/privateEndpointConnections/${name}`;
  const id = parseConnectionId(text);
  if (id === undefined) throw new Error(`${text} is no connection's id`);
  return id;
}
