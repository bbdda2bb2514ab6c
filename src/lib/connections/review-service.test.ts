import { beforeEach, describe, expect, it } from "vitest";
import { earlier, id, later, now } from "../../../test/connections/records.ts";
import { endpointId, otherId, service, shown } from "../../../test/connections/review-fixture.ts";
import {
  approved,
  decider,
  serviceReviewFixture,
  type ServiceReviewFixture,
} from "../../../test/connections/service-review.ts";
import { tierPolicy } from "../../../test/connections/tier-policy.ts";
import { announcements } from "../alerts/announce.ts";
import { knownRead, unknownRead } from "../estate/read.ts";
import { rowsOutbox } from "../state/outbox.ts";
import type { ConnectionRecord } from "./record/connection-record.ts";
import type { ReviewServices } from "./review/ports.ts";

const other = { ...shown, id: otherId };
/** A hold that is not due in a sweep. */
const held: Partial<ConnectionRecord> = {
  phase: "Held",
  state: "Pending",
  endpointId,
  policyHash: decider,
  nextAt: later,
};

let fixture: ServiceReviewFixture;
beforeEach(() => {
  fixture = serviceReviewFixture();
});

describe("a service", () => {
  it("is not read in mode off", async () => {
    expect(await fixture.reviewed("http", { mode: "off" })).toEqual([]);
    expect(fixture.takeReads()).toBe(0);
  });

  it("is forgotten once it is not governed any more", async () => {
    await fixture.adopted();
    await fixture.reviewed();
    expect(await fixture.digest()).toBeDefined();
    expect(
      await fixture.reviewed("sweep", { scope: { ...fixture.services.scope, subscriptions: [] } }),
    ).toEqual([]);
    expect(await fixture.digest()).toBeUndefined();
    expect((await fixture.services.ledger.head(id.service)).adoptedAt).toBeUndefined();
  });

  it("that cannot be read is not one without connections", async () => {
    fixture.world.service = unknownRead("forbidden");
    expect(await fixture.reviewed()).toBeUndefined();
  });

  it("is left alone while it is unknown whether it is governed", async () => {
    fixture.world.service = knownRead({ ...service, tags: unknownRead("not-in-answer") });
    const scope = { ...fixture.services.scope, subscriptions: [], tags: [{ name: "env", value: "prod" }] };
    expect(await fixture.reviewed("sweep", { scope })).toBeUndefined();
    expect(await fixture.record()).toBeUndefined();
  });

  it("has its alerts announced after its reviews", async () => {
    fixture.serviceHas([approved]);
    const sent: string[] = [];
    const send = ({ type }: { readonly type: string }) => Promise.resolve(void sent.push(type));
    const sink = { name: "log", inProcess: true, send } as const;
    const { log, clock } = fixture.services;
    await fixture.reviewed("sweep", { alerts: announcements(rowsOutbox(fixture.rows), [sink], log, clock) });
    expect(sent).toEqual(["Drawbridge.ServiceAdopted"]);
  });
});

describe("a service that is read first", () => {
  it("has what is Approved recorded as it is, and leaves no review open", async () => {
    fixture.serviceHas([approved]);
    expect(await fixture.reviewed()).toEqual([]);
    expect(await fixture.record()).toMatchObject({ phase: "Adopted", state: "Approved" });
    expect(await fixture.openReview()).toBeUndefined();
  });

  it("has a review open from before its adoption, should this process end", async () => {
    fixture.serviceHas([approved]);
    const adopt = () => Promise.reject(new Error("the process ends"));
    await expect(
      fixture.reviewed("sweep", { ledger: { ...fixture.services.ledger, adopt } }),
    ).rejects.toThrow("ends");
    expect(await fixture.openReview()).toBeDefined();
  });

  it("has what is Pending reviewed", async () => {
    expect(await fixture.reviewed()).toMatchObject([
      { connection: id.text, phase: "Applied", applied: true },
    ]);
  });

  it("keeps the review open of a connection that waits already", async () => {
    await fixture.stored(held);
    expect(await fixture.reviewedIds()).toEqual([]);
    expect(await fixture.openReview()).not.toHaveProperty("wait");
  });

  it("keeps the review open of a connection whose turn comes too late", async () => {
    fixture.serviceHas([shown, { ...approved, id: otherId }]);
    expect(await fixture.reviewed("sweep", fixture.withLateTurns())).toEqual([]);
    expect(await fixture.openReview()).toBeDefined();
  });

  it("may have no connections, or be deleted already", async () => {
    fixture.serviceHas([]);
    expect(await fixture.reviewed()).toEqual([]);
    expect(await fixture.digest()).toMatchObject({ readAt: now.toISOString(), empty: true });
    fixture = serviceReviewFixture();
    fixture.world.service = unknownRead("not-found");
    expect(await fixture.reviewed()).toEqual([]);
  });
});

