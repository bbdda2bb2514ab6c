import { beforeEach, describe, expect, it } from "vitest";
import { answer, service, watchFixture, type WatchFixture } from "../../../test/addresses/watch-fixture.ts";
import { minuteMs } from "../clock.ts";
import { knownRead } from "../estate/read.ts";
import { acknowledge, type Acknowledgement } from "./acknowledge.ts";
import { BaselineChanged } from "./model/baseline.ts";
import { reconcileAddresses } from "./watch/reconcile.ts";

let fixture: WatchFixture;
beforeEach(async () => {
  fixture = watchFixture();
  await see("203.0.113.10");
  await see("203.0.113.99");
  fixture.pass(minuteMs);
});
const see = (...addresses: string[]) => {
  fixture.answers = [knownRead(answer(...addresses))];
  return reconcileAddresses(fixture.services, service);
};
const say = (more: Partial<Acknowledgement> = {}) =>
  acknowledge(fixture.services, {
    resource: service,
    addresses: ["203.0.113.99"],
    by: "ana",
    reason: "planned",
    ...more,
  });
const publicRecord = async () => (await fixture.records()).find(({ kind }) => kind === "public");
const lastChange = async () => {
  const { items } = await fixture.services.baselines.history(service, { top: 100 });
  return items.at(-1);
};

describe("a person who says that the addresses are right", () => {
  it("makes them the baseline, under their name", async () => {
    fixture.announced.length = 0;
    expect(await say({ objectId: "0b" })).toMatchObject({
      kind: "acknowledged",
      records: [{ kind: "public" }],
    });
    const record = await publicRecord();
    expect(record).toMatchObject({
      baseline: ["203.0.113.99"],
      baselineAt: fixture.now.toISOString(),
      origin: { kind: "acknowledged", by: "ana", objectId: "0b", reason: "planned" },
      lastReported: "right",
    });
    for (const gone of ["drift", "reportedDrifts", "neverObserved"]) expect(record).not.toHaveProperty(gone);
    expect(await lastChange()).toMatchObject({
      kind: "acknowledged",
      actor: "ana",
      actorObjectId: "0b",
      reason: "planned",
      addresses: [
        {
          kind: "public",
          location: "westeurope",
          added: ["203.0.113.99"],
          removed: ["203.0.113.10"],
          addresses: ["203.0.113.99"],
        },
      ],
    });
    expect(fixture.announced).toEqual([service]);
  });

  it("needs no object id of a token", async () => {
    await say();
    expect((await publicRecord())?.origin).toEqual({ kind: "acknowledged", by: "ana", reason: "planned" });
    expect(await lastChange()).not.toHaveProperty("actorObjectId");
  });

  it("has the next check compare them again, whatever becomes of it", async () => {
    await fixture.services.digests.save([{ resource: service, digest: { hash: "h" } }]);
    await say({ addresses: ["203.0.113.1"] });
    expect((await fixture.services.digests.find(service))?.hash).toBe("");
  });

  it("may say so again", async () => {
    await say();
    expect(await say()).toEqual({ kind: "unchanged" });
    expect(await say({ addresses: ["203.0.113.10"] })).toMatchObject({ kind: "mismatch" });
  });

  it("is told where they are others", async () => {
    expect(await say({ addresses: ["203.0.113.98"] })).toMatchObject({
      kind: "mismatch",
      records: [{ current: ["203.0.113.99"] }],
    });
  });

  it("is told where nothing is watched: another kind, another place, one that the service left", async () => {
    expect(await say({ kind: "public", location: "westeurope", addresses: [] })).toMatchObject({
      kind: "mismatch",
    });
    expect(await say({ location: "eastus" })).toEqual({ kind: "not watched" });
    const moved = {
      ...answer("203.0.113.99"),
      places: [{ ...answer("203.0.113.1").places[0], location: "eastus" }],
    };
    fixture.answers = [knownRead(moved as ReturnType<typeof answer>)];
    await reconcileAddresses(fixture.services, service);
    expect(await say({ location: "westeurope" })).toEqual({ kind: "not watched" });
  });
});

describe("two processes that acknowledge at once", () => {
  const conflicts = (times: number) => {
    let left = times;
    fixture.beforeRevision = () =>
      left-- > 0 ? Promise.reject(new BaselineChanged("revised by another")) : Promise.resolve();
  };

  it("do it again where the other one was first, five times at most", async () => {
    conflicts(4);
    expect(await say()).toMatchObject({ kind: "acknowledged" });
    await see("203.0.113.98");
    conflicts(5);
    await expect(say({ addresses: ["203.0.113.98"] })).rejects.toThrow(BaselineChanged);
  });

  it("hide no other error", async () => {
    fixture.beforeRevision = () => Promise.reject(new Error("the table is away"));
    await expect(say()).rejects.toThrow("the table is away");
  });
});
