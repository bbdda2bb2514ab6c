import { beforeEach, describe, expect, it } from "vitest";
import type { Batch } from "../archive/archive.ts";
import { archiveFixture, idIn, type ArchiveFixture } from "./archive-fixture.contract.ts";
import { rowsAlerts } from "./listings.ts";
import { rowsOutbox } from "./outbox.ts";
import { rowsOldRecords } from "./records-to-archive.ts";
import type { Rows } from "./rows.ts";

/** Archival of old alerts, on an implementation of Rows. */
export function oldAlertsContract(name: string, make: () => Promise<Rows>): void {
  describe(`archival of old alerts on rows ${name}`, () => {
    let fixture: ArchiveFixture;
    beforeEach(async () => {
      fixture = archiveFixture(await make());
    });

    it("archives old alerts with the sinks on which they were given up", async () => {
      await fixture.recordOn("a", "2026-01-01", "2026-05-30");
      const outbox = rowsOutbox(fixture.rows);
      const { service } = idIn("a");
      const first = (await outbox.undelivered(service)).find(
        (each) => each.alert.data.reason === "2026-01-01",
      );
      const at = "2026-01-02T08:00:00.000Z";
      if (first !== undefined) await outbox.deadLetter(service, first, at);
      fixture.now = "2026-06-01T02:17:00.000Z";
      await fixture.night();
      const { items } = await rowsAlerts(fixture.rows)({}, { top: 10 });
      expect(items.map(({ data }) => data.reason)).toEqual(["2026-05-30"]);
      expect(fixture.inBlobs("alerts/")).toMatchObject([{ givenUp: [{ sink: "log", at }] }]);
      // An undelivered alert stays, however old it is.
      expect(await outbox.undelivered(service)).toHaveLength(1);
    });

    it("archives a row of the outbox that was given up after its alert was archived", async () => {
      await fixture.recordOn("a", "2026-01-01");
      fixture.now = "2026-06-01T02:17:00.000Z";
      await fixture.night();
      const outbox = rowsOutbox(fixture.rows);
      const { service } = idIn("a");
      const [late] = await outbox.undelivered(service);
      if (late !== undefined) await outbox.deadLetter(service, late, fixture.now);
      expect(await outbox.undelivered(service)).toEqual([]);
      fixture.now = "2026-12-01T02:17:00.000Z";
      await fixture.night();
      expect(fixture.inBlobs("alerts/")).toMatchObject([
        { sinks: ["log"] },
        { sink: "log", deadAt: expect.any(String) },
      ]);
    });

    it("makes several batches of many old alerts", async () => {
      const old = rowsOldRecords(fixture.rows, fixture.clock);
      await fixture.recordOn("a", "2026-01-01");
      const [row] = (
        await fixture.rows.list({ partition: { from: "s-", to: "s." }, prefix: "alert-", top: 1 })
      ).rows;
      for (let index = 0; index < 1_100; index += 100)
        await fixture.rows.commit(
          "app",
          Array.from({ length: 100 }, (_, at) => ({
            kind: "insert",
            row: `${row?.row}-${String(index + at).padStart(4, "0")}`,
            value: row?.value ?? {},
          })),
        );
      fixture.now = "2026-06-01T02:17:00.000Z";
      const batches: Batch[] = [];
      for await (const batch of old.batches(
        { before: fixture.clock.now(), chainsFrom: new Date(0) },
        () => false,
      ))
        batches.push(batch);
      expect(batches.map(({ lines }) => lines.length)).toEqual([1000, 101]);
    });
  });
}
