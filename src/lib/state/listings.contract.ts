import { beforeEach, describe, expect, it } from "vitest";
import { minuteMs } from "../clock.ts";
import { ContinuationInvalid, type Page } from "../page.ts";
import type { EntryFilter } from "../connections/ledger.ts";
import type { Listings } from "../connections/listings.ts";
import type { ConnectionRecord, Entry } from "../connections/record/connection-record.ts";
import { rowsAppState } from "./app-state.ts";
import { backfill } from "./backfill.ts";
import { entryWrite, linkAfter } from "./chain.ts";
import { rowsDigests } from "./digests.ts";
import { allOpen, listedPrefix, servicePartition, wholeTimeline } from "./keys.ts";
import { connectionId, ledgerFixture, outcome } from "./ledger-fixture.contract.ts";
import { decided, everyPage } from "./listings-fixture.contract.ts";
import { rowsAlerts, rowsListings } from "./listings.ts";
import { rowsOldRecords } from "./records-to-archive.ts";
import { everyRow, type Rows } from "./rows.ts";
import { entryMoment, writeMoments, type Moment } from "./timeline.ts";

/** The lists over all services, on an implementation of Rows. */
export function listingsContract(name: string, make: () => Promise<Rows>): void {
  describe(`the lists on rows ${name}`, () => {
    const fixture = ledgerFixture(make);
    let listings: Listings;
    beforeEach(() => {
      listings = rowsListings(fixture.rows);
    });

    const at = (time: string) => {
      fixture.now = new Date(`2026-11-${time}Z`);
    };
    const named = ({ items }: Page<ConnectionRecord>) => items.map(({ id }) => id.connectionName);
    const times = ({ items }: Page<Entry>) => items.map((entry) => entry.at.slice(8, 13));

    it("lists entries newest first over all services and days, by every filter, in pages", async () => {
      at("24T08:00:00");
      await decided(fixture, "a", "one", "hold");
      at("24T09:00:00");
      await decided(fixture, "b", "two", "approve");
      at("26T10:00:00");
      await decided(fixture, "a", "one", "approve");
      at("26T11:00:00");
      await fixture.append((await fixture.ledger.find(connectionId("b", "two"))) as ConnectionRecord, "why");
      const found = async (filter: EntryFilter) => times(await listings.entries(filter, { top: 10 }));
      expect(await found({})).toEqual(["26T11", "26T10", "24T09", "24T08"]);
      expect(await found({ kind: "decision" })).toEqual(["26T10", "24T09", "24T08"]);
      expect(await found({ verdict: "approve" })).toEqual(["26T10", "24T09"]);
      expect(await found({ connection: connectionId("a", "one").text })).toEqual(["26T10", "24T08"]);
      expect(await found({ from: "2026-11-24T09:00:00.000Z" })).toEqual(["26T11", "26T10", "24T09"]);
      expect(await found({ to: "2026-11-24T09:00:00.000Z" })).toEqual(["24T08"]);
      expect(await found({ from: "2026-11-25T00:00:00.000Z", to: "2026-11-26T11:00:00.000Z" })).toEqual([
        "26T10",
      ]);
      for (const top of [1, 2, 3, 4])
        expect(times({ items: await everyPage((page) => listings.entries({}, page), top) })).toEqual([
          "26T11",
          "26T10",
          "24T09",
          "24T08",
        ]);
    });

    it("lists the entries of one service newest first, by every filter, in pages", async () => {
      const { service } = connectionId("a", "one");
      for (const day of ["21", "22", "23", "24"]) {
        at(`${day}T08:00:00`);
        await decided(fixture, "a", day === "22" ? "two" : "one", day === "23" ? "approve" : "hold");
      }
      await decided(fixture, "b", "one", "hold");
      const found = async (filter: EntryFilter) =>
        times(await listings.entries({ ...filter, service }, { top: 10 }));
      expect(await found({})).toEqual(["24T08", "23T08", "22T08", "21T08"]);
      expect(await found({ verdict: "approve" })).toEqual(["23T08"]);
      expect(await found({ connection: connectionId("a", "two").text })).toEqual(["22T08"]);
      expect(await found({ from: "2026-11-23T08:00:00.000Z" })).toEqual(["24T08", "23T08"]);
      expect(await found({ to: "2026-11-23T08:00:00.000Z" })).toEqual(["22T08", "21T08"]);
      for (const top of [1, 3])
        expect(times({ items: await everyPage((page) => listings.entries({ service }, page), top) })).toEqual(
          ["24T08", "23T08", "22T08", "21T08"],
        );
      expect(await listings.entries({ service: connectionId("none", "x").service }, { top: 10 })).toEqual({
        items: [],
      });
    });

    it("lists alerts newest first, by owner, type and time", async () => {
      at("24T08:00:00");
      await decided(fixture, "a", "one", "hold");
      at("25T09:00:00");
      await decided(fixture, "b", "two", "hold");
      const { service } = connectionId("a", "one");
      const found = async (filter: Parameters<ReturnType<typeof rowsAlerts>>[0]) =>
        (await rowsAlerts(fixture.rows)(filter, { top: 10 })).items.map(({ time }) => time.slice(8, 13));
      expect(await found({})).toEqual(["25T09", "24T08"]);
      expect(await found({ from: "2026-11-25T09:00:00.000Z" })).toEqual(["25T09"]);
      expect(await found({ to: "2026-11-25T09:00:00.000Z" })).toEqual(["24T08"]);
      expect(await found({ owner: service })).toEqual(["24T08"]);
      expect(await found({ owner: "app" })).toEqual([]);
      expect(await found({ type: "Drawbridge.ConnectionHeld" })).toEqual(["25T09", "24T08"]);
      expect(await found({ type: "Drawbridge.ConnectionFailed" })).toEqual([]);
      expect(await found({ severity: "warning" })).toEqual(["25T09", "24T08"]);
      expect(await found({ severity: "critical" })).toEqual([]);
      expect((await rowsAlerts(fixture.rows)({}, { top: 1 })).items[0]?.sinks).toEqual(["log"]);
    });

    it("leaves out what was listed for a transaction that failed", async () => {
      const id = connectionId("a", "one");
      const partition = servicePartition(id.service);
      const never = linkAfter({ sequence: 0, hash: "" }, partition, outcome(id, "never"), {
        now: () => fixture.now,
      });
      await writeMoments(fixture.rows, [entryMoment(partition, never)]);
      expect(await listings.entries({}, { top: 10 })).toEqual({ items: [] });
      // Another entry takes its place in the chain.
      await fixture.append(await fixture.seen(id), "instead");
      const { items } = await listings.entries({}, { top: 10 });
      expect(items).toMatchObject([{ sequence: 1, reason: "instead" }]);
    });

    it("removes from the timeline what is in the archive, and nothing that is exactly as old as its limit", async () => {
      at("01T08:00:00");
      await decided(fixture, "a", "one", "hold");
      const first = fixture.now;
      at("24T08:00:00");
      await decided(fixture, "a", "one", "approve");
      const archiveBefore = async (before: Date) => {
        const old = rowsOldRecords(fixture.rows, { now: () => fixture.now });
        for await (const { remove } of old.batches({ before, chainsFrom: before }, () => false))
          await remove();
        const { rows: left } = await fixture.rows.list({ partition: wholeTimeline, prefix: "", top: 100 });
        return left.length;
      };
      // Two decisions, each with its alert.
      expect(await archiveBefore(first)).toBe(4);
      // The later decision with its alert, and the archival itself.
      expect(await archiveBefore(new Date(first.getTime() + 1))).toBe(3);
      const { items } = await listings.entries({}, { top: 10 });
      expect(items.map(({ kind }) => kind).toSorted()).toEqual(["archival", "decision"]);
    });

    it("finds one among ten thousand decisions within two pages", async () => {
      const id = connectionId("busy", "one");
      const rare = connectionId("busy", "rare");
      const partition = servicePartition(id.service);
      const moments: Moment[] = [];
      const start = Date.parse("2026-11-01T00:00:00Z");
      for (let index = 0; index < 10_000; index++) {
        const clock = { now: () => new Date(start + index * minuteMs) };
        const of = index === 17 ? rare : id;
        const entry = linkAfter({ sequence: index, hash: "" }, partition, outcome(of, "filler"), clock);
        moments.push(entryMoment(partition, entry));
        if (index === 17) await fixture.rows.commit(partition, [entryWrite(entry)]);
      }
      await writeMoments(fixture.rows, moments);
      let lists = 0;
      const counting = rowsListings({
        ...fixture.rows,
        list: (query) => {
          lists++;
          return fixture.rows.list(query);
        },
      });
      const filter = { connection: rare.text, kind: "outcome" } as const;
      const first = await counting.entries(filter, { top: 1 });
      const more = first.continuation === undefined ? {} : { continuation: first.continuation };
      const pages =
        first.items.length === 1 ? [first] : [first, await counting.entries(filter, { top: 1, ...more })];
      expect(pages.flatMap(({ items }) => items)).toMatchObject([{ sequence: 18 }]);
      expect(lists).toBeLessThanOrEqual(40);
    });

    it("lets the table choose by severity, and by verdict within a service", async () => {
      at("24T08:00:00");
      await decided(fixture, "a", "one", "hold");
      await decided(fixture, "b", "two", "approve");
      const wheres: unknown[] = [];
      const watched: Rows = {
        ...fixture.rows,
        list: (query) => {
          wheres.push(query.where);
          return fixture.rows.list(query);
        },
      };
      await rowsAlerts(watched)({ severity: "critical" }, { top: 1 });
      const { service } = connectionId("a", "one");
      await rowsListings(watched).entries({ service, verdict: "reject" }, { top: 1 });
      expect(wheres).toEqual([{ severity: "critical" }, { verdict: "reject", service: service.text }]);
    });

    it("lists what a version before the indexes stored, once that is added", async () => {
      at("24T08:00:00");
      await decided(fixture, "a", "one", "hold");
      for (const query of [
        { partition: wholeTimeline, prefix: "" },
        { partition: allOpen, prefix: listedPrefix },
        { partition: allOpen, prefix: "" },
      ])
        for await (const row of everyRow(fixture.rows, query)) await fixture.rows.remove(row, row.etag);
      expect(await listings.connections({}, { top: 10 })).toEqual({ items: [] });
      const appState = rowsAppState(fixture.rows, () => []);
      await backfill(fixture.rows, appState)();
      expect(named(await listings.connections({}, { top: 10 }))).toEqual(["one"]);
      expect(times(await listings.entries({}, { top: 10 }))).toEqual(["24T08"]);
      expect((await rowsAlerts(fixture.rows)({}, { top: 10 })).items).toHaveLength(1);
      // Nothing is listed twice where it runs again.
      await backfill(
        fixture.rows,
        rowsAppState(fixture.rows, () => []),
      )();
      expect((await listings.entries({}, { top: 10 })).items).toHaveLength(1);
    });

    it("lists the services that a sweep found, with what is known of each", async () => {
      const [seen, read] = [connectionId("a", "one").service, connectionId("b", "two").service];
      const adopted = connectionId("c", "three").service;
      const digests = rowsDigests(fixture.rows);
      const readAt = "2026-11-24T08:00:00.000Z";
      await digests.add([
        { id: seen, seen: "none" },
        { id: read, seen: "" },
      ]);
      await digests.invalidate(read, "2026-11-24T07:00:00.000Z");
      await digests.read(read, { readAt });
      await digests.invalidate(adopted, readAt);
      const found = await listings.services();
      expect(found.toSorted((one, other) => (one.id.text < other.id.text ? -1 : 1))).toEqual([
        { id: seen, isExplained: true },
        { id: read, isExplained: false, readAt },
        { id: adopted, isExplained: false, readAt },
      ]);
    });

    const encoded = (token: unknown) => Buffer.from(JSON.stringify(token)).toString("base64url");
    it.each([
      "x",
      "",
      encoded(null),
      encoded({ partition: "s-1", row: "head" }),
      encoded({ partition: "timeline-000001", row: "alerts-0000000000000-x" }),
      encoded({ partition: "timeline-000001' or 'a' eq 'a" }),
    ])("refuse a continuation that they did not issue: %s", async (continuation) => {
      const { service } = connectionId("a", "one");
      for (const list of [
        listings.entries({}, { top: 1, continuation }),
        listings.entries({ service }, { top: 1, continuation }),
        listings.connections({}, { top: 1, continuation }),
      ])
        await expect(list).rejects.toBeInstanceOf(ContinuationInvalid);
    });
  });
}
