import { beforeEach, describe, expect, it } from "vitest";
import type { Change } from "../addresses/model/baseline.ts";
import { archiveFixture, idIn, type ArchiveFixture } from "./archive-fixture.contract.ts";
import { rowsBaselines } from "./baselines.ts";
import type { Rows } from "./rows.ts";

/** Archival of the history of addresses, on an implementation of Rows. */
export function oldChangesContract(name: string, make: () => Promise<Rows>): void {
  describe(`archived changes on rows ${name}`, () => {
    let fixture: ArchiveFixture;
    beforeEach(async () => {
      fixture = archiveFixture(await make());
    });
    const { service } = idIn("a");
    const baselines = () => rowsBaselines(fixture.rows, () => ["log"]);
    /** Records changes on this day. */
    const change = async (day: string, count: number) => {
      const at = `${day}T08:00:00.000Z`;
      const { head } = await baselines().read(service);
      const first = {
        resource: service.text,
        learnedAt: at,
        sequence: 0,
        circumstances: {},
        contextChanges: [],
      };
      const changes = Array.from({ length: count }, (): Change => ({ at, kind: "changed", what: day }));
      await baselines().revise(service, { head: head ?? first, records: [], changes, alerts: [] });
    };
    const history = async () => (await baselines().history(service, { top: 1_000 })).items;

    it("moves the old changes of a resource, except for its newest hundred", async () => {
      await change("2026-01-01", 80);
      await change("2026-01-02", 40);
      fixture.now = "2026-06-01T02:17:00.000Z";
      await fixture.night();
      expect((await history()).map(({ sequence }) => sequence)).toEqual(
        Array.from({ length: 100 }, (_, index) => index + 21),
      );
      const moved = fixture.inBlobs<{ readonly sequence: number }>("addresses/");
      expect(moved).toHaveLength(20);
      expect(moved[0]).toEqual({
        resource: service.text,
        sequence: 1,
        at: "2026-01-01T08:00:00.000Z",
        kind: "changed",
        what: "2026-01-01",
      });
      // What changes next follows as if nothing had been moved.
      await change("2026-06-02", 1);
      expect((await history()).at(-1)).toMatchObject({ sequence: 121, what: "2026-06-02" });
    });

    it("leaves changes of the last days, however many there are, and histories that are short", async () => {
      await change("2026-05-01", 80);
      await change("2026-05-02", 80);
      fixture.now = "2026-06-01T02:17:00.000Z";
      await fixture.night();
      expect(await history()).toHaveLength(160);
      fixture.now = "2026-12-01T02:17:00.000Z";
      await fixture.night();
      expect(await history()).toHaveLength(100);
      fixture.now = "2030-12-01T02:17:00.000Z";
      expect(await fixture.night()).toBe(0);
    });
  });
}
