import { beforeEach, describe, expect, it } from "vitest";
import { answer, service, watchBench, type WatchBench } from "../../../../test/addresses/watch-fixture.ts";
import { dayMs, hourMs, minuteMs } from "../../clock.ts";
import { knownRead, unknownRead } from "../../estate/read.ts";
import { BaselineChanged } from "../model/baseline.ts";
import type { Observation } from "../model/observation.ts";
import { observeService } from "../model/observe.ts";
import { reconcileAddresses } from "./reconcile.ts";

let bench: WatchBench;
beforeEach(() => {
  bench = watchBench();
});

const read = (...addresses: string[]) => knownRead(answer(...addresses));
const seen = (...addresses: string[]): Observation =>
  observeService(answer(...addresses), { subscriptionState: undefined, publicIps: new Map() });
const reconcile = (first?: Observation) => reconcileAddresses(bench.services, service, first);
const later = (ms: number) => new Date(bench.now.getTime() + ms).toISOString();
/** A service whose addresses are learned, and the time after it. */
async function begin(): Promise<void> {
  bench.answers = [read("203.0.113.10")];
  await reconcile();
  bench.pass(hourMs);
  bench.reads = 0;
  bench.announced.length = 0;
}

describe("one reconciliation", () => {
  it("learns what it sees first, from one answer", async () => {
    bench.answers = [read("203.0.113.10")];
    expect(await reconcile()).toMatchObject({ settled: true, drifts: 0 });
    expect([bench.reads, bench.announced, await bench.kinds()]).toEqual([1, [service], ["learned"]]);
  });

  it("of what is right reads once, and writes nothing", async () => {
    await begin();
    expect(await reconcile()).toEqual({
      settled: true,
      drifts: 0,
      observation: seen("203.0.113.10"),
      unobserved: "none",
    });
    expect([bench.reads, await bench.kinds()]).toEqual([1, ["learned"]]);
    expect(await reconcile(seen("203.0.113.10"))).toMatchObject({ settled: true });
    expect(bench.reads).toBe(1);
  });

  it("believes a drift once a second answer agrees, and comes back for its reminder", async () => {
    await begin();
    bench.answers = [read("203.0.113.99")];
    const result = await reconcile();
    expect(result).toMatchObject({ settled: true, drifts: 1, recheckAt: later(dayMs) });
    expect([bench.reads, await bench.kinds()]).toEqual([2, ["learned", "drifted"]]);
    // The next one counts the drift that is open.
    bench.pass(minuteMs);
    expect(await reconcile()).toMatchObject({ drifts: 1, recheckAt: later(dayMs - minuteMs) });
  });

  it("believes the answers that agree at last", async () => {
    await begin();
    bench.answers = [read("203.0.113.97"), read("203.0.113.98"), read("203.0.113.99")];
    expect(await reconcile()).toMatchObject({ settled: true, drifts: 1, observation: seen("203.0.113.99") });
    expect(bench.reads).toBe(4);
  });

  it("leaves everything where four answers disagree", async () => {
    await begin();
    bench.answers = ["96", "97", "98", "99"].map((each) => read(`203.0.113.${each}`));
    expect(await reconcile()).toEqual({
      settled: false,
      drifts: 0,
      observation: { kind: "unread", why: "answers disagree" },
      unobserved: "unknown",
    });
    expect([bench.reads, await bench.kinds(), bench.announced]).toEqual([4, ["learned"], []]);
  });

  it.each<[string, Observation, unknown]>([
    ["unread", { kind: "unread", why: "forbidden" }, { why: "forbidden" }],
    ["unsettled", { kind: "unsettled", why: "it is Updating", suspended: false }, { why: "it is Updating" }],
    ["gone", { kind: "gone" }, "none"],
    ["without a location", { kind: "settled", observed: [], circumstances: {} }, { why: expect.any(String) }],
    [
      "without some of its locations",
      {
        kind: "settled",
        circumstances: {},
        placesIncomplete: true,
        observed: [
          {
            kind: "public",
            location: "westeurope",
            seen: { kind: "addresses", addresses: ["203.0.113.10"] },
          },
        ],
      },
      { why: "the answer does not say all locations of the service" },
    ],
    [
      "partial",
      {
        kind: "settled",
        circumstances: {},
        observed: [
          { kind: "public", location: "westeurope", seen: { kind: "unknown", why: "late", expected: false } },
          { kind: "private", location: "westeurope", seen: { kind: "unknown", why: "none", expected: true } },
        ],
      },
      { why: "none", set: { kind: "private", location: "westeurope" } },
    ],
  ])(
    "says of what was never observed, and is %s, what a list of addresses lacks",
    async (_, first, lacking) => {
      bench.answers = [unknownRead("failed")];
      expect((await reconcile(first)).unobserved).toEqual(lacking);
    },
  );

  it("takes a first answer that nobody confirms for a late one", async () => {
    await begin();
    expect(await reconcile(seen("203.0.113.99"))).toMatchObject({
      settled: true,
      drifts: 0,
      observation: seen("203.0.113.10"),
      // The inventory will show something else once it has caught up.
      recheckAt: later(hourMs),
    });
    expect(await bench.kinds()).toEqual(["learned"]);
  });

  it("of a service that cannot be read is not settled, and comes back to report it after a day", async () => {
    await begin();
    bench.answers = [unknownRead("forbidden")];
    expect(await reconcile()).toMatchObject({ settled: false, recheckAt: later(dayMs) });
    bench.pass(dayMs);
    const reported = await reconcile();
    expect(reported.recheckAt).toBeUndefined();
    expect(await bench.kinds()).toEqual(["learned", "unknown"]);
  });

  it("of a service that is gone comes back after a minute, and then daily", async () => {
    await begin();
    bench.answers = [unknownRead("not-found")];
    expect(await reconcile()).toMatchObject({ settled: true, recheckAt: later(minuteMs) });
    bench.pass(minuteMs);
    expect(await reconcile()).toMatchObject({ settled: true, recheckAt: later(dayMs) });
    expect(await bench.kinds()).toEqual(["learned", "gone"]);
  });

  it("comes back after an hour while something is unknown that another answer may have", async () => {
    await begin();
    bench.answers = [knownRead({ ...answer("203.0.113.10"), virtualNetworkType: "Internal" })];
    await reconcile();
    bench.pass(minuteMs);
    const unknown = { ...answer(), virtualNetworkType: "None" };
    bench.answers = [knownRead(unknown)];
    expect(await reconcile()).toMatchObject({ settled: true, recheckAt: later(hourMs) });
    expect((await bench.records()).some(({ unsettled }) => unsettled !== undefined)).toBe(true);
  });
});

describe("two processes that reconcile the same service", () => {
  const conflicts = (times: number) => {
    let left = times;
    bench.beforeRevision = () => {
      if (left-- > 0) throw new BaselineChanged("revised by another");
      return Promise.resolve();
    };
  };

  it("do it again where the other one was first", async () => {
    await begin();
    bench.answers = [read("203.0.113.99")];
    conflicts(4);
    expect(await reconcile()).toMatchObject({ settled: true, drifts: 1 });
    expect(await bench.kinds()).toEqual(["learned", "drifted"]);
  });

  it("give up after five times, and say so", async () => {
    await begin();
    bench.answers = [read("203.0.113.99")];
    conflicts(5);
    await expect(reconcile()).rejects.toThrow(BaselineChanged);
  });

  it("hide no other error", async () => {
    await begin();
    bench.answers = [read("203.0.113.99")];
    bench.beforeRevision = () => Promise.reject(new Error("the table is away"));
    await expect(reconcile()).rejects.toThrow("the table is away");
  });
});
