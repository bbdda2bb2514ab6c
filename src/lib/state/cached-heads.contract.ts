import { beforeEach, describe, expect, it } from "vitest";
import { RecordChanged, type Ledger } from "../connections/ledger.ts";
import type { ConnectionRecord } from "../connections/record/connection-record.ts";
import { chainVerifier } from "../connections/verify-chain.ts";
import { headRow } from "./keys.ts";
import { rowsLedger } from "./ledger.ts";
import { approval, connectionId, ledgerFixture, outcome } from "./ledger-fixture.contract.ts";
import type { Rows } from "./rows.ts";

const until = "2026-11-24T08:15:00.000Z";
const [a, b] = [connectionId("apim", "a"), connectionId("apim", "b")];
const { service } = a;

/** What two processes write about one service, each of which remembers the head that it saw last. */
export function cachedHeadsContract(name: string, make: () => Promise<Rows>): void {
  describe(`a head that was just seen, on rows ${name}`, () => {
    let reads = 0;
    let other: Ledger;
    const fixture = ledgerFixture(async () => {
      const rows = await make();
      const counting: Rows = {
        ...rows,
        read: (key) => {
          if (key.row === headRow) reads++;
          return rows.read(key);
        },
      };
      other = rowsLedger(rows, () => ["log"], { now: () => fixture.now });
      return counting;
    });
    beforeEach(() => (reads = 0));
    const end = (ledger: Ledger, record: ConnectionRecord) =>
      ledger.append(record, outcome(record.id, "over"), () => ({
        record: { ...record, phase: "Held" },
        alerts: [],
      }));
    const approve = (ledger: Ledger, record: ConnectionRecord) =>
      ledger.append(record, approval(record.id), () => ({
        record: { ...record, phase: "Decided", action: "approve" },
        alerts: [],
      }));

    it("is not read again by the writes of a review", async () => {
      await fixture.ledger.head(service);
      const locked = await fixture.ledger.saveWithWriteLock(await fixture.seen(a), until);
      await end(fixture.ledger, await approve(fixture.ledger, locked as ConnectionRecord));
      expect(reads).toBe(1);
    });

    it("is read again after ten seconds", async () => {
      await fixture.ledger.head(service);
      fixture.now = new Date(fixture.now.getTime() + 10_000);
      await fixture.ledger.saveWithWriteLock(await fixture.seen(a), until);
      expect(reads).toBe(2);
    });

    it("is read again where a write with it has failed", async () => {
      const record = await fixture.seen(a);
      await fixture.ledger.head(service);
      await fixture.ledger.save({ ...record, attempts: 1 });
      const lock = fixture.ledger.saveWithWriteLock(record, until);
      await expect(lock).rejects.toBeInstanceOf(RecordChanged);
      await fixture.ledger.saveWithWriteLock(await fixture.seen(b), until);
      expect(reads).toBe(2);
    });

    it("is read again for an entry without the write lock, so that entries of two processes leave no stray rows", async () => {
      const [one, two] = [await fixture.seen(a), await fixture.seen(b)];
      await fixture.ledger.head(service);
      await end(fixture.ledger, await end(fixture.ledger, one));
      expect(reads).toBe(3);
      await end(other, two);
      await fixture.append(await fixture.seen(connectionId("apim", "c")), "held");
      const partition = { from: "timeline", to: "timelinf" };
      const { rows } = await fixture.rows.list({ partition, prefix: "entries-", top: 100 });
      expect(rows).toHaveLength(4);
    });

    it("may have moved since: the entry then follows that of the other process", async () => {
      const [one, two] = [await fixture.seen(a), await fixture.seen(b)];
      const held = await fixture.append(one, "held");
      await end(other, two);
      await end(fixture.ledger, held);
      const { items } = await fixture.ledger.entries({ service }, { top: 10 });
      const verifier = chainVerifier();
      items.forEach(verifier.take);
      expect([items.length, verifier.broken]).toEqual([3, []]);
    });

    it("grants no write lock that another process has acquired since", async () => {
      const [one, two] = [await fixture.seen(a), await fixture.seen(b)];
      await fixture.ledger.head(service);
      await other.saveWithWriteLock(two, until);
      expect(await fixture.ledger.saveWithWriteLock(one, until)).toBeUndefined();
    });

    it("refuses no write lock that another process has released since", async () => {
      const [one, two] = [await fixture.seen(a), await fixture.seen(b)];
      const locked = await fixture.ledger.saveWithWriteLock(one, until);
      await end(other, locked as ConnectionRecord);
      expect(await fixture.ledger.saveWithWriteLock(two, until)).toBeDefined();
    });

    it("refuses no approval because of a reservation that another process has released since", async () => {
      const [one, two] = [await fixture.seen(a), await fixture.seen(b)];
      await end(other, await approve(fixture.ledger, one));
      expect(await approve(fixture.ledger, two)).toMatchObject({ action: "approve" });
    });
  });
}
