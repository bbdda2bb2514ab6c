import { beforeEach, describe, expect, it } from "vitest";
import { alert } from "../alerts/alert.ts";
import type { Archive, Batch } from "../archive/archive.ts";
import { archiveOld } from "../archive/archive.ts";
import type { ConnectionId } from "../azure/resource-id.ts";
import type { Entry } from "../connections/record/connection-record.ts";
import { chainVerifier } from "../connections/verify-chain.ts";
import { jsonLog } from "../log.ts";
import { entryWrite, headAfter, headWrite, linkAfter, readHead } from "./chain.ts";
import { servicePartition } from "./keys.ts";
import { rowsLedger } from "./ledger.ts";
import { connectionId, outcome } from "./ledger-bench.contract.ts";
import { rowsAlerts } from "./listings.ts";
import { rowsOldRecords } from "./records-to-archive.ts";
import { rowsOutbox } from "./outbox.ts";
import type { Rows, Write } from "./rows.ts";

/** Archival of old entries and alerts, on an implementation of Rows. */
export function oldRecordsContract(name: string, make: () => Promise<Rows>): void {
  describe(`archival of old records on rows ${name}`, () => {
    let rows: Rows;
    let now: string;
    let blobs: Map<string, string>;
    let logged: string[];
    const clock = { now: () => new Date(now) };
    beforeEach(async () => {
      rows = await make();
      blobs = new Map();
      logged = [];
    });
    const archive: Archive = {
      put: (each, text) => {
        blobs.set(each, text);
        return Promise.resolve();
      },
    };
    const log = jsonLog((line) => logged.push(line), clock);
    const night = (more: Partial<Archive> = {}) =>
      archiveOld({
        old: rowsOldRecords(rows, clock),
        archive: { ...archive, ...more },
        keepDays: 100,
        clock,
        log,
      });
    const ledger = () => rowsLedger(rows, () => ["log"], clock);
    /** Records an outcome of a service's connection on each of these days, with an alert. */
    const recordOn = async (service: string, ...days: readonly string[]) => {
      const id = idIn(service);
      for (const day of days) {
        now = `${day}T08:00:00.000Z`;
        const found = await ledger().find(id);
        const record = found ?? (await ledger().add({ id, phase: "Seen", firstSeenAt: now, attempts: 0 }));
        await ledger().append(record, outcome(id, day), (entry) => ({
          record: { ...record, phase: "Held", decisionId: entry.id },
          alerts: [
            alert("Drawbridge.ConnectionHeld", id.text, {
              version: entry.id,
              time: entry.at,
              data: { reason: day },
            }),
          ],
        }));
      }
    };
    /** Writes many entries of one service in large transactions, as the ledger would have written them one by one. */
    const recordMany = async (count: number, reason: string) => {
      now = "2026-01-01T08:00:00.000Z";
      const id = idIn("a");
      const partition = servicePartition(id.service);
      const found = await readHead(rows, partition);
      let { head } = found;
      const writes: Write[] = [];
      for (let index = 0; index < count; index++) {
        const entry = linkAfter(head, partition, outcome(id, reason), clock);
        head = headAfter(head, entry);
        writes.push(entryWrite(entry));
      }
      await rows.commit(partition, [headWrite(found, head)]);
      // A transaction takes at most four megabytes.
      const atOnce = reason.length > 1_000 ? 3 : 100;
      for (let index = 0; index < count; index += atOnce)
        await rows.commit(partition, writes.slice(index, index + atOnce));
    };
    const entries = async (service = "a") =>
      (await ledger().entries({ service: idIn(service).service }, { top: 100 })).items;
    const chain = async (service = "a") => (await entries(service)).map(summary);
    /** The lines of each blob with this prefix, in the order of the blobs' names. */
    const linesIn = (prefix: string) =>
      [...blobs]
        .filter(([each]) => each.startsWith(prefix))
        .toSorted(([a], [b]) => (a < b ? -1 : 1))
        .map(([, text]) => text.trimEnd().split("\n"));
    const inBlobs = (prefix: string) =>
      linesIn(prefix)
        .flat()
        .map((line) => JSON.parse(line) as Entry);
    const decisionBlobs = () => [...blobs.keys()].filter((each) => each.startsWith("decisions/"));
    const broken = (linked: readonly Entry[]) => {
      const chains = chainVerifier();
      for (const entry of linked) chains.take(entry);
      return [...chains.broken, ...chains.headless()];
    };

    it("moves old records, and the chain records the move and verifies across archive and table", async () => {
      await recordOn("a", "2026-01-01", "2026-02-01", "2026-03-01", "2026-06-01");
      await recordOn("b", "2026-06-01");
      now = "2026-06-15T02:17:00.000Z";
      // Three entries and their three alerts.
      expect(await night()).toBe(6);
      expect(await chain()).toEqual(["4 outcome 2026-06-01", "5 archival 1 to 3"]);
      expect(await chain("b")).toEqual(["1 outcome 2026-06-01"]);
      expect(inBlobs("decisions/").map(summary)).toEqual([
        "1 outcome 2026-01-01",
        "2 outcome 2026-02-01",
        "3 outcome 2026-03-01",
      ]);
      const [archival] = (await entries()).slice(-1);
      expect([...blobs.keys()]).toContain(archival?.kind === "archival" && archival.blob);
      expect(broken([...inBlobs("decisions/"), ...(await entries())])).toEqual([]);
      expect(broken(await entries())).toEqual([]);
      expect(await night()).toBe(0);
    });

    it("archives a chain at most once a month, each time from where the last archival ended", async () => {
      await recordOn("a", "2026-01-01", "2026-02-15", "2026-02-16");
      now = "2026-05-10T02:17:00.000Z";
      // 100 days earlier is 30 January, and the oldest entry is not a month older than that.
      await night();
      expect(await chain()).toEqual(["1 outcome 2026-01-01", "2 outcome 2026-02-15", "3 outcome 2026-02-16"]);
      now = "2026-05-12T02:17:00.000Z";
      await night();
      expect(await chain()).toEqual(["2 outcome 2026-02-15", "3 outcome 2026-02-16", "4 archival 1 to 1"]);
      now = "2026-07-01T02:17:00.000Z";
      await night();
      expect(await chain()).toEqual(["4 archival 1 to 1", "5 archival 2 to 3"]);
      expect(decisionBlobs()).toHaveLength(2);
      expect(broken([...inBlobs("decisions/"), ...(await entries())])).toEqual([]);
    });

    it("removes nothing when the archive fails, and makes the same batch at the next attempt", async () => {
      await recordOn("a", "2026-01-01", "2026-02-01");
      now = "2026-06-01T02:17:00.000Z";
      const names: string[] = [];
      const put = (each: string) => {
        names.push(each);
        return Promise.reject(new Error("no such container"));
      };
      await expect(night({ put })).rejects.toThrow("no such container");
      expect(await chain()).toHaveLength(2);
      await recordOn("a", "2026-06-02");
      now = "2026-12-01T02:17:00.000Z";
      await night();
      // The later entry is old by now too, and forms the next batch.
      expect(decisionBlobs()).toEqual([names[0], expect.stringContaining("000000000003-000000000003")]);
      expect(broken([...inBlobs("decisions/"), ...(await entries())])).toEqual([]);
    });

    it("removes the archived rows in the next run when a run ended before it had removed them all", async () => {
      await recordOn("a", "2026-01-01", "2026-02-01");
      now = "2026-06-01T02:17:00.000Z";
      const failing = { ...rows, remove: () => Promise.reject(new Error("the process ended")) };
      const old = rowsOldRecords(failing, clock);
      await expect(archiveOld({ old, archive, keepDays: 100, clock, log })).rejects.toThrow("ended");
      expect(await chain()).toEqual(["1 outcome 2026-01-01", "2 outcome 2026-02-01", "3 archival 1 to 2"]);
      await night();
      expect(await chain()).toEqual(["3 archival 1 to 2"]);
      expect(inBlobs("decisions/")).toHaveLength(2);
    });

    it("archives each record once when several runs overlap", async () => {
      await recordOn("a", "2026-01-01", "2026-02-01");
      now = "2026-06-01T02:17:00.000Z";
      await Promise.all([night(), night(), night()]);
      expect(await chain()).toEqual(["3 archival 1 to 2"]);
      expect(broken([...inBlobs("decisions/"), ...(await entries())])).toEqual([]);
    });

    it("removes nothing more when another run has archived the batch in the meantime", async () => {
      await recordOn("a", "2026-01-01", "2026-02-01");
      now = "2026-06-01T02:17:00.000Z";
      const slow = rowsOldRecords(rows, clock).batches({ before: clock.now(), chainsFrom: clock.now() });
      const { value: batch } = (await slow[Symbol.asyncIterator]().next()) as { value: Batch };
      await night();
      await recordOn("a", "2026-06-02", "2026-07-02");
      const there = await chain();
      await batch.remove();
      expect(await chain()).toEqual(there);
      expect(there).toEqual(["3 archival 1 to 2", "4 outcome 2026-06-02", "5 outcome 2026-07-02"]);
    });

    it("stops after its time limit and leaves the rest to the next run", async () => {
      for (const service of ["a", "b", "c"]) await recordOn(service, "2026-01-01");
      now = "2026-06-01T02:17:00.000Z";
      const put: Archive["put"] = async (each, text) => {
        await archive.put(each, text);
        now = new Date(Date.parse(now) + 3 * 60_000).toISOString();
      };
      await night({ put });
      expect(blobs.size).toBe(2);
      await night();
      expect(decisionBlobs()).toHaveLength(3);
    });

    it.each([
      ["a thousand entries", 1_100, 1, [1_000, 100]],
      ["sixteen million characters", 40, 500_000, [33, 7]],
    ])("writes blobs of at most %s", async (_, count, characters, sizes) => {
      await recordMany(count, "x".repeat(characters));
      now = "2026-06-01T02:17:00.000Z";
      await night();
      expect(linesIn("decisions/").map((lines) => lines.length)).toEqual(sizes);
      expect(await chain()).toHaveLength(2);
    });

    it("leaves a chain with a broken link in the table for investigation, and logs an error", async () => {
      await recordOn("a", "2026-01-01", "2026-02-01");
      const page = await rows.list({ partition: { from: "s-", to: "s." }, prefix: "decision-", top: 1 });
      for (const { partition, row, value, etag } of page.rows)
        await rows.commit(partition, [{ kind: "replace", row, value: { ...value, reason: "forged" }, etag }]);
      now = "2026-06-01T02:17:00.000Z";
      await night();
      expect(await chain()).toEqual(["1 outcome forged", "2 outcome 2026-02-01"]);
      expect(inBlobs("decisions/")).toEqual([]);
      expect(logged.join("\n")).toContain("its content does not match its hash");
    });

    it("archives old alerts with the sinks on which they were given up", async () => {
      await recordOn("a", "2026-01-01", "2026-05-30");
      const outbox = rowsOutbox(rows);
      const { service } = idIn("a");
      const first = (await outbox.undelivered(service)).find(
        (each) => each.alert.data.reason === "2026-01-01",
      );
      const at = "2026-01-02T08:00:00.000Z";
      if (first !== undefined) await outbox.deadLetter(service, first, at);
      now = "2026-06-01T02:17:00.000Z";
      await night();
      const { items } = await rowsAlerts(rows)({}, { top: 10 });
      expect(items.map(({ data }) => data.reason)).toEqual(["2026-05-30"]);
      expect(inBlobs("alerts/")).toMatchObject([{ givenUp: [{ sink: "log", at }] }]);
      // An undelivered alert stays, however old it is.
      expect(await outbox.undelivered(service)).toHaveLength(1);
    });

    it("archives a row of the outbox that was given up after its alert was archived", async () => {
      await recordOn("a", "2026-01-01");
      now = "2026-06-01T02:17:00.000Z";
      await night();
      const outbox = rowsOutbox(rows);
      const { service } = idIn("a");
      const [late] = await outbox.undelivered(service);
      if (late !== undefined) await outbox.deadLetter(service, late, now);
      expect(await outbox.undelivered(service)).toEqual([]);
      now = "2026-12-01T02:17:00.000Z";
      await night();
      expect(inBlobs("alerts/")).toMatchObject([
        { sinks: ["log"] },
        { sink: "log", deadAt: expect.any(String) },
      ]);
    });

    it("makes several batches of many old alerts", async () => {
      const old = rowsOldRecords(rows, clock);
      await recordOn("a", "2026-01-01");
      const [row] = (await rows.list({ partition: { from: "s-", to: "s." }, prefix: "alert-", top: 1 })).rows;
      for (let index = 0; index < 1_100; index += 100)
        await rows.commit(
          "app",
          Array.from({ length: 100 }, (_, at) => ({
            kind: "insert",
            row: `${row?.row}-${String(index + at).padStart(4, "0")}`,
            value: row?.value ?? {},
          })),
        );
      now = "2026-06-01T02:17:00.000Z";
      const batches: Batch[] = [];
      for await (const batch of old.batches({ before: clock.now(), chainsFrom: new Date(0) }))
        batches.push(batch);
      expect(batches.map(({ lines }) => lines.length)).toEqual([1000, 101]);
    });
  });
}

function summary(entry: Entry): string {
  const what = entry.kind === "archival" ? `${entry.from} to ${entry.to}` : "reason" in entry && entry.reason;
  return `${entry.sequence} ${entry.kind} ${what}`;
}

function idIn(service: string): ConnectionId {
  return connectionId(service, "pe");
}
