import { atPlaces } from "../../test/simulation/faults.ts";
import { eachOnce, none } from "../../test/simulation/events.ts";
import { usual, type Options, type Running } from "../../test/simulation/run.ts";
import { endpointId, landingZone } from "../../test/simulation/world.ts";

/** As Azure was recorded: an approval takes about three minutes. */
export const operationMs = 175_000;
const minuteMs = 60_000;
const hourMs = 60 * minuteMs;
/** Enough never to bind: what is measured is Azure's pace and ours, and no ceiling. */
const unlimited = 1_000_000;

/** One way of measuring: so many requests at one service, all at once. */
export interface Case {
  readonly requests: number;
  /** Whether events tell of what changes; without them, sweeps alone find it. */
  readonly events: boolean;
  readonly processes: number;
}

/** A tidy world for one case: nothing fails, nobody else acts, and every operation takes as long as the others. */
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
    ceilings: { approvalsPerHour: unlimited, requestsPerHour: unlimited },
    placesMax: Infinity,
    forMs: minuteMs,
    // Far longer than it should take, so that a slow run is measured and not cut off.
    calmMs: hourMs + 3 * requests * operationMs,
  };
}

/** Every request is there from the beginning, of an endpoint that the policy approves. */
function askAtOnce(requests: number) {
  return ({ sim, world }: Running): void => {
    const [service] = [...world.services.values()];
    if (service === undefined) throw new Error("a world without services");
    sim.time.at(sim.time.now(), () => {
      for (let index = 0; index < requests; index++) {
        const id = endpointId(landingZone, `pe-${index}`);
        const endpoint = { id, etag: 1, subnet: "snet-endpoints", readable: "yes" } as const;
        world.ask(service, endpoint, `pe-${index}.1`, "Pending");
      }
    });
  };
}
