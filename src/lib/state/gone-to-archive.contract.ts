import { beforeEach, describe, expect, it } from "vitest";
import type { ConnectionId } from "../azure/resource-id.ts";
import { dayMs } from "../clock.ts";
import { recordsOf } from "../connections/ledger.ts";
import { archiveFixture, type ArchiveFixture } from "./archive-fixture.contract.ts";
import { listedPrefix } from "./keys.ts";
import { connectionId, outcome } from "./ledger-fixture.contract.ts";
import { rowsListings } from "./listings.ts";
import type { Rows } from "./rows.ts";

const namesOf = (ids: readonly Pick<ConnectionId, "text">[]) =>
  ids.map(({ text }) => text.split("/").at(-1) ?? "").toSorted((a, b) => (a < b ? -1 : 1));

/** Archival of the records of connections that are gone, on an implementation of Rows. */
export function goneConnectionsContract(name: string, make: () => Promise<Rows>): void {
  describe(`archived connections on rows ${name}`, () => {
    let fixture: ArchiveFixture;
    beforeEach(async () => {
      fixture = archiveFixture(await make());
    });
    const later = (days: number) => {
      fixture.now = new Date(Date.parse(fixture.now) + days * dayMs).toISOString();
    };
    /** Stores a connection as a review does whose last attempt found it in this phase. */
    const review = async (id: ConnectionId, phase: "Held" | "Gone") => {
      const { ledger, now } = fixture;
      const open = await ledger.openReview(id);
      const found = await ledger.find(id);
      const record = found ?? (await ledger.add({ id, phase: "Seen", firstSeenAt: now, attempts: 0 }));
      const after = await ledger.append(record, { ...outcome(id, phase), phase }, (entry) => ({
        record: { ...record, phase, reviewedAt: now, decisionId: entry.id },
        alerts: [],
      }));
      await ledger.endAttempt(open, undefined, after);
      return after;
    };
    const one = connectionId("a", "one");
    const names = async () => namesOf((await recordsOf(fixture.ledger, one.service)).map(({ id }) => id));
    const listed = async () => {
      const listings = rowsListings(fixture.rows);
      const ids = await listings.connectionIds(one.service);
      const { items } = await listings.connections({ service: one.service }, { top: 100 });
      expect(namesOf(items.map(({ id }) => id))).toEqual(namesOf(ids));
      return namesOf(ids);
    };
    const archived = () =>
      namesOf(fixture.inBlobs<{ readonly id: string }>("connections/").map(({ id }) => ({ text: id })));

    it("moves a record once the entries about it are in the archive, and takes it off the list", async () => {
      await review(one, "Held");
      await review(connectionId("a", "held"), "Held");
      later(1);
      await review(one, "Gone");
      later(120);
      await fixture.night();
      // Its entries are archived by the month, and it names the last one of them.
      expect(await names()).toEqual(["held", "one"]);
      later(20);
      await review(connectionId("a", "recent"), "Gone");
      await fixture.night();
      expect(await names()).toEqual(["held", "recent"]);
      expect(await listed()).toEqual(["held", "recent"]);
      expect(archived()).toEqual(["one"]);
      expect(fixture.inBlobs("connections/")).toMatchObject([
        { phase: "Gone", decisionId: expect.any(String) },
      ]);
    });

    it("keeps as many as were gone within the retention, however many names were used", async () => {
      let most = 0;
      for (let week = 0; week < 52; week++) {
        const id = connectionId("a", `pe-${week}`);
        await review(id, "Held");
        await review(id, "Gone");
        await fixture.night();
        most = Math.max(most, (await names()).length);
        later(7);
      }
      // A hundred days and a month more.
      expect(most).toBe(Math.floor(130 / 7) + 1);
      expect(await listed()).toHaveLength(most);
      expect(archived()).toHaveLength(52 - most);
    });

    it("keeps a record whose name was used again while its line was written", async () => {
      await review(one, "Gone");
      later(200);
      await fixture.night({
        put: async (blob, text) => {
          if (blob.startsWith("connections/")) await review(one, "Held");
          await fixture.archive.put(blob, text);
        },
      });
      expect(await names()).toEqual(["one"]);
      expect(await listed()).toEqual(["one"]);
    });

    it("takes a record off the list in the next run if the process ended before it did", async () => {
      await review(one, "Gone");
      later(200);
      const remove: Rows["remove"] = (key, etag) =>
        key.row.startsWith(listedPrefix)
          ? Promise.reject(new Error("the process ended"))
          : fixture.rows.remove(key, etag);
      await expect(fixture.night({}, { ...fixture.rows, remove })).rejects.toThrow("ended");
      expect(await names()).toEqual([]);
      await fixture.night();
      expect(await listed()).toEqual([]);
      expect(archived()).toEqual(["one"]);
    });

    it("removes nothing that the archive did not take", async () => {
      await review(one, "Gone");
      later(200);
      const put = (blob: string) =>
        blob.startsWith("connections/") ? Promise.reject(new Error("no container")) : Promise.resolve();
      await expect(fixture.night({ put })).rejects.toThrow("no container");
      expect(await names()).toEqual(["one"]);
      expect(await listed()).toEqual(["one"]);
    });
  });
}
