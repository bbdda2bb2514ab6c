import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { acknowledge } from "../../src/lib/addresses/acknowledge.ts";
import type { ServiceAnswer } from "../../src/lib/addresses/azure-addresses.ts";
import { observeService } from "../../src/lib/addresses/model/observe.ts";
import { assessDrift } from "../../src/lib/addresses/watch/assess-drift.ts";
import { memoryRows } from "../../src/lib/state/memory-rows.ts";
import { rowsAddressDigests } from "../../src/lib/state/address-digests.ts";
import { rowsBaselines } from "../../src/lib/state/baselines.ts";
import { answer as answerOf, place, resource, watching, type Incomplete } from "./address-watching.ts";
import { runs } from "../property-runs.ts";

/** Properties of baselines and alerts that hold for any sequence of answers (I11). */
const addresses = fc.uniqueArray(
  fc.integer({ min: 1, max: 9 }).map((last) => `203.0.113.${last}`),
  { minLength: 1, maxLength: 3 },
);
const unknown: fc.Arbitrary<Incomplete<ServiceAnswer>> = fc.constantFrom(
  { provisioningState: "Updating" },
  { provisioningState: "Activating" },
  { provisioningState: "Terminating" },
  { targetProvisioningState: "Succeeded", provisioningState: "Failed" },
  { places: [place({ publicAddresses: [] })] },
  { places: [place({ publicAddresses: ["137.XXX.11.74"] })] },
  { places: [place()] },
  { sku: undefined },
  { places: [], placesIncomplete: true },
);

function answer(publicAddresses: readonly string[], more: Incomplete<ServiceAnswer> = {}): ServiceAnswer {
  return answerOf({ places: [place({ publicAddresses })], ...more });
}

const silent = {
  announce: () => Promise.resolve(),
  note: () => {},
  announceNoted: () => Promise.resolve(),
  enqueueLeftovers: () => Promise.resolve(),
  enqueue: () => {},
  drainQueue: () => [],
};

describe("for any sequence of answers", () => {
  it("a permutation of the addresses is not a drift", () => {
    fc.assert(
      fc.property(addresses, fc.array(fc.nat(), { maxLength: 5 }), (first, turns) => {
        const { see, raisedAlerts, record } = watching();
        see(answer(first));
        for (const by of turns)
          see(answer(first.map((_, index) => first[(index + by) % first.length] ?? "").toReversed()));
        expect(raisedAlerts()).toEqual([]);
        expect(record()?.drift).toBeUndefined();
      }),
      runs,
    );
  });

  it("a drift that returns raises one alert and one restoration, whatever is unknown in between", () => {
    fc.assert(
      fc.property(addresses, addresses, fc.array(unknown, { maxLength: 4 }), (first, other, between) => {
        fc.pre([...first].toSorted().join() !== [...other].toSorted().join());
        const { see, raisedAlerts } = watching();
        see(answer(first));
        for (const each of [answer(other), ...between.map((more) => answer(other, more)), answer(first)])
          see(each);
        expect(raisedAlerts()).toEqual(["AddressDrifted", "AddressRestored"]);
      }),
      runs,
    );
  });

  it("neither unknown nor known addresses change a baseline", () => {
    fc.assert(
      fc.property(
        addresses,
        fc.array(fc.tuple(addresses, fc.option(unknown, { nil: {} })), { maxLength: 8 }),
        (first, then) => {
          const { see, record } = watching();
          see(answer(first));
          const right = record()?.baseline;
          for (const [each, more] of then) see(answer(each, more));
          expect(record()?.baseline).toEqual(right);
        },
      ),
      runs,
    );
  });

  it("a set is learned only from an answer that has all of it", () => {
    fc.assert(
      fc.property(fc.array(fc.tuple(addresses, unknown), { maxLength: 5 }), addresses, (unknowns, first) => {
        const { see, record, raisedAlerts } = watching();
        for (const [each, more] of unknowns) see(answer(each, more));
        expect(record()?.baseline).toBeUndefined();
        see(answer(first));
        expect(record()?.baseline).toEqual([...first].toSorted());
        expect(raisedAlerts()).toEqual([]);
      }),
      runs,
    );
  });

  it("each distinct change is reported once a day, however often it occurs", () => {
    fc.assert(
      fc.property(addresses, fc.array(addresses, { maxLength: 20 }), (first, then) => {
        const { see, raisedAlerts, record } = watching();
        see(answer(first));
        for (const each of then) see(answer(each));
        const others = new Set(then.map((each) => each.toSorted().join()));
        others.delete((record()?.baseline ?? []).join());
        expect(raisedAlerts().filter((type) => type === "AddressDrifted")).toHaveLength(others.size);
      }),
      runs,
    );
  });
});

describe("an acknowledgement", () => {
  it("is idempotent", async () => {
    await fc.assert(
      fc.asyncProperty(addresses, addresses, fc.integer({ min: 1, max: 4 }), async (first, other, times) => {
        fc.pre([...first].toSorted().join() !== [...other].toSorted().join());
        const rows = memoryRows();
        const raised: unknown[] = [];
        const baselines = rowsBaselines(rows, () => []);
        const clock = { now: () => new Date("2026-01-01T00:00:00Z") };
        const services = {
          baselines: {
            ...baselines,
            revise: async (...[id, revision]: Parameters<typeof baselines.revise>) => {
              raised.push(...revision.alerts);
              await baselines.revise(id, revision);
            },
          },
          clock,
          declared: new Map(),
          digests: rowsAddressDigests(rows),
          alerts: silent,
        };
        for (const each of [first, other]) await observed(services.baselines, each);
        raised.length = 0;
        const asked = { resource, addresses: [...other].toSorted(), by: "ana", reason: "planned" };
        const outcomes = [];
        for (let time = 0; time < times; time++) outcomes.push((await acknowledge(services, asked)).kind);
        expect(outcomes).toEqual(["acknowledged", ...Array.from({ length: times - 1 }, () => "unchanged")]);
        expect(raised).toHaveLength(1);
        const { items } = await baselines.history(resource, { top: 100 });
        expect(items.filter(({ kind }) => kind === "acknowledged")).toHaveLength(1);
      }),
      { ...runs, numRuns: 200 },
    );
  });
});

async function observed(
  baselines: ReturnType<typeof rowsBaselines>,
  publicAddresses: readonly string[],
): Promise<void> {
  const observation = observeService(answer(publicAddresses), {
    subscriptionState: undefined,
    publicIps: new Map(),
  });
  const now = new Date("2026-01-01T00:00:00Z");
  const weighed = assessDrift(await baselines.read(resource), observation, {
    resource,
    declared: new Map(),
    now,
  });
  if (weighed !== undefined) await baselines.revise(resource, weighed.revision);
}
