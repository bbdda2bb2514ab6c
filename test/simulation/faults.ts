/** What may happen at a call. `-after` means after the call had its effect. */
const faultKinds = [
  "crash",
  "crash-after",
  "reset",
  "reset-after",
  "time-out",
  "time-out-after",
  "throttled",
  "failed",
  "stale",
  "duplicate",
  "pause",
] as const;

export type Fault = (typeof faultKinds)[number];

/** A call of the app that leaves it. */
export interface Place {
  /** What is called: an HTTP method, or an operation of the table, a queue, a sink or the archive. */
  readonly place: string;
  readonly invocation: number;
  /** Whether the place has an old answer to give. */
  readonly canBeStale: boolean;
  /** Whether the call changes anything when it arrives a second time at once. */
  readonly repeatHasEffect: boolean;
}

const reads = ["table read", "table list", "GET", "POST"];

/** The faults that do something at a place. A read has no effect that could precede a fault or happen twice. */
export function possibleFaults({ place, canBeStale }: Place): readonly Fault[] {
  const without: Fault[] = canBeStale ? [] : ["stale"];
  if (reads.includes(place)) without.push("crash-after", "reset-after", "time-out-after", "duplicate");
  return faultKinds.filter((kind) => !without.includes(kind));
}

/**
 * The faults at one of these places that the app can tell apart. The others lead to the same state as one that is
 * tried, so trying them too would show nothing more; `npm run soak -- --faults all` tries them all.
 *
 * - A read fails in the same way whether the answer was a 500 or none at all.
 * - Storage, queues, sinks and the archive throw the same for every failure. A reset and a time-out differ only in ten
 *   seconds, so places take turns at them; a pause of 90 seconds is tried at every place.
 * - A crash leaves behind what was written before it and the messages of the invocations that it ends. Neither changes
 *   between two writes, so a crash is tried after every write, and before the first call of every invocation.
 * - A duplicate of a write that needs a row to be as it was read, or to be missing, changes nothing: the table refuses
 *   it. So it is with a removal: the row is gone.
 */
export function distinctFaults(places: readonly Place[], index: number): readonly Fault[] {
  const place = places[index];
  if (place === undefined) return [];
  const alike: Fault[] = place.repeatHasEffect ? [] : ["duplicate"];
  if (reads.includes(place.place)) alike.push("failed");
  if (!["GET", "POST", "PUT"].includes(place.place)) {
    const isEven = index % 2 === 0;
    alike.push("throttled", "failed", ...(isEven ? resets : timeOuts));
  }
  if (places.findIndex(({ invocation }) => invocation === place.invocation) < index) alike.push("crash");
  return possibleFaults(place).filter((kind) => !alike.includes(kind));
}

/**
 * The distinct faults that `npm test` tries at one of these places: all of them where the app writes to Azure, and one
 * elsewhere, at which the places of a kind take turns. The nightly run tries every fault at every place.
 */
export function faultsInTurn(places: readonly Place[], index: number): readonly Fault[] {
  const distinct = distinctFaults(places, index);
  const kind = places[index]?.place;
  if (kind === "PUT") return distinct;
  const turn = places.slice(0, index).filter(({ place }) => place === kind).length % distinct.length;
  return distinct.slice(turn, turn + 1);
}

const resets: readonly Fault[] = ["reset", "reset-after"];
const timeOuts: readonly Fault[] = ["time-out", "time-out-after"];

/** The probability of each fault at a call. */
export type Probabilities = Readonly<Record<Fault, number>>;

export interface Faults {
  /** The fault at the next call, if any. */
  draw(place: Place): Fault | undefined;
  /** Ends all faults, until they are resumed. */
  disable(): void;
  enable(): void;
}

const usual: Probabilities = {
  crash: 0.004,
  "crash-after": 0.004,
  reset: 0.01,
  "reset-after": 0.01,
  "time-out": 0.006,
  "time-out-after": 0.006,
  throttled: 0.01,
  failed: 0.01,
  stale: 0.02,
  duplicate: 0.01,
  pause: 0.004,
};

/** Faults by chance, `times` as likely as usual, except those with a probability in `but`. */
export function byChance(chance: () => number, times: number, but: Partial<Probabilities> = {}): Faults {
  let on = true;
  const likely = faultKinds.map((kind) => [kind, but[kind] ?? usual[kind] * times] as const);
  return {
    draw: () => {
      let drawn = chance();
      if (!on) return undefined;
      for (const [kind, probability] of likely) {
        if (drawn < probability) return kind;
        drawn -= probability;
      }
      return undefined;
    },
    disable: () => {
      on = false;
    },
    enable: () => {
      on = true;
    },
  };
}

/** Faults at the places of these numbers; records all places. */
export function atPlaces(
  planned: ReadonlyMap<number, Fault>,
): Faults & { readonly places: readonly Place[] } {
  const places: Place[] = [];
  let on = true;
  return {
    places,
    draw: (place) => {
      if (!on) return undefined;
      places.push(place);
      return planned.get(places.length - 1);
    },
    disable: () => {
      on = false;
    },
    enable: () => {
      on = true;
    },
  };
}
