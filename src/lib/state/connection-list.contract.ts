import { beforeEach, describe, expect, it } from "vitest";
import type { Page, PageRequest } from "../page.ts";
import type { Listings } from "../connections/listings.ts";
import type { ConnectionRecord, ConnectionWait } from "../connections/record/connection-record.ts";
import { connectionId, ledgerFixture } from "./ledger-fixture.contract.ts";
import { decided, everyPage } from "./listings-fixture.contract.ts";
import { rowsListings } from "./listings.ts";
import type { Rows } from "./rows.ts";

/** The list of connections over all services, on an implementation of Rows. */
export function listedContract(name: string, make: () => Promise<Rows>): void {
  describe(`the list of connections on rows ${name}`, () => {
    const fixture = ledgerFixture(make);
    let listings: Listings;
    beforeEach(() => {
      listings = rowsListings(fixture.rows);
    });

    const at = (time: string) => {
      fixture.now = new Date(`2026-11-${time}Z`);
    };
    const named = ({ items }: Page<ConnectionRecord>) => items.map(({ id }) => id.connectionName);

    it("lists connections newest first, by every filter, in pages", async () => {
      at("24T08:00:00");
      await decided(fixture, "a", "one", "hold");
      at("24T09:00:00");
      await decided(fixture, "b", "two", "approve");
      at("24T10:00:00");
      await decided(fixture, "a", "three", "hold");
      at("24T11:00:00");
      await fixture.ledger.openReview(connectionId("b", "four"));
      await fixture.seen(connectionId("b", "four"));
      const found = async (filter: Parameters<Listings["connections"]>[0]) =>
        named(await listings.connections(filter, { top: 10 }));
      expect(await found({})).toEqual(["four", "three", "two", "one"]);
      expect(await found({ service: connectionId("a", "one").service })).toEqual(["three", "one"]);
      expect(await found({ phase: "Seen" })).toEqual(["four"]);
      expect(await found({ verdict: "hold" })).toEqual(["three", "one"]);
      expect(await found({ subscription: connectionId("a", "one").service.subscriptionId })).toHaveLength(4);
      expect(await found({ subscription: "22222222-2222-4222-8222-222222222222" })).toEqual([]);
      const [nine, ten] = ["2026-11-24T09:00:00.000Z", "2026-11-24T10:00:00.000Z"];
      expect(await found({ from: nine, to: ten })).toEqual(["two"]);
      expect(await found({ to: nine })).toEqual(["one"]);
      for (const top of [1, 3])
        expect(named({ items: await everyPage((page) => listings.connections({}, page), top) })).toEqual([
          "four",
          "three",
          "two",
          "one",
        ]);
      expect((await listings.connectionIds()).length).toBe(4);
    });

    it("lists what waits for a person apart from what waits for the mode", async () => {
      at("24T08:00:00");
      await decided(fixture, "a", "one", "hold");
      await decided(fixture, "a", "two", "approve");
      at("24T09:00:00");
      await decided(fixture, "a", "three", "hold");
      const held = await listings.held({}, { top: 10 });
      expect(named(held)).toEqual(["three", "one"]);
      expect(held).toMatchObject({ waitingForMode: 1, waitingForBreaker: 0, waitingForWindow: 0 });
      const oldest = (page: PageRequest) => listings.held({}, page, "oldest");
      for (const top of [1, 2])
        expect(named({ items: await everyPage(oldest, top) })).toEqual(["one", "three"]);
      const late = await listings.held({ from: "2026-11-24T09:00:00.000Z" }, { top: 10 });
      expect(named(late)).toEqual(["three"]);
      expect(late).toMatchObject({ waitingForMode: 0 });
    });

    it("lists what only waits for a change window apart, which is until something else holds it", async () => {
      at("24T08:00:00");
      const record = await decided(fixture, "a", "one", "hold");
      const settled = async (next: ConnectionRecord) => {
        const open = await fixture.ledger.openReview(record.id);
        const stored = await fixture.ledger.save(next);
        await fixture.ledger.endAttempt(open, { until: "" }, stored);
        return stored;
      };
      const opensAt = "2026-11-24T22:00:00.000Z";
      const waiting = await settled({ ...record, opensAt });
      const held = await listings.held({}, { top: 10 });
      expect(named(held)).toEqual([]);
      expect(held).toMatchObject({ waitingForWindow: 1, waitingForMode: 0 });
      expect(await listings.summaries()).toMatchObject([{ waitsFor: "window", opensAt }]);
      const { opensAt: _, ...opened } = waiting;
      await settled(opened);
      const then = await listings.held({}, { top: 10 });
      expect(named(then)).toEqual(["one"]);
      expect(then).toMatchObject({ waitingForWindow: 0 });
    });

    it("summarises every connection: what a held one waits for, and when an approval ends", async () => {
      const held = { phase: "Held", at: "2026-11-24T08:00:00.000Z" };
      at("24T08:00:00");
      await decided(fixture, "a", "person", "hold");
      await decided(fixture, "b", "mode", "approve");
      const restrained = await decided(fixture, "b", "breaker", "approve");
      const open = await fixture.ledger.openReview(restrained.id);
      const stored = await fixture.ledger.save({ ...restrained, restrained: "approvals" });
      await fixture.ledger.endAttempt(open, { until: "" }, stored);
      const permitted = await decided(fixture, "b", "by-a-person", "hold");
      const review = await fixture.ledger.openReview(permitted.id);
      const waiting = await fixture.ledger.save({
        ...permitted,
        phase: "Decided",
        waitsForPermit: "approvals",
        person: { id: "1", verdict: "approve", by: "ana", objectId: "2", reason: "CHG-7" },
      });
      await fixture.ledger.endAttempt(review, { until: "" }, waiting);
      expect(await listings.held({}, { top: 10 })).toMatchObject({ waitingForBreaker: 2 });
      const unsettled = await decided(fixture, "c", "applied", "approve");
      await fixture.ledger.openReview(unsettled.id);
      const term = { until: "2027-02-22T08:00:00.000Z", nextAt: "2027-02-13T08:00:00.000Z" };
      const dueAt = "2026-12-01T08:00:00.000Z";
      const revocation = { noticedAt: held.at, dueAt, before: { phase: "Applied" } } as const;
      await fixture.ledger.save({ ...unsettled, phase: "Applied", state: "Approved", term, revocation });
      const found = (await listings.summaries()).toSorted((one, other) => (one.name < other.name ? -1 : 1));
      for (const end of ["term", "revocation"] as const)
        expect(named(await listings.connections({ end }, { top: 10 }))).toEqual(["applied"]);
      for (const [wait, names] of Object.entries({
        person: ["person"],
        window: [],
        mode: ["mode"],
        breaker: ["breaker", "by-a-person"],
      }) as [ConnectionWait, string[]][]) {
        const waitingFor = await listings.connections({ wait }, { top: 10 });
        expect(named(waitingFor).toSorted()).toEqual(names);
      }
      const idsOf = (service: string, connection: string) => {
        const { text: id, service: owner } = connectionId(service, connection);
        return { id, service: owner.text, name: connection };
      };
      expect(found).toEqual([
        {
          ...held,
          ...idsOf("c", "applied"),
          phase: "Applied",
          verdict: "approve",
          state: "Approved",
          endsAt: term.until,
          revokesAt: dueAt,
        },
        { ...held, ...idsOf("b", "breaker"), verdict: "approve", waitsFor: "breaker", breaker: "approvals" },
        {
          ...held,
          ...idsOf("b", "by-a-person"),
          phase: "Decided",
          person: { by: "ana", verdict: "approve" },
          verdict: "hold",
          waitsFor: "breaker",
          breaker: "approvals",
        },
        { ...held, ...idsOf("b", "mode"), verdict: "approve", waitsFor: "mode" },
        { ...held, ...idsOf("a", "person"), verdict: "hold", waitsFor: "person" },
      ]);
    });

    it("reads the record of a connection whose review is open", async () => {
      const record = await decided(fixture, "a", "one", "hold");
      await fixture.ledger.openReview(record.id);
      await fixture.ledger.save({ ...record, phase: "Applied" });
      expect(named(await listings.connections({ phase: "Applied" }, { top: 10 }))).toEqual(["one"]);
      expect(named(await listings.connections({ phase: "Held" }, { top: 10 }))).toEqual([]);
    });

    it("does not list a connection again where its review was opened again since", async () => {
      const record = await decided(fixture, "a", "one", "hold");
      const mine = await fixture.ledger.openReview(record.id);
      const theirs = await fixture.ledger.openReview(record.id);
      const applied = await fixture.ledger.save({ ...record, phase: "Applied" });
      await fixture.ledger.endAttempt(theirs, undefined, applied);
      await fixture.ledger.endAttempt(mine, undefined, record);
      expect(named(await listings.connections({ phase: "Applied" }, { top: 10 }))).toEqual(["one"]);
    });
  });
}
