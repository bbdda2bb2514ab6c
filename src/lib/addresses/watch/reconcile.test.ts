import { beforeEach, describe, expect, it } from "vitest";
import {
  answer,
  service,
  watchFixture,
  type WatchFixture,
} from "../../../../test/addresses/watch-fixture.ts";
import { dayMs, hourMs, minuteMs } from "../../clock.ts";
import { knownRead, unknownRead } from "../../estate/read.ts";
import { BaselineChanged } from "../model/baseline.ts";
import type { Observation } from "../model/observation.ts";
import { observeService } from "../model/observe.ts";
import { reconcileAddresses } from "./reconcile.ts";

let fixture: WatchFixture;
beforeEach(() => {
  fixture = watchFixture();
});

const read = (...addresses: string[]) => knownRead(answer(...addresses));
const seen = (...addresses: string[]): Observation =>
  observeService(answer(...addresses), { subscriptionState: undefined, publicIps: new Map() });
const reconcile = (first?: Observation) => reconcileAddresses(fixture.services, service, first);
const later = (ms: number) => new Date(fixture.now.getTime() + ms).toISOString();
/** A service whose addresses are learned, and the time after it. */
async function begin(): Promise<void> {
  fixture.answers = [read("203.0.113.10")];
  await reconcile();
  fixture.pass(hourMs);
  fixture.reads = 0;
  fixture.announced.length = 0;
}

describe("one reconciliation", () => {
  it("learns what it sees first, from one answer", async () => {
    fixture.answers = [read("203.0.113.10")];
    expect(await reconcile()).toMatchObject({ settled: true, drifts: 0 });
    expect([fixture.reads, fixture.announced, await fixture.kinds()]).toEqual([1, [service], ["learned"]]);
  });

  it("of what is right reads once, and writes nothing", async () => {
    await begin();
    expect(await reconcile()).toEqual({
      settled: true,
      drifts: 0,
      observation: seen("203.0.113.10"),
      unobserved: "none",
    });
    expect([fixture.reads, await fixture.kinds()]).toEqual([1, ["learned"]]);
    expect(await reconcile(seen("203.0.113.10"))).toMatchObject({ settled: true });
    expect(fixture.reads).toBe(1);
  });

  it("believes a drift once a second answer agrees, and comes back for its reminder", async () => {
    await begin();
    fixture.answers = [read("203.0.113.99")];
    const result = await reconcile();
    expect(result).toMatchObject({ settled: true, drifts: 1, recheckAt: later(dayMs) });
    expect([fixture.reads, await fixture.kinds()]).toEqual([2, ["learned", "drifted"]]);
    // The next one counts the drift that is open.
    fixture.pass(minuteMs);
    expect(await reconcile()).toMatchObject({ drifts: 1, recheckAt: later(dayMs - minuteMs) });
  });

  it("believes the answers that agree at last", async () => {
    await begin();
    fixture.answers = [read("203.0.113.97"), read("203.0.113.98"), read("203.0.113.99")];
    expect(await reconcile()).toMatchObject({ settled: true, drifts: 1, observation: seen("203.0.113.99") });
    expect(fixture.reads).toBe(4);
  });

  it("leaves everything where four answers disagree", async () => {
    await begin();
    fixture.answers = ["96", "97", "98", "99"].map((each) => read(`203.0.113.${each}`));
    expect(await reconcile()).toEqual({
      settled: false,
      drifts: 0,
      observation: { kind: "unread", why: "answers disagree" },
      unobserved: "unknown",
    });
    expect([fixture.reads, await fixture.kinds(), fixture.announced]).toEqual([4, ["learned"], []]);
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
      fixture.answers = [unknownRead("failed")];
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
    expect(await fixture.kinds()).toEqual(["learned"]);
  });

  it("of a service that cannot be read is not settled, and comes back to report it after a day", async () => {
    await begin();
    fixture.answers = [unknownRead("forbidden")];
    expect(await reconcile()).toMatchObject({ settled: false, recheckAt: later(dayMs) });
    fixture.pass(dayMs);
    const reported = await reconcile();
    expect(reported.recheckAt).toBeUndefined();
    expect(await fixture.kinds()).toEqual(["learned", "unknown"]);
  });

  it("of a service that is gone comes back after a minute, and then daily", async () => {
    await begin();
    fixture.answers = [unknownRead("not-found")];
    expect(await reconcile()).toMatchObject({ settled: true, recheckAt: later(minuteMs) });
    fixture.pass(minuteMs);
    expect(await reconcile()).toMatchObject({ settled: true, recheckAt: later(dayMs) });
    expect(await fixture.kinds()).toEqual(["learned", "gone"]);
  });

  it("comes back after an hour while something is unknown that another answer may have", async () => {
    await begin();
    fixture.answers = [knownRead({ ...answer("203.0.113.10"), virtualNetworkType: "Internal" })];
    await reconcile();
    fixture.pass(minuteMs);
    const unknown = { ...answer(), virtualNetworkType: "None" };
    fixture.answers = [knownRead(unknown)];
    expect(await reconcile()).toMatchObject({ settled: true, recheckAt: later(hourMs) });
    expect((await fixture.records()).some(({ unsettled }) => unsettled !== undefined)).toBe(true);
  });
});

describe("two processes that reconcile the same service", () => {
  const conflicts = (times: number) => {
    let left = times;
    fixture.beforeRevision = () => {
      if (left-- > 0) throw new BaselineChanged("revised by another");
      return Promise.resolve();
    };
  };

  it("do it again where the other one was first", async () => {
    await begin();
    fixture.answers = [read("203.0.113.99")];
    conflicts(4);
    expect(await reconcile()).toMatchObject({ settled: true, drifts: 1 });
    expect(await fixture.kinds()).toEqual(["learned", "drifted"]);
  });

  it("give up after five times, and say so", async () => {
    await begin();
    fixture.answers = [read("203.0.113.99")];
    conflicts(5);
    await expect(reconcile()).rejects.toThrow(BaselineChanged);
  });

  it("hide no other error", async () => {
    await begin();
    fixture.answers = [read("203.0.113.99")];
    fixture.beforeRevision = () => Promise.reject(new Error("the table is away"));
    await expect(reconcile()).rejects.toThrow("the table is away");
  });
});
