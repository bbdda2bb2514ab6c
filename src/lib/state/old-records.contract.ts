import { beforeEach, describe, expect, it } from "vitest";
import { alert } from "../alerts/alert.ts";
import type { Archive, Batch } from "../archive/archive.ts";
import { archiveOld } from "../archive/archive.ts";
import { parseConnectionId, type ConnectionId } from "../azure/resource-id.ts";
import type { Entry } from "../connections/record/record.ts";
import { chainVerifier } from "../connections/verify-chain.ts";
import { jsonLog } from "../log.ts";
import { entryWrite, headAfter, headWrite, linkAfter, readHead } from "./chain.ts";
import { servicePartition } from "./keys.ts";
import { rowsLedger } from "./ledger.ts";
import { rowsOldRecords } from "./old-records.ts";
import { rowsOutbox } from "./outbox.ts";
import type { Rows, Write } from "./rows.ts";

/** What is old on an implementation of Rows, and the archive that it goes to. */
export function oldRecordsContract(name: string, make: () => Promise<Rows>): void {
  describe(`what is old on rows ${name}`, () => {
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
    /** Something is recorded about a connection of a service on a day, with an alert. */
    const happens = async (on: string, service: string) => {
      now = `${on}T08:00:00.000Z`;
      const id = connectionId(service);
      const found = await ledger().find(id);
      const record = found ?? (await ledger().add({ id, phase: "Seen", firstSeenAt: now, attempts: 0 }));
      const outcome = { kind: "outcome", connection: id.text, phase: "Held", reason: on } as const;
      await ledger().append(record, outcome, (entry) => ({
        record: { ...record, phase: "Held", decisionId: entry.id },
        alerts: [
          alert("Drawbridge.ConnectionHeld", id.text, {
            version: entry.id,
            time: entry.at,
            data: { reason: on },
          }),
        ],
      }));
    };
    /** So many entries of one service at once, as the ledger would have written them one by one. */
    const recordMany = async (count: number, reason: string) => {
      now = "2026-01-01T08:00:00.000Z";
      const { text, service } = connectionId("a");
      const partition = servicePartition(service);
      const outcome = { kind: "outcome", connection: text, phase: "Held", reason } as const;
      const found = await readHead(rows, partition);
      let { head } = found;
      const writes: Write[] = [];
      for (let index = 0; index < count; index++) {
        const entry = linkAfter(head, partition, outcome, clock);
        head = headAfter(head, entry);
        writes.push(entryWrite(entry));
      }
      await rows.commit(partition, [headWrite(found, head)]);
      // Four megabytes are what a transaction takes.
      const atOnce = reason.length > 1_000 ? 3 : 100;
      for (let index = 0; index < count; index += atOnce)
        await rows.commit(partition, writes.slice(index, index + atOnce));
    };
    const entries = async (service = "a") =>
      (await ledger().entries({ service: connectionId(service).service }, { top: 100 })).items;
    const said = async (service = "a") => (await entries(service)).map(summary);
    const inBlobs = (prefix: string) =>
      [...blobs]
        .filter(([each]) => each.startsWith(prefix))
        .toSorted(([a], [b]) => (a < b ? -1 : 1))
        .flatMap(([, text]) => text.trimEnd().split("\n"))
        .map((line) => JSON.parse(line) as Entry);
    const broken = (chain: readonly Entry[]) => {
      const chains = chainVerifier();
      for (const entry of chain) chains.take(entry);
      return [...chains.broken, ...chains.headless()];
    };

    it("is moved, and the chain says so and holds over both", async () => {
      for (const on of ["2026-01-01", "2026-02-01", "2026-03-01", "2026-06-01"]) await happens(on, "a");
      await happens("2026-06-01", "b");
      now = "2026-06-15T02:17:00.000Z";
      // Three entries and their three alerts.
      expect(await night()).toBe(6);
      expect(await said()).toEqual(["4 outcome 2026-06-01", "5 archival 1 to 3"]);
      expect(await said("b")).toEqual(["1 outcome 2026-06-01"]);
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

    it("is moved by the month, and goes on in the archive where it ended", async () => {
      for (const on of ["2026-01-01", "2026-02-15", "2026-02-16"]) await happens(on, "a");
      now = "2026-05-10T02:17:00.000Z";
      const moved = async () => (await night()) && (await said());
      // 100 days before is the end of January, and the first of it is not a month older.
      await moved();
      expect(await said()).toEqual(["1 outcome 2026-01-01", "2 outcome 2026-02-15", "3 outcome 2026-02-16"]);
      now = "2026-05-12T02:17:00.000Z";
      await moved();
      expect(await said()).toEqual(["2 outcome 2026-02-15", "3 outcome 2026-02-16", "4 archival 1 to 1"]);
      now = "2026-07-01T02:17:00.000Z";
      await moved();
      expect(await said()).toEqual(["4 archival 1 to 1", "5 archival 2 to 3"]);
      expect([...blobs.keys()].filter((each) => each.startsWith("decisions/"))).toHaveLength(2);
      expect(broken([...inBlobs("decisions/"), ...(await entries())])).toEqual([]);
    });

    it("is not removed where the archive does not take it, and is the same at the next try", async () => {
      for (const on of ["2026-01-01", "2026-02-01"]) await happens(on, "a");
      now = "2026-06-01T02:17:00.000Z";
      const names: string[] = [];
      const put = (each: string) => {
        names.push(each);
        return Promise.reject(new Error("no such container"));
      };
      await expect(night({ put })).rejects.toThrow("no such container");
      expect(await said()).toHaveLength(2);
      await happens("2026-06-02", "a");
      now = "2026-12-01T02:17:00.000Z";
      await night();
      // The later entry is old by now too, and is the next batch.
      expect([...blobs.keys()].filter((each) => each.startsWith("decisions/"))).toEqual([
        names[0],
        expect.stringContaining("000000000003-000000000003"),
      ]);
      expect(broken([...inBlobs("decisions/"), ...(await entries())])).toEqual([]);
    });

    it("is removed by the next night where one ended before it had removed all", async () => {
      for (const on of ["2026-01-01", "2026-02-01"]) await happens(on, "a");
      now = "2026-06-01T02:17:00.000Z";
      const failing = { ...rows, remove: () => Promise.reject(new Error("the process ended")) };
      const old = rowsOldRecords(failing, clock);
      await expect(archiveOld({ old, archive, keepDays: 100, clock, log })).rejects.toThrow("ended");
      expect(await said()).toEqual(["1 outcome 2026-01-01", "2 outcome 2026-02-01", "3 archival 1 to 2"]);
      await night();
      expect(await said()).toEqual(["3 archival 1 to 2"]);
      expect(inBlobs("decisions/")).toHaveLength(2);
    });

    it("is archived once where two are at it at once", async () => {
      for (const on of ["2026-01-01", "2026-02-01"]) await happens(on, "a");
      now = "2026-06-01T02:17:00.000Z";
      await Promise.all([night(), night(), night()]);
      expect(await said()).toEqual(["3 archival 1 to 2"]);
      expect(broken([...inBlobs("decisions/"), ...(await entries())])).toEqual([]);
    });

    it("that was taken for old and then moved by somebody else is moved once", async () => {
      for (const on of ["2026-01-01", "2026-02-01"]) await happens(on, "a");
      now = "2026-06-01T02:17:00.000Z";
      const slow = rowsOldRecords(rows, clock).batches({ before: clock.now(), chainsFrom: clock.now() });
      const { value: batch } = (await slow[Symbol.asyncIterator]().next()) as { value: Batch };
      await night();
      for (const on of ["2026-06-02", "2026-07-02"]) await happens(on, "a");
      const there = await said();
      await batch.remove();
      expect(await said()).toEqual(there);
      expect(there).toEqual(["3 archival 1 to 2", "4 outcome 2026-06-02", "5 outcome 2026-07-02"]);
    });

    it("that takes long is left for the next night", async () => {
      for (const service of ["a", "b", "c"]) await happens("2026-01-01", service);
      now = "2026-06-01T02:17:00.000Z";
      const put: Archive["put"] = async (each, text) => {
        await archive.put(each, text);
        now = new Date(Date.parse(now) + 3 * 60_000).toISOString();
      };
      await night({ put });
      expect(blobs.size).toBe(2);
      await night();
      expect([...blobs.keys()].filter((each) => each.startsWith("decisions/"))).toHaveLength(3);
    });

    it.each([
      ["a thousand entries", 1_100, 1, [1_000, 100]],
      ["sixteen million characters", 40, 500_000, [33, 7]],
    ])("is in blobs of %s at most", async (_, count, characters, sizes) => {
      await recordMany(count, "x".repeat(characters));
      now = "2026-06-01T02:17:00.000Z";
      await night();
      const decisions = [...blobs]
        .filter(([each]) => each.startsWith("decisions/"))
        .toSorted(([a], [b]) => (a < b ? -1 : 1));
      expect(decisions.map(([, text]) => text.trimEnd().split("\n").length)).toEqual(sizes);
      expect(await said()).toHaveLength(2);
    });

    it("stays where it is where a link is broken, so that it can be looked into", async () => {
      for (const on of ["2026-01-01", "2026-02-01"]) await happens(on, "a");
      const page = await rows.list({ partition: { from: "s-", to: "s." }, prefix: "decision-", top: 1 });
      for (const { partition, row, value, etag } of page.rows)
        await rows.commit(partition, [{ kind: "replace", row, value: { ...value, reason: "forged" }, etag }]);
      now = "2026-06-01T02:17:00.000Z";
      await night();
      expect(await said()).toEqual(["1 outcome forged", "2 outcome 2026-02-01"]);
      expect(inBlobs("decisions/")).toEqual([]);
      expect(logged.join("\n")).toContain("its content does not match its hash");
    });

    it("is an alert too, told or given up, of the app as of services", async () => {
      await happens("2026-01-01", "a");
      await happens("2026-05-30", "a");
      const outbox = rowsOutbox(rows);
      const { service } = connectionId("a");
      const [first] = await outbox.undelivered(service);
      if (first !== undefined) await outbox.deadLetter(service, first, "2026-01-02T08:00:00.000Z");
      now = "2026-06-01T02:17:00.000Z";
      await night();
      const { items } = await outbox.alerts({}, { top: 10 });
      expect(items.map(({ data }) => data.reason)).toEqual(["2026-05-30"]);
      expect(inBlobs("alerts/").map((each) => "deadAt" in each)).toEqual([false, true]);
      // What is still to be told stays, however old.
      expect(await outbox.undelivered(service)).toHaveLength(1);
    });

    it("comes a blob at a time where there is much", async () => {
      const old = rowsOldRecords(rows, clock);
      await happens("2026-01-01", "a");
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

function connectionId(service: string): ConnectionId {
  const group = "/subscriptions/11111111-1111-4111-8111-111111111111/resourceGroups/rg";
  const text = `${group}/providers/Microsoft.ApiManagement/service/${service}/privateEndpointConnections/pe`;
  const id = parseConnectionId(text);
  if (id === undefined) throw new Error(`${text} is no connection's id`);
  return id;
}
