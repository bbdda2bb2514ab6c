import { beforeEach, expect, it } from "vitest";
import { answer, service, watchBench, type WatchBench } from "../../../../test/addresses/watch-fixture.ts";
import { knownRead } from "../../estate/read.ts";
import { BaselineChanged } from "../model/baseline.ts";
import { reconcileAddresses } from "./reconcile.ts";
import { stopWatching } from "./stop-watching.ts";

let bench: WatchBench;
beforeEach(async () => {
  bench = watchBench();
  await bench.services.digests.save([{ resource: service, digest: { hash: "h" } }]);
});
const learn = (...addresses: string[]) => {
  bench.answers = [knownRead(answer(...addresses))];
  return reconcileAddresses(bench.services, service);
};
const digest = () => bench.services.digests.find(service);

it("keeps the baselines of a service that is not governed any more, without its drift", async () => {
  await learn("203.0.113.10");
  await learn("203.0.113.99");
  await stopWatching(bench.services, service);
  const at = bench.now.toISOString();
  const record = (await bench.records()).find(({ kind }) => kind === "public");
  expect(record).toMatchObject({ baseline: ["203.0.113.10"], leftAt: at });
  expect(record).not.toHaveProperty("drift");
  expect(await bench.kinds()).toEqual(["learned", "drifted", "left"]);
  expect(await digest()).toBeUndefined();
  bench.pass(1);
  await stopWatching(bench.services, service);
  expect(await bench.kinds()).toEqual(["learned", "drifted", "left"]);
});

it("forgets a service of which nothing was learned", async () => {
  await stopWatching(bench.services, service);
  expect([await digest(), await bench.kinds()]).toEqual([undefined, []]);
});

it("leaves a service that another process revises to the next check", async () => {
  await learn("203.0.113.10");
  bench.beforeRevision = () => Promise.reject(new BaselineChanged("revised by another"));
  await stopWatching(bench.services, service);
  expect(await digest()).toBeDefined();
  bench.beforeRevision = () => Promise.reject(new Error("the table is away"));
  await expect(stopWatching(bench.services, service)).rejects.toThrow("the table is away");
});
