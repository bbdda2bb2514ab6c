import { seeded } from "../../simulator/random.ts";

/** A generator for each kind of chance, so that more of one does not change the others. */
export function streamsOf(seed: number) {
  const stream = (index: number) => seeded(seed * 31 + index * 1_000_003);
  return {
    faults: stream(0),
    actors: stream(1),
    events: stream(2),
    platform: stream(3),
    azure: stream(4),
    lag: stream(5),
    redeploys: stream(6),
    hidden: stream(7),
    addresses: stream(8),
    untidiness: stream(9),
    operators: stream(10),
  };
}

export type Streams = ReturnType<typeof streamsOf>;
