import { beforeEach, describe, expect, it } from "vitest";
import { id, now } from "../../../../test/connections/records.ts";
import {
  otherId,
  reviewFixture,
  service,
  shown,
  type ReviewFixture,
} from "../../../../test/connections/review-fixture.ts";
import { knownRead, unknownRead } from "../../estate/read.ts";
import { adopt } from "./adopt.ts";

let fixture: ReviewFixture;
beforeEach(() => {
  fixture = reviewFixture();
});

const approved = { ...shown, id: otherId, state: "Approved" };
const rejected = { ...approved, id: { ...id, text: `${id.text}-3` }, state: "Rejected" };
const adopted = (...connections: readonly (typeof shown)[]) =>
  adopt(fixture.services, { ...service, connections: knownRead(connections) });

describe("a service that is read first", () => {
  it("has its connections recorded as they are, except those that are Pending", async () => {
    expect(await adopted(shown, approved, rejected)).toBe(true);
    const { items } = await fixture.services.ledger.connections({ service: id.service }, { top: 10 });
    expect(items.map(({ phase, state }) => `${phase} ${state}`).toSorted()).toEqual([
      "Adopted Approved",
      "Adopted Rejected",
    ]);
    expect((await fixture.services.ledger.head(id.service)).adoptedAt).toBe(now.toISOString());
  });

  it("is explained by nothing that a sweep saw before", async () => {
    await fixture.services.digests.add([{ id: id.service, seen: "explained" }]);
    await adopted(approved);
    expect([...(await fixture.services.digests.all()).values()]).toEqual([
      { seen: "", doubts: 1, adoptedAt: now.toISOString() },
    ]);
  });

  it.each([
    ["the Approved ones", [shown, approved], 0, "1 connection is Approved already"],
    ["others", [approved, rejected], 1, "1 connection is Approved already and 1 is in another state"],
  ])("has one alert, about %s", async (_, connections, others, text) => {
    await adopted(...connections);
    const reason = `Drawbridge sees this service for the first time. ${text}; what was decided before is left as it is`;
    expect(await fixture.alertData()).toMatchObject([
      { approved: 1, others, publicNetworkAccess: "Disabled", reason },
    ]);
  });

  it("has an alert without what is unknown of it", async () => {
    const publicNetworkAccess = unknownRead("not-in-answer");
    await adopt(fixture.services, { ...service, publicNetworkAccess, connections: knownRead([approved]) });
    const [data] = await fixture.alertData();
    expect(data).not.toHaveProperty("publicNetworkAccess");
  });

  it("is not adopted while its connections are unknown", async () => {
    const connections = unknownRead("incomplete-list");
    expect(await adopt(fixture.services, { ...service, connections })).toBe(false);
    expect((await fixture.services.ledger.head(id.service)).adoptedAt).toBeUndefined();
    expect(await fixture.alertData()).toEqual([]);
  });
});
