import { beforeEach, describe, expect, it } from "vitest";
import { earlier, fullRecord, id, later, now } from "../../../../test/connections/records.ts";
import { reviewFixture, type ReviewFixture } from "../../../../test/connections/review-fixture.ts";
import { knownRead, unknownRead } from "../../estate/read.ts";
import type { ConnectionRecord } from "../record/connection-record.ts";
import { admit } from "./admit.ts";
import type { ReviewRequest, ReviewServices } from "./ports.ts";

const { person } = fullRecord("Held");
const reviewed = { phase: "Held", reviewedAt: now.toISOString(), nextAt: later } as const;

let fixture: ReviewFixture;
beforeEach(() => {
  fixture = reviewFixture();
});

function admitted(request: Partial<ReviewRequest> = {}, services: Partial<ReviewServices> = {}) {
  const asked: ReviewRequest = { id, cause: "event", actor: "test", requestedAt: now, ...request };
  return admit({ ...fixture.services, ...services }, asked);
}

const refused = (reason: string, more: object = {}) => ({
  kind: "refused",
  result: { connection: id.text, reasons: [], unknown: [], applied: false, reason, ...more },
});

describe("a request about what is not governed is refused", () => {
  const scope = () => ({ ...fixture.services.scope, subscriptions: [] });
  const byTag = () => ({ ...scope(), tags: [{ name: "env" }] });

  it("in mode off, even of a governed service", async () => {
    const reason = "mode off: nothing is reviewed";
    expect(await admitted({}, { mode: "off" })).toStrictEqual(refused(reason));
    expect(await admitted({ person }, { mode: "off" })).toStrictEqual(refused(reason, { refusal: reason }));
  });

  it("and a person who decides is told why", async () => {
    const reason = "it is outside the governed scope";
    expect(await admitted({}, { scope: scope() })).toStrictEqual(refused(reason));
    expect(await admitted({ person }, { scope: scope() })).toStrictEqual(
      refused(reason, { refusal: reason }),
    );
  });

  it("and asked again where the scope could not be read", async () => {
    fixture.world.service = unknownRead("forbidden");
    const unread = "whether it is governed could not be read";
    expect(await admitted({}, { scope: byTag() })).toStrictEqual(
      refused(`${unread}; the next sweep asks again`),
    );
    expect(await admitted({ person }, { scope: byTag() })).toStrictEqual(refused(unread));
  });
});

describe("a connection with a record", () => {
  const before = new Date(now.getTime() - 1);
  it.each<[string, Partial<ConnectionRecord>, Partial<ReviewRequest>]>([
    ["is reviewed if it never was", { phase: "Held" }, {}],
    ["is reviewed if a person asks", reviewed, { cause: "http" }],
    ["is reviewed if it was reviewed before the request", { ...reviewed, reviewedAt: earlier }, {}],
    ["is reviewed if it is unfinished", { ...reviewed, phase: "Decided" }, {}],
  ])("%s", async (_, more, request) => {
    const record = await fixture.stored(more);
    expect(await admitted(request)).toEqual({ kind: "admitted", record });
  });

  it.each<[string, Partial<ConnectionRecord>, Partial<ReviewRequest>]>([
    ["at the time of the request", reviewed, {}],
    ["after the request", reviewed, { requestedAt: before }],
    ["after a sweep's request", reviewed, { cause: "sweep" }],
    ["after the request, and waits for Azure", { ...reviewed, phase: "Decided", waitingSince: earlier }, {}],
  ])("is not reviewed again if that was %s", async (_, more, request) => {
    await fixture.stored(more);
    const reason = "a review that began after this request was made covered it";
    expect(await admitted(request)).toMatchObject(refused(reason));
  });

  it("that has many events is left to the next sweep, which finds its review open", async () => {
    const record = await fixture.stored({ phase: "Held" });
    const eventLimiter = { ...fixture.services.eventLimiter, admits: () => false };
    const many = "it had many events within a minute; the next sweep reviews it";
    expect(await admitted({}, { eventLimiter })).toStrictEqual(refused(many));
    expect(await fixture.services.ledger.findOpenReview(id)).toMatchObject({ id });
    expect(await admitted({ cause: "sweep" }, { eventLimiter })).toEqual({ kind: "admitted", record });
  });
});

describe("a connection without a record", () => {
  it("is reviewed as Azure shows it", async () => {
    expect(await admitted()).toEqual({ kind: "admitted", read: fixture.world.connection });
  });

  it("is reviewed if it could not be read", async () => {
    fixture.world.connection = unknownRead("failed");
    expect(await admitted()).toEqual({ kind: "admitted", read: unknownRead("failed") });
  });

  it.each([
    ["event", 1],
    ["sweep", 0],
  ] as const)("that does not exist leaves no trace after a request by %s", async (cause, misses) => {
    let missed = 0;
    const unknownNameLimiter = { ...fixture.services.unknownNameLimiter, missed: () => void missed++ };
    fixture.world.connection = unknownRead("not-found");
    await fixture.services.ledger.openReview(id);
    expect(await admitted({ cause }, { unknownNameLimiter })).toStrictEqual(
      refused("there is no such connection"),
    );
    expect(await fixture.services.ledger.findOpenReview(id)).toBeUndefined();
    expect(missed).toBe(misses);
    // Without an open review there is nothing to close.
    expect(await admitted({ cause }, { unknownNameLimiter })).toMatchObject({ kind: "refused" });
  });

  it("is not read after many events about what does not exist, unless its review is open", async () => {
    const unknownNameLimiter = { ...fixture.services.unknownNameLimiter, isFull: () => true };
    const reason = "many events named what does not exist; the next sweep finds what does";
    expect(await admitted({}, { unknownNameLimiter })).toStrictEqual(refused(reason));
    expect(await admitted({ cause: "sweep" }, { unknownNameLimiter })).toMatchObject({ kind: "admitted" });
    await fixture.services.ledger.openReview(id);
    expect(await admitted({}, { unknownNameLimiter })).toMatchObject({ kind: "admitted" });
  });
});

it("a service whose tags say so is governed", async () => {
  const service = fixture.world.service.kind === "known" ? fixture.world.service.value : undefined;
  fixture.world.service = knownRead({ ...service, tags: knownRead({ env: "prod" }) } as never);
  const scope = { ...fixture.services.scope, subscriptions: [], tags: [{ name: "env" }] };
  expect(await admitted({}, { scope })).toMatchObject({ kind: "admitted" });
});
