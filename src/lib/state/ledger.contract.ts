import { describe, expect, it } from "vitest";
import { alert } from "../alerts/alert.ts";
import { RecordChanged, type Ledger, type OpenReview } from "../connections/ledger.ts";
import type { Adoption, Link } from "../connections/record/connection-record.ts";
import { rowsOutbox } from "./outbox.ts";
import { connectionId, ledgerFixture } from "./ledger-fixture.contract.ts";
import type { Rows } from "./rows.ts";

/** Records, open reviews and adoptions on an implementation of Rows. */
export function ledgerContract(name: string, make: () => Promise<Rows>): void {
  describe(`the ledger on rows ${name}`, () => {
    const fixture = ledgerFixture(make);

    const open = async () => {
      const all: OpenReview[] = [];
      for await (const each of fixture.ledger.openReviews()) all.push(each);
      return all;
    };
    it("finds a record as it was saved", async () => {
      const id = connectionId("apim", "pe-1");
      const added = await fixture.seen(id);
      const saved = await fixture.ledger.save({
        ...added,
        phase: "Held",
        lease: { owner: "me", until: fixture.now.toISOString() },
      });
      expect(await fixture.ledger.find(id)).toEqual(saved);
    });

    it("lets one of two concurrent saves win, and refuses the other", async () => {
      const record = await fixture.seen(connectionId("apim", "pe-1"));
      await fixture.ledger.save({ ...record, attempts: 1 });
      await expect(fixture.ledger.save({ ...record, attempts: 2 })).rejects.toBeInstanceOf(RecordChanged);
      await expect(fixture.seen(record.id)).rejects.toBeInstanceOf(RecordChanged);
      await expect(fixture.append(record, "late")).rejects.toBeInstanceOf(RecordChanged);
      expect((await fixture.ledger.entries({}, { top: 10 })).items).toEqual([]);
    });

    it("keeps a review open that was opened again after it was read", async () => {
      const id = connectionId("apim", "pe-1");
      const mine = await fixture.ledger.openReview(id);
      const theirs = await fixture.ledger.openReview(id);
      await fixture.ledger.endAttempt(mine, undefined);
      expect((await open()).map((each) => each.id.text)).toEqual([id.text]);
      expect(await fixture.ledger.findOpenReview(id)).toEqual((await open())[0]);
      await fixture.ledger.endAttempt(theirs, undefined);
      expect(await open()).toEqual([]);
      expect(await fixture.ledger.findOpenReview(id)).toBeUndefined();
    });

    it("keeps the wait of an open review until it is opened again", async () => {
      const id = connectionId("apim", "pe-1");
      const wait = { until: fixture.now.toISOString(), decider: "a" };
      await fixture.ledger.endAttempt(await fixture.ledger.openReview(id), wait);
      expect(await open()).toMatchObject([{ id, wait }]);
      await fixture.ledger.openReview(id);
      expect((await open()).map((each) => each.wait)).toEqual([undefined]);
    });

    it("adopts a service once with all its connections, and leaves connections with a record alone", async () => {
      const { service } = connectionId("apim", "x");
      const own = await fixture.append(await fixture.seen(connectionId("apim", "c-000")), "ours");
      const found = Array.from({ length: 100 }, (_, index) => ({
        id: connectionId("apim", `c-${String(index).padStart(3, "0")}`),
        phase: "Adopted" as const,
        state: "Approved",
        firstSeenAt: fixture.now.toISOString(),
        attempts: 0,
      }));
      const tell = (entry: Adoption & Link) => [
        alert("Drawbridge.ServiceAdopted", entry.service, { version: "first", time: entry.at, data: {} }),
      ];
      await Promise.all([
        fixture.ledger.adopt(service, found, tell),
        fixture.ledger.adopt(service, found, tell),
      ]);
      expect((await fixture.ledger.head(service)).adoptedAt).toBe(fixture.now.toISOString());
      const { items } = await fixture.ledger.connections({ service, phase: "Adopted" }, { top: 200 });
      expect(items).toHaveLength(99);
      expect(await fixture.ledger.find(own.id)).toEqual(own);
      const adoptions = (await fixture.ledger.entries({ service, kind: "adoption" }, { top: 10 })).items;
      expect(adoptions).toMatchObject([{ sequence: 2, connections: { length: 99 } }]);
      const undelivered = await rowsOutbox(fixture.rows).undelivered(service);
      expect(undelivered.filter((each) => each.alert.type === "Drawbridge.ServiceAdopted")).toHaveLength(1);
    });

    it("lists connections by service and phase", async () => {
      await fixture.append(await fixture.seen(connectionId("one", "a")), "held");
      await fixture.seen(connectionId("one", "b"));
      await fixture.seen(connectionId("two", "c"));
      const names = async (filter: Parameters<Ledger["connections"]>[0]) =>
        (await fixture.ledger.connections(filter, { top: 10 })).items
          .map(({ id }) => id.connectionName)
          .toSorted();
      expect(await names({})).toEqual(["a", "b", "c"]);
      expect(await names({ service: connectionId("one", "a").service })).toEqual(["a", "b"]);
      expect(await names({ phase: "Held" })).toEqual(["a"]);
    });

    it("leaves a row of a newer version alone", async () => {
      const record = await fixture.seen(connectionId("apim", "pe-1"));
      const { rows: all } = await fixture.rows.list({
        partition: { from: "s-", to: "s." },
        prefix: "connection-",
        top: 1,
      });
      const row = all[0];
      if (row === undefined) throw new Error("the record has no row");
      await fixture.rows.commit(row.partition, [
        { kind: "replace", row: row.row, etag: row.etag, value: { ...row.value, v: 99 } },
      ]);
      await expect(fixture.ledger.find(record.id)).rejects.toThrow("update Drawbridge");
    });
  });
}