describe("the connections of a service", () => {
  it("are reviewed in a sweep only if they are due", async () => {
    await fixture.adopted();
    expect(await fixture.reviewed()).toEqual([]);
    expect(await fixture.openReview()).toBeUndefined();
    await fixture.stored({ ...held, id: otherId });
    fixture.serviceHas([approved, other]);
    expect(await fixture.reviewedIds("sweep")).toEqual([]);
    expect(await fixture.reviewedIds("event")).toEqual([otherId.text]);
  });

  it("are reviewed by their names if they are missing from the list, unless they are gone", async () => {
    await fixture.adopted();
    await fixture.stored({ phase: "Gone", id: otherId });
    fixture.serviceHas([]);
    expect(await fixture.reviewedIds()).toEqual([id.text]);
  });

  it("are not missing from an incomplete list, whose readable part is reviewed", async () => {
    await fixture.adopted();
    fixture.serviceHas([other], false);
    fixture.world.connection = knownRead(other);
    expect(await fixture.reviewedIds()).toEqual([otherId.text]);
    await fixture.services.ledger.save({ ...(await fixture.services.ledger.find(otherId))!, ...held });
    expect(await fixture.reviewedIds()).toEqual([]);
  });

  it("are reviewed by their names if the service is deleted", async () => {
    await fixture.adopted();
    fixture.world.service = unknownRead("not-found");
    fixture.world.connection = unknownRead("not-found");
    expect(await fixture.reviewedIds()).toEqual([id.text]);
    expect(await fixture.digest()).toMatchObject({ readAt: now.toISOString(), goneSince: now.toISOString() });
  });
});

describe("a sweep notes that it read a service", () => {
  beforeEach(() => fixture.adopted());

  it("with what it judged the approvals by", async () => {
    await fixture.reviewed();
    const noted = await fixture.digest();
    expect(noted).toMatchObject({ readAt: now.toISOString(), judgedBy: decider.slice(0, 16) });
    expect(noted).not.toHaveProperty("empty");
    expect(noted).not.toHaveProperty("goneSince");
  });

  it("without that, where the policy does not revoke, whatever an earlier one judged", async () => {
    await fixture.reviewed("sweep");
    expect(await fixture.digest()).toHaveProperty("judgedBy");
    await fixture.reviewed("sweep", { policy: () => Promise.resolve(tierPolicy()) });
    expect(await fixture.digest()).not.toHaveProperty("judgedBy");
  });

  it.each<[string, "event" | "sweep", () => Partial<ReviewServices>, boolean]>([
    ["after an event", "event", () => ({}), true],
    ["if the list is incomplete", "sweep", () => ({}), false],
    ["if some are left, since their turn comes too late", "sweep", () => fixture.withLateTurns(), true],
  ])("but not %s", async (_, cause, more, isComplete) => {
    fixture.serviceHas([approved, other], isComplete);
    await fixture.stored({ ...held, id: otherId, nextAt: earlier });
    await fixture.reviewed(cause, more());
    expect((await fixture.digest())?.readAt).toBeUndefined();
  });

  it("and an event that it reviewed all of it, unless some are left", async () => {
    fixture.serviceHas([approved, other]);
    const { eventLimiter } = fixture.services;
    expect(await fixture.reviewed("event", fixture.withLateTurns())).toEqual([]);
    expect(eventLimiter.isRead(id.service, new Date(earlier))).toBe(false);
    await fixture.reviewed("event");
    expect(eventLimiter.isRead(id.service, new Date(earlier))).toBe(true);
  });
});
