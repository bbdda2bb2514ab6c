import { beforeEach, describe, expect, it } from "vitest";
import { earlier, id, later, now } from "../../../test/connections/records.ts";
import { endpointId, otherId, service, shown } from "../../../test/connections/review-fixture.ts";
import {
  approved,
  decider,
  serviceReviewBench,
  type ServiceReviewBench,
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

let bench: ServiceReviewBench;
beforeEach(() => {
  bench = serviceReviewBench();
});

describe("a service", () => {
  it("is not read in mode off", async () => {
    expect(await bench.reviewed("http", { mode: "off" })).toEqual([]);
    expect(bench.takeReads()).toBe(0);
  });

  it("is forgotten once it is not governed any more", async () => {
    await bench.adopted();
    await bench.reviewed();
    expect(await bench.digest()).toBeDefined();
    expect(await bench.reviewed("sweep", { scope: { ...bench.services.scope, subscriptions: [] } })).toEqual(
      [],
    );
    expect(await bench.digest()).toBeUndefined();
    expect((await bench.services.ledger.head(id.service)).adoptedAt).toBeUndefined();
  });

  it("that cannot be read is not one without connections", async () => {
    bench.world.service = unknownRead("forbidden");
    expect(await bench.reviewed()).toBeUndefined();
  });

  it("is left alone while it is unknown whether it is governed", async () => {
    bench.world.service = knownRead({ ...service, tags: unknownRead("not-in-answer") });
    const scope = { ...bench.services.scope, subscriptions: [], tags: [{ name: "env", value: "prod" }] };
    expect(await bench.reviewed("sweep", { scope })).toBeUndefined();
    expect(await bench.record()).toBeUndefined();
  });

  it("has its alerts announced after its reviews", async () => {
    bench.serviceHas([approved]);
    const sent: string[] = [];
    const send = ({ type }: { readonly type: string }) => Promise.resolve(void sent.push(type));
    const sink = { name: "log", inProcess: true, send } as const;
    const { log, clock } = bench.services;
    await bench.reviewed("sweep", { alerts: announcements(rowsOutbox(bench.rows), [sink], log, clock) });
    expect(sent).toEqual(["Drawbridge.ServiceAdopted"]);
  });
});

describe("a service that is read first", () => {
  it("has what is Approved recorded as it is, and leaves no review open", async () => {
    bench.serviceHas([approved]);
    expect(await bench.reviewed()).toEqual([]);
    expect(await bench.record()).toMatchObject({ phase: "Adopted", state: "Approved" });
    expect(await bench.openReview()).toBeUndefined();
  });

  it("has a review open from before its adoption, should this process end", async () => {
    bench.serviceHas([approved]);
    const adopt = () => Promise.reject(new Error("the process ends"));
    await expect(bench.reviewed("sweep", { ledger: { ...bench.services.ledger, adopt } })).rejects.toThrow(
      "ends",
    );
    expect(await bench.openReview()).toBeDefined();
  });

  it("has what is Pending reviewed", async () => {
    expect(await bench.reviewed()).toMatchObject([{ connection: id.text, phase: "Applied", applied: true }]);
  });

  it("keeps the review open of a connection that waits already", async () => {
    await bench.stored(held);
    expect(await bench.reviewedIds()).toEqual([]);
    expect(await bench.openReview()).not.toHaveProperty("wait");
  });

  it("keeps the review open of a connection whose turn comes too late", async () => {
    bench.serviceHas([shown, { ...approved, id: otherId }]);
    expect(await bench.reviewed("sweep", bench.withLateTurns())).toEqual([]);
    expect(await bench.openReview()).toBeDefined();
  });

  it("may have no connections, or be deleted already", async () => {
    bench.serviceHas([]);
    expect(await bench.reviewed()).toEqual([]);
    expect(await bench.digest()).toMatchObject({ readAt: now.toISOString(), empty: true });
    bench = serviceReviewBench();
    bench.world.service = unknownRead("not-found");
    expect(await bench.reviewed()).toEqual([]);
  });
});

describe("the connections of a service", () => {
  it("are reviewed in a sweep only if they are due", async () => {
    await bench.adopted();
    expect(await bench.reviewed()).toEqual([]);
    expect(await bench.openReview()).toBeUndefined();
    await bench.stored({ ...held, id: otherId });
    bench.serviceHas([approved, other]);
    expect(await bench.reviewedIds("sweep")).toEqual([]);
    expect(await bench.reviewedIds("event")).toEqual([otherId.text]);
  });

  it("are reviewed by their names if they are missing from the list, unless they are gone", async () => {
    await bench.adopted();
    await bench.stored({ phase: "Gone", id: otherId });
    bench.serviceHas([]);
    expect(await bench.reviewedIds()).toEqual([id.text]);
  });

  it("are not missing from an incomplete list, whose readable part is reviewed", async () => {
    await bench.adopted();
    bench.serviceHas([other], false);
    bench.world.connection = knownRead(other);
    expect(await bench.reviewedIds()).toEqual([otherId.text]);
    await bench.services.ledger.save({ ...(await bench.services.ledger.find(otherId))!, ...held });
    expect(await bench.reviewedIds()).toEqual([]);
  });

  it("are reviewed by their names if the service is deleted", async () => {
    await bench.adopted();
    bench.world.service = unknownRead("not-found");
    bench.world.connection = unknownRead("not-found");
    expect(await bench.reviewedIds()).toEqual([id.text]);
    expect(await bench.digest()).toMatchObject({ readAt: now.toISOString(), goneSince: now.toISOString() });
  });
});

describe("a sweep notes that it read a service", () => {
  beforeEach(() => bench.adopted());

  it("with what it judged the approvals by", async () => {
    await bench.reviewed();
    const noted = await bench.digest();
    expect(noted).toMatchObject({ readAt: now.toISOString(), judgedBy: decider.slice(0, 16) });
    expect(noted).not.toHaveProperty("empty");
    expect(noted).not.toHaveProperty("goneSince");
  });

  it("without that, where the policy does not revoke, whatever an earlier one judged", async () => {
    await bench.reviewed("sweep");
    expect(await bench.digest()).toHaveProperty("judgedBy");
    await bench.reviewed("sweep", { policy: () => Promise.resolve(tierPolicy()) });
    expect(await bench.digest()).not.toHaveProperty("judgedBy");
  });

  it.each<[string, "event" | "sweep", () => Partial<ReviewServices>, boolean]>([
    ["after an event", "event", () => ({}), true],
    ["if the list is incomplete", "sweep", () => ({}), false],
    ["if some are left, since their turn comes too late", "sweep", () => bench.withLateTurns(), true],
  ])("but not %s", async (_, cause, more, isComplete) => {
    bench.serviceHas([approved, other], isComplete);
    await bench.stored({ ...held, id: otherId, nextAt: earlier });
    await bench.reviewed(cause, more());
    expect((await bench.digest())?.readAt).toBeUndefined();
  });

  it("and an event that it reviewed all of it, unless some are left", async () => {
    bench.serviceHas([approved, other]);
    const { eventLimiter } = bench.services;
    expect(await bench.reviewed("event", bench.withLateTurns())).toEqual([]);
    expect(eventLimiter.isRead(id.service, new Date(earlier))).toBe(false);
    await bench.reviewed("event");
    expect(eventLimiter.isRead(id.service, new Date(earlier))).toBe(true);
  });
});
