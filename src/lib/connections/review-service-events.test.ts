import { beforeEach, describe, expect, it } from "vitest";
import { earlier } from "../../../test/connections/records.ts";
import { service } from "../../../test/connections/review-fixture.ts";
import { serviceReviewFixture, type ServiceReviewFixture } from "../../../test/connections/service-review.ts";
import { knownRead, unknownRead, type Read } from "../estate/read.ts";
import type { Service } from "./azure-connections.ts";

/** Tests of which events cause a review of their service. */

let fixture: ServiceReviewFixture;
beforeEach(() => {
  fixture = serviceReviewFixture();
});

describe("an event", () => {
  beforeEach(() => fixture.adopted());

  it.each(["event", "http"] as const)(
    "is answered by a read of the whole service that began since: by another %s",
    async (cause) => {
      await fixture.reviewed(cause);
      fixture.takeReads();
      expect(await fixture.reviewed("event", {}, new Date(earlier))).toEqual([]);
      expect(fixture.takeReads()).toBe(0);
    },
  );

  it("is not answered by a sweep, which leaves out what is not due", async () => {
    await fixture.reviewed("sweep");
    fixture.takeReads();
    await fixture.reviewed("event", {}, new Date(earlier));
    expect(fixture.takeReads()).toBe(1);
  });

  it("is left to the next sweep after twenty within a minute", async () => {
    for (let count = 0; count < 20; count++) await fixture.reviewed("event");
    fixture.takeReads();
    expect(await fixture.reviewed("event")).toEqual([]);
    expect(fixture.takeReads()).toBe(0);
    await fixture.reviewed("sweep");
    expect(fixture.takeReads()).toBe(1);
  });
});

describe("an event about a service that was never read", () => {
  const miss = (times: number) => {
    for (let count = 0; count < times; count++) fixture.services.unknownNameLimiter.missed();
  };

  it("is left to the next sweep while many events name what does not exist", async () => {
    miss(20);
    expect(await fixture.reviewed("event")).toEqual([]);
    expect(fixture.takeReads()).toBe(0);
  });

  it("is admitted all the same, if the service was read before", async () => {
    await fixture.adopted();
    miss(20);
    await fixture.reviewed("event");
    expect(fixture.takeReads()).toBe(1);
  });

  it.each<[string, "event" | "sweep", Read<Service>, boolean]>([
    ["an event named what does not exist", "event", unknownRead("not-found"), true],
    ["a sweep found what does not exist", "sweep", unknownRead("not-found"), false],
    ["an event named what cannot be read", "event", unknownRead("forbidden"), false],
    ["an event named what exists", "event", knownRead(service), false],
  ])("counts towards them where %s: %s", async (_, cause, read, isCounted) => {
    miss(19);
    fixture.world.service = read;
    await fixture.reviewed(cause);
    expect(fixture.services.unknownNameLimiter.isFull()).toBe(isCounted);
  });
});
