import { hourMs, minuteMs } from "../../src/lib/clock.ts";
import { atPlaces } from "../../test/simulation/faults.ts";
import { eachOnce, none } from "../../test/simulation/events.ts";
import { usual, type Options, type Running } from "../../test/simulation/run.ts";
import { endpointId, landingZone } from "../../test/simulation/world.ts";

/** The recorded duration of an approval on Azure. */
export const operationMs = 175_000;
/** High enough never to take effect: the benchmark measures Azure's speed and ours, not a limit. */
const unlimited = 1_000_000;

/** One measurement: a number of simultaneous requests at one service. */
export interface Case {
  readonly requests: number;
  /** Whether events arrive; without them, only sweeps find requests. */
  readonly events: boolean;
  readonly processes: number;
}

/** A world for one case: no faults, no other actors, and operations of equal duration. */
export function worldFor({ requests, events, processes }: Case): Options {
  return {
    ...usual,
    services: 1,
    processes,
    act: askAtOnce(requests),
    timers: ["sweepConnections"],
    readdressed: 0,
    untidy: 0,
    inventoryLagMs: 0,
    operations: [operationMs],
    faults: () => atPlaces(new Map()),
    ways: events ? eachOnce : none,
    rateLimits: { approvalsPerHour: unlimited, requestsPerHour: unlimited, revocationsPerRun: 5 },
    placesMax: Infinity,
    forMs: minuteMs,
    // Far longer than it should take, so that a slow run is measured instead of cut off.
    recoveryMs: hourMs + 3 * requests * operationMs,
  };
}

/** Creates every request at the start, from endpoints that the policy approves. */
function askAtOnce(requests: number) {
  return ({ sim, world }: Running): void => {
    const [service] = [...world.services.values()];
    if (service === undefined) throw new Error("the world has no service");
    sim.time.at(sim.time.now(), () => {
      for (let index = 0; index < requests; index++) {
        const id = endpointId(landingZone, `pe-${index}`);
        const endpoint = { id, etag: 1, subnet: "snet-endpoints", readable: "yes" } as const;
        world.ask(service, endpoint, `pe-${index}.1`, "Pending");
      }
    });
  };
}
