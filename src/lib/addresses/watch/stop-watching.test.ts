import { beforeEach, expect, it } from "vitest";
import {
  answer,
  service,
  watchFixture,
  type WatchFixture,
} from "../../../../test/addresses/watch-fixture.ts";
import { knownRead } from "../../estate/read.ts";
import { BaselineChanged } from "../model/baseline.ts";
import { reconcileAddresses } from "./reconcile.ts";
import { stopWatching } from "./stop-watching.ts";

let fixture: WatchFixture;
beforeEach(async () => {
  fixture = watchFixture();
  await fixture.services.digests.save([{ resource: service, digest: { hash: "h" } }]);
});
const learn = (...addresses: string[]) => {
  fixture.answers = [knownRead(answer(...addresses))];
  return reconcileAddresses(fixture.services, service);
};
const digest = () => fixture.services.digests.find(service);

it("keeps the baselines of a service that is not governed any more, without its drift", async () => {
  await learn("203.0.113.10");
  await learn("203.0.113.99");
  await stopWatching(fixture.services, service);
  const at = fixture.now.toISOString();
  const record = (await fixture.records()).find(({ kind }) => kind === "public");
  expect(record).toMatchObject({ baseline: ["203.0.113.10"], leftAt: at });
  expect(record).not.toHaveProperty("drift");
  expect(await fixture.kinds()).toEqual(["learned", "drifted", "left"]);
  expect(await digest()).toBeUndefined();
  fixture.pass(1);
  await stopWatching(fixture.services, service);
  expect(await fixture.kinds()).toEqual(["learned", "drifted", "left"]);
});

it("forgets a service of which nothing was learned", async () => {
  await stopWatching(fixture.services, service);
  expect([await digest(), await fixture.kinds()]).toEqual([undefined, []]);
});

it("leaves a service that another process revises to the next check", async () => {
  await learn("203.0.113.10");
  fixture.beforeRevision = () => Promise.reject(new BaselineChanged("revised by another"));
  await stopWatching(fixture.services, service);
  expect(await digest()).toBeDefined();
  fixture.beforeRevision = () => Promise.reject(new Error("the table is away"));
  await expect(stopWatching(fixture.services, service)).rejects.toThrow("the table is away");
});
