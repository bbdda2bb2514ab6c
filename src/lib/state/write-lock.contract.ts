import { describe, expect, it } from "vitest";
import { ReservationConflict, RecordChanged, type Reservation } from "../connections/ledger.ts";
import type { ConnectionRecord } from "../connections/record/connection-record.ts";
import type { ConnectionId } from "../azure/resource-id.ts";
import { approval, connectionId, ledgerFixture, outcome } from "./ledger-fixture.contract.ts";
import type { Rows } from "./rows.ts";

/** The write lock and the reservations of a service on an implementation of Rows. */
export function writeLockContract(name: string, make: () => Promise<Rows>): void {
  describe(`the write lock of a service on rows ${name}`, () => {
    const fixture = ledgerFixture(make);

    const later = "2026-11-24T08:15:00.000Z";
    const writing = (record: ConnectionRecord) =>
      fixture.ledger.saveWithWriteLock({ ...record, phase: "Applying" }, later);

    it("is held by one connection at a time, for each service separately", async () => {
      const [one, two] = [
        await fixture.seen(connectionId("apim", "a")),
        await fixture.seen(connectionId("apim", "b")),
      ];
      const taken = await writing(one);
      expect(taken).toMatchObject({ phase: "Applying" });
      expect((await fixture.ledger.head(one.id.service)).writeLock).toEqual({
        connection: one.id.text,
        until: later,
      });
      expect(await writing(two)).toBeUndefined();
      expect((await fixture.ledger.find(two.id))?.phase).toBe("Seen");
      expect(await writing(await fixture.seen(connectionId("other", "a")))).toBeDefined();
      expect(await writing(taken as ConnectionRecord)).toBeDefined();
    });

    it("is granted to one of two concurrent requests", async () => {
      const records = await Promise.all(
        ["a", "b", "c"].map((each) => fixture.seen(connectionId("apim", each))),
      );
      const taken = await Promise.all(records.map((record) => writing(record)));
      expect(taken.filter((each) => each !== undefined)).toHaveLength(1);
    });

    it("is released with the entry that ends the write, and not by an entry of another connection", async () => {
      const [one, two] = [
        await fixture.seen(connectionId("apim", "a")),
        await fixture.seen(connectionId("apim", "b")),
      ];
      const taken = await writing(one);
      await fixture.append(two, "held");
      expect((await fixture.ledger.head(one.id.service)).writeLock?.connection).toBe(one.id.text);
      await fixture.append(taken as ConnectionRecord, "over");
      expect((await fixture.ledger.head(one.id.service)).writeLock).toBeUndefined();
    });

    it("is free again when it has not been renewed for too long", async () => {
      const [one, two] = [
        await fixture.seen(connectionId("apim", "a")),
        await fixture.seen(connectionId("apim", "b")),
      ];
      await writing(one);
      fixture.now = new Date(later);
      expect(await writing(two)).toBeDefined();
    });

    it("is not granted for a record that changed since it was read", async () => {
      const record = await fixture.seen(connectionId("apim", "a"));
      await fixture.ledger.save({ ...record, attempts: 1 });
      await expect(writing(record)).rejects.toBeInstanceOf(RecordChanged);
      expect((await fixture.ledger.head(record.id.service)).writeLock).toBeUndefined();
    });

    it("goes next to the connection of the service that has waited longest", async () => {
      const wait = async (of: string, which: string, queuedAt?: string) => {
        const open = await fixture.ledger.openReview(connectionId(of, which));
        await fixture.ledger.endAttempt(open, {
          until: later,
          ...(queuedAt === undefined ? {} : { queuedAt }),
        });
      };
      const { service } = connectionId("apim", "a");
      expect(await fixture.ledger.nextInLine(service)).toBeUndefined();
      await wait("apim", "held");
      await wait("apim", "second", "2026-11-24T08:02:00.000Z");
      await wait("apim", "first", "2026-11-24T08:01:00.000Z");
      await wait("other", "earlier", "2026-11-24T08:00:00.000Z");
      expect(await fixture.ledger.nextInLine(service)).toEqual({
        id: connectionId("apim", "first"),
        queuedAt: "2026-11-24T08:01:00.000Z",
        until: later,
      });
    });
    const approving = (record: ConnectionRecord, counted?: readonly Reservation[]) =>
      fixture.ledger.append(
        record,
        approval(record.id),
        () => ({ record: { ...record, phase: "Decided", action: "approve" }, alerts: [] }),
        counted,
      );
    const promises = async (id: ConnectionId) =>
      (await fixture.ledger.head(id.service)).reservations.map((each) => each.id);

    it("keeps the reservation of an approval until the approval is known to have failed", async () => {
      const record = await fixture.seen(connectionId("apim", "a"));
      const decided = await approving(record);
      expect(await promises(record.id)).toEqual([record.id.text]);
      const failed = await fixture.ledger.append(decided, outcome(record.id, "no"), () => ({
        record: { ...decided, phase: "Failed" },
        alerts: [],
      }));
      expect(await promises(record.id)).toEqual([record.id.text]);
      const applied = await fixture.ledger.append(failed, outcome(record.id, "done"), () => ({
        record: { ...failed, phase: "Applied" },
        alerts: [],
      }));
      expect(await promises(record.id)).toEqual([record.id.text]);
      await fixture.ledger.append(applied, outcome(record.id, "gone"), () => ({
        record: { ...applied, phase: "Gone" },
        alerts: [],
      }));
      expect(await promises(record.id)).toEqual([]);
    });

    it("refuses an approval that did not count another one, and accepts other writes", async () => {
      const [a, b] = [
        await fixture.seen(connectionId("apim", "a")),
        await fixture.seen(connectionId("apim", "b")),
      ];
      await approving(a);
      await expect(approving(b)).rejects.toBeInstanceOf(ReservationConflict);
      await fixture.append(await fixture.seen(connectionId("apim", "c")), "held");
      const { reservations } = await fixture.ledger.head(b.id.service);
      const decided = await approving(b, reservations);
      expect((await promises(b.id)).length).toBe(2);
      // The outcome of an abandoned approval is recorded all the same.
      const c = await fixture.seen(connectionId("apim", "late"));
      await fixture.ledger.append(c, outcome(c.id, "it came through"), () => ({
        record: { ...c, phase: "Applied", action: "approve" },
        alerts: [],
      }));
      expect((await promises(b.id)).length).toBe(3);
      // An approval with a reservation keeps it, whatever else was reserved.
      await fixture.ledger.append(decided, outcome(b.id, "no"), () => ({
        record: { ...decided, phase: "Failed" },
        alerts: [],
      }));
      expect((await promises(b.id)).length).toBe(3);
    });
  });
}
