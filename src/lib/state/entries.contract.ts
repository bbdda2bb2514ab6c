import { describe, expect, it } from "vitest";
import { canonicalJson, legacyCanonicalJson } from "../canonical-json.ts";
import { sha256 } from "../hash.ts";
import type { EntryFilter } from "../connections/ledger.ts";
import type { ConnectionRecord } from "../connections/record/connection-record.ts";
import { chainVerifier } from "../connections/verify-chain.ts";
import { rowsOutbox } from "./outbox.ts";
import { entryId, entryRow, headRow, servicePartition } from "./keys.ts";
import { rowValue } from "./row-version.ts";
import { approval, connectionId, ledgerFixture, outcome } from "./ledger-fixture.contract.ts";
import type { Rows } from "./rows.ts";

/** The audit chain and its alerts on an implementation of Rows. */
export function entriesContract(name: string, make: () => Promise<Rows>): void {
  describe(`the entries of the ledger on rows ${name}`, () => {
    const fixture = ledgerFixture(make);

    it("chains the entries of a service, across its connections", async () => {
      const records = await Promise.all(
        ["a", "b", "c", "d"].map((each) => fixture.seen(connectionId("apim", each))),
      );
      await Promise.all(records.map((record) => fixture.append(record, "at once")));
      const { items } = await fixture.ledger.entries(
        { service: connectionId("apim", "a").service },
        { top: 10 },
      );
      expect(items.map(({ sequence }) => sequence)).toEqual([1, 2, 3, 4]);
      items.forEach(({ hash, ...entry }, index) => {
        expect(entry.previous).toBe(items[index - 1]?.hash ?? "");
        expect(entry.hashVersion).toBe(2);
        expect(hash).toBe(sha256(canonicalJson(entry)));
      });
    });

    it("lists entries by time, kind, verdict and connection", async () => {
      const [a, b] = [
        await fixture.seen(connectionId("apim", "a")),
        await fixture.seen(connectionId("apim", "b")),
      ];
      const decided = (record: ConnectionRecord, verdict: "approve" | "hold") => {
        const entry = {
          ...approval(record.id),
          verdict: { kind: verdict, reasons: [], unknown: [], alerts: [] },
        };
        return fixture.ledger.append(record, entry, () => ({
          record: { ...record, phase: "Held" },
          alerts: [],
        }));
      };
      fixture.now = new Date("2026-11-24T08:00:00Z");
      await decided(a, "approve");
      fixture.now = new Date("2026-11-24T09:00:00Z");
      await decided(b, "hold");
      fixture.now = new Date("2026-11-24T10:00:00Z");
      await fixture.append((await fixture.ledger.find(b.id)) ?? b, "why");
      const found = async (filter: EntryFilter) =>
        (await fixture.ledger.entries(filter, { top: 10 })).items.map(({ sequence }) => sequence);
      expect(await found({})).toEqual([1, 2, 3]);
      expect(await found({ from: "2026-11-24T09:00:00.000Z" })).toEqual([2, 3]);
      expect(await found({ to: "2026-11-24T09:00:00.000Z" })).toEqual([1]);
      expect(await found({ from: "2026-11-24T08:30:00.000Z", to: "2026-11-24T09:30:00.000Z" })).toEqual([2]);
      expect(await found({ kind: "outcome" })).toEqual([3]);
      expect(await found({ verdict: "hold" })).toEqual([2]);
      expect(await found({ connection: b.id.text })).toEqual([2, 3]);
    });

    it("finds an entry by its id, and nothing by an unknown id", async () => {
      const record = await fixture.append(await fixture.seen(connectionId("apim", "pe-1")), "why");
      expect(await fixture.ledger.entry(record.decisionId ?? "")).toMatchObject({
        reason: "why",
        connection: record.id.text,
      });
      for (const id of ["", "x-1", `${"0".repeat(16)}-1`, "' or 1 eq 1", `${record.decisionId}0`])
        expect(await fixture.ledger.entry(id)).toBeUndefined();
    });

    it("puts alerts into the outbox together with their entry, until they are delivered", async () => {
      const { id } = await fixture.append(await fixture.seen(connectionId("apim", "pe-1")), "why");
      const outbox = rowsOutbox(fixture.rows);
      const [first, ...rest] = await outbox.undelivered(id.service);
      expect(rest).toEqual([]);
      expect(first).toMatchObject({
        sink: "log",
        alert: { type: "Drawbridge.ConnectionHeld", subject: id.text, data: { reason: "why" } },
      });
      if (first !== undefined) await outbox.delivered(id.service, first);
      expect(await outbox.undelivered(id.service)).toEqual([]);
    });

    it("verifies a chain that continues entries written before RFC 8785 was used", async () => {
      const { id } = await fixture.seen(connectionId("apim", "a"));
      const partition = servicePartition(id.service);
      const first = {
        ...outcome(id, "old"),
        id: entryId(partition, 1),
        sequence: 1,
        at: "2026-01-05T08:00:00.000Z",
        previous: "",
        tags: { 10: "b", 2: "a", "-": "c" },
      };
      const old = { ...first, hash: sha256(legacyCanonicalJson(first)) };
      await fixture.rows.commit(partition, [
        { kind: "insert", row: entryRow(1), value: rowValue(old) },
        { kind: "insert", row: headRow, value: rowValue({ sequence: 1, hash: old.hash }) },
      ]);
      await fixture.append((await fixture.ledger.find(id)) as ConnectionRecord, "new");
      const { items } = await fixture.ledger.entries({}, { top: 10 });
      const chain = chainVerifier();
      for (const entry of items) chain.take(entry);
      expect(items.map(({ hashVersion }) => hashVersion)).toEqual([undefined, 2]);
      expect([...chain.broken, ...chain.headless()]).toEqual([]);
    });
  });
}
