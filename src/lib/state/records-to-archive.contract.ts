import { beforeEach, describe, expect, it } from "vitest";
import type { Archive, Batch } from "../archive/archive.ts";
import { minuteMs } from "../clock.ts";
import type { Entry } from "../connections/record/connection-record.ts";
import { chainVerifier } from "../connections/verify-chain.ts";
import { archiveFixture, idIn, type ArchiveFixture } from "./archive-fixture.contract.ts";
import { entryWrite, headAfter, headWrite, linkAfter, readHead } from "./chain.ts";
import {
  alertPrefix,
  allOwners,
  allServices,
  entryPrefix,
  entryRow,
  servicePartition,
  wholeTimeline,
} from "./keys.ts";
import { outcome } from "./ledger-fixture.contract.ts";
import { rowsOldRecords } from "./records-to-archive.ts";
import { everyRow, type Key, type Rows, type Write } from "./rows.ts";

/** Archival of old entries, on an implementation of Rows. */
export function oldRecordsContract(name: string, make: () => Promise<Rows>): void {
  describe(`archival of old records on rows ${name}`, () => {
    let fixture: ArchiveFixture;
    beforeEach(async () => {
      fixture = archiveFixture(await make());
    });
    /** Writes many entries of one service in large transactions, as the ledger would have written them one by one. */
    const recordMany = async (count: number, reason: string) => {
      fixture.now = "2026-01-01T08:00:00.000Z";
      const id = idIn("a");
      const partition = servicePartition(id.service);
      const found = await readHead(fixture.rows, partition);
      let { head } = found;
      const writes: Write[] = [];
      for (let index = 0; index < count; index++) {
        const entry = linkAfter(head, partition, outcome(id, reason), fixture.clock);
        head = headAfter(head, entry);
        writes.push(entryWrite(entry));
      }
      await fixture.rows.commit(partition, [headWrite(found, head)]);
      // A transaction takes at most four megabytes.
      const atOnce = reason.length > 1_000 ? 3 : 100;
      for (let index = 0; index < count; index += atOnce)
        await fixture.rows.commit(partition, writes.slice(index, index + atOnce));
    };
    const pass = (ms: number) => {
      fixture.now = new Date(Date.parse(fixture.now) + ms).toISOString();
    };
    /** Rows some of which take this long to remove. */
    const slowToRemove = (isSlow: (key: Key) => boolean, ms: number): Rows => ({
      ...fixture.rows,
      remove: (key, etag) => {
        if (isSlow(key)) pass(ms);
        return fixture.rows.remove(key, etag);
      },
    });
    const isEntry = ({ row }: Key) => row.startsWith(entryPrefix);
    /** Gives every first entry of a chain another reason, so that its hash does not match. */
    const forge = async (reason: string) => {
      for await (const { partition, row, value, etag } of everyRow(fixture.rows, {
        partition: allServices,
        prefix: entryRow(1),
      }))
        await fixture.rows.commit(partition, [{ kind: "replace", row, value: { ...value, reason }, etag }]);
    };
    const entries = async (service = "a") =>
      (await fixture.ledger.entries({ service: idIn(service).service }, { top: 100 })).items;
    const chain = async (service = "a") => (await entries(service)).map(summary);
    const decisionBlobs = () => [...fixture.blobs.keys()].filter((each) => each.startsWith("decisions/"));
    const broken = (linked: readonly Entry[]) => {
      const chains = chainVerifier();
      for (const entry of linked) chains.take(entry);
      return [...chains.broken, ...chains.headless()];
    };

    it("moves old records, and the chain records the move and verifies across archive and table", async () => {
      await fixture.recordOn("a", "2026-01-01", "2026-02-01", "2026-03-01", "2026-06-01");
      await fixture.recordOn("b", "2026-06-01");
      fixture.now = "2026-06-15T02:17:00.000Z";
      // Three entries and their three alerts.
      expect(await fixture.night()).toBe(6);
      expect(await chain()).toEqual(["4 outcome 2026-06-01", "5 archival 1 to 3"]);
      expect(await chain("b")).toEqual(["1 outcome 2026-06-01"]);
      expect(fixture.inBlobs<Entry>("decisions/").map(summary)).toEqual([
        "1 outcome 2026-01-01",
        "2 outcome 2026-02-01",
        "3 outcome 2026-03-01",
      ]);
      const [archival] = (await entries()).slice(-1);
      expect([...fixture.blobs.keys()]).toContain(archival?.kind === "archival" && archival.blob);
      expect(broken([...fixture.inBlobs<Entry>("decisions/"), ...(await entries())])).toEqual([]);
      expect(broken(await entries())).toEqual([]);
      expect(await fixture.night()).toBe(0);
    });

    it("archives a chain at most once a month, each time from where the last archival ended", async () => {
      await fixture.recordOn("a", "2026-01-01", "2026-02-15", "2026-02-16");
      fixture.now = "2026-05-10T02:17:00.000Z";
      // 100 days earlier is 30 January, and the oldest entry is not a month older than that.
      await fixture.night();
      expect(await chain()).toEqual(["1 outcome 2026-01-01", "2 outcome 2026-02-15", "3 outcome 2026-02-16"]);
      fixture.now = "2026-05-12T02:17:00.000Z";
      await fixture.night();
      expect(await chain()).toEqual(["2 outcome 2026-02-15", "3 outcome 2026-02-16", "4 archival 1 to 1"]);
      fixture.now = "2026-07-01T02:17:00.000Z";
      await fixture.night();
      expect(await chain()).toEqual(["4 archival 1 to 1", "5 archival 2 to 3"]);
      expect(decisionBlobs()).toHaveLength(2);
      expect(broken([...fixture.inBlobs<Entry>("decisions/"), ...(await entries())])).toEqual([]);
    });

    it("removes nothing when the archive fails, and makes the same batch at the next attempt", async () => {
      await fixture.recordOn("a", "2026-01-01", "2026-02-01");
      fixture.now = "2026-06-01T02:17:00.000Z";
      const names: string[] = [];
      const put = (each: string) => {
        names.push(each);
        return Promise.reject(new Error("no such container"));
      };
      await expect(fixture.night({ put })).rejects.toThrow("no such container");
      expect(await chain()).toHaveLength(2);
      await fixture.recordOn("a", "2026-06-02");
      fixture.now = "2026-12-01T02:17:00.000Z";
      await fixture.night();
      // The later entry is old by now too, and forms the next batch.
      expect(decisionBlobs()).toEqual([names[0], expect.stringContaining("000000000003-000000000003")]);
      expect(broken([...fixture.inBlobs<Entry>("decisions/"), ...(await entries())])).toEqual([]);
    });

    it("removes the archived rows in the next run when a run ended before it had removed them all", async () => {
      await fixture.recordOn("a", "2026-01-01", "2026-02-01");
      fixture.now = "2026-06-01T02:17:00.000Z";
      const failing = { ...fixture.rows, remove: () => Promise.reject(new Error("the process ended")) };
      await expect(fixture.night({}, failing)).rejects.toThrow("ended");
      expect(await chain()).toEqual(["1 outcome 2026-01-01", "2 outcome 2026-02-01", "3 archival 1 to 2"]);
      await fixture.night();
      expect(await chain()).toEqual(["3 archival 1 to 2"]);
      expect(fixture.inBlobs<Entry>("decisions/")).toHaveLength(2);
    });

    it("archives each record once when several runs overlap", async () => {
      await fixture.recordOn("a", "2026-01-01", "2026-02-01");
      fixture.now = "2026-06-01T02:17:00.000Z";
      await Promise.all([fixture.night(), fixture.night(), fixture.night()]);
      expect(await chain()).toEqual(["3 archival 1 to 2"]);
      expect(broken([...fixture.inBlobs<Entry>("decisions/"), ...(await entries())])).toEqual([]);
    });

    it("removes nothing more when another run has archived the batch in the meantime", async () => {
      await fixture.recordOn("a", "2026-01-01", "2026-02-01");
      fixture.now = "2026-06-01T02:17:00.000Z";
      const now = fixture.clock.now();
      const old = rowsOldRecords(fixture.rows, fixture.clock);
      const slow = old.batches({ before: now, chainsFrom: now }, () => false);
      const { value: batch } = (await slow[Symbol.asyncIterator]().next()) as { value: Batch };
      await fixture.night();
      await fixture.recordOn("a", "2026-06-02", "2026-07-02");
      const there = await chain();
      await batch.remove();
      expect(await chain()).toEqual(there);
      expect(there).toEqual(["3 archival 1 to 2", "4 outcome 2026-06-02", "5 outcome 2026-07-02"]);
    });

    it("stops after its time limit and leaves the rest to the next run", async () => {
      for (const service of ["a", "b", "c"]) await fixture.recordOn(service, "2026-01-01");
      fixture.now = "2026-06-01T02:17:00.000Z";
      const put: Archive["put"] = async (each, text) => {
        await fixture.archive.put(each, text);
        pass(2 * minuteMs);
      };
      await fixture.night({ put });
      expect(fixture.blobs.size).toBe(2);
      await fixture.night();
      expect(decisionBlobs()).toHaveLength(3);
    });

    it("stops while it removes the entries of a batch, and the next run goes on", async () => {
      await fixture.recordOn("a", "2026-01-01", "2026-01-02", "2026-01-03", "2026-01-04");
      fixture.now = "2026-06-01T02:17:00.000Z";
      await fixture.night({}, slowToRemove(isEntry, 2 * minuteMs));
      const left = ["3 outcome 2026-01-03", "4 outcome 2026-01-04", "5 archival 1 to 4"];
      expect(await chain()).toEqual(left);
      await fixture.night({}, slowToRemove(isEntry, minuteMs));
      expect(await chain()).toEqual(left.slice(2));
      expect(decisionBlobs()).toHaveLength(1);
      expect(broken([...fixture.inBlobs<Entry>("decisions/"), ...(await entries())])).toEqual([]);
    });

    it("stops while it removes rows of the timeline, and the next run goes on", async () => {
      const timeline = async () =>
        (await fixture.rows.list({ partition: wholeTimeline, prefix: "", top: 1000 })).rows.length;
      await fixture.recordOn("a", ...Array.from({ length: 60 }, () => "2026-01-01"));
      expect(await timeline()).toBe(120);
      fixture.now = "2026-06-01T02:17:00.000Z";
      await fixture.night(
        {},
        slowToRemove(({ partition }) => partition.startsWith(wholeTimeline.from), 2_000),
      );
      // The first hundred, and the entry that was added for the archival.
      expect(await timeline()).toBe(21);
      await fixture.night();
      expect(await timeline()).toBe(1);
    });

    it("stops while it removes alerts, and the next run goes on", async () => {
      await fixture.recordOn("a", ...Array.from({ length: 40 }, () => "2026-01-01"));
      fixture.now = "2026-06-01T02:17:00.000Z";
      const alerts = async () =>
        (await fixture.rows.list({ partition: allOwners, prefix: alertPrefix, top: 100 })).rows.length;
      await fixture.night(
        {},
        slowToRemove(({ row }) => row.startsWith(alertPrefix), 10_000),
      );
      expect(await alerts()).toBeGreaterThan(15);
      await fixture.night();
      expect(await alerts()).toBe(0);
      const archived = fixture.inBlobs<{ readonly id: string }>("alerts/").map(({ id }) => id);
      expect(new Set(archived).size).toBe(40);
    });

    it("stops while it looks for old records", async () => {
      await fixture.recordOn("a", "2026-05-01");
      fixture.now = "2026-06-01T02:17:00.000Z";
      let lists = 0;
      const list: Rows["list"] = (query) => {
        lists++;
        pass(60_000);
        return fixture.rows.list(query);
      };
      await fixture.night({}, { ...fixture.rows, list });
      expect(lists).toBe(3);
    });

    it("stops at broken chains, too", async () => {
      for (const service of ["a", "b", "c"]) await fixture.recordOn(service, "2026-01-01");
      await forge("reason");
      fixture.now = "2026-06-01T02:17:00.000Z";
      const list: Rows["list"] = (query) => {
        pass(minuteMs);
        return fixture.rows.list(query);
      };
      await fixture.night({}, { ...fixture.rows, list });
      expect(fixture.logged.filter((line) => line.includes("old records are broken"))).toHaveLength(1);
    });

    it.each([
      ["a thousand entries", 1_100, 1, [1_000, 100]],
      ["sixteen million characters", 40, 500_000, [33, 7]],
    ])("writes blobs of at most %s", async (_, count, characters, sizes) => {
      await recordMany(count, "x".repeat(characters));
      fixture.now = "2026-06-01T02:17:00.000Z";
      await fixture.night();
      expect(fixture.linesIn("decisions/").map((lines) => lines.length)).toEqual(sizes);
      expect(await chain()).toHaveLength(2);
    });

    it("leaves a chain with a broken link in the table for investigation, and logs an error", async () => {
      await fixture.recordOn("a", "2026-01-01", "2026-02-01");
      await forge("forged");
      fixture.now = "2026-06-01T02:17:00.000Z";
      await fixture.night();
      expect(await chain()).toEqual(["1 outcome forged", "2 outcome 2026-02-01"]);
      expect(fixture.inBlobs<Entry>("decisions/")).toEqual([]);
      expect(fixture.logged.join("\n")).toContain("its content does not match its hash");
    });
  });
}

function summary(entry: Entry): string {
  const what = entry.kind === "archival" ? `${entry.from} to ${entry.to}` : "reason" in entry && entry.reason;
  return `${entry.sequence} ${entry.kind} ${what}`;
}
