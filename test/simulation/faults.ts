/** What may happen at a place where the app waits for something else. `-after` means: after it had its effect. */
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

/** What is only read. */
const reads = ["table read", "table list", "GET", "POST"];

/**
 * The faults that the app can tell apart at a place: to strike with both of two that come to the same shows nothing more.
 * A read has no effect that could come before a fault, or twice, and fails in the same way whether it was answered 500 or
 * not at all. Storage throws the same for every failure, and has no old answers.
 */
export function distinctFaults(place: string): readonly Fault[] {
  const alike: Fault[] = [];
  if (reads.includes(place))
    alike.push("crash-after", "reset-after", "time-out-after", "duplicate", "failed");
  if (place.startsWith("table")) alike.push("throttled", "failed", "stale");
  return faultKinds.filter((kind) => !alike.includes(kind));
}

/** How often each happens, of all the times that the app waits. */
export type Probabilities = Readonly<Record<Fault, number>>;

export interface Faults {
  /** What happens at the next place. */
  strike(place: string): Fault | undefined;
  /** From now on nothing happens any more. */
  calm(): void;
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

/** Faults by chance, so many times as likely as usual, but for some that are as likely as is said. */
export function byChance(chance: () => number, times: number, but: Partial<Probabilities> = {}): Faults {
  let on = true;
  const likely = faultKinds.map((kind) => [kind, but[kind] ?? usual[kind] * times] as const);
  return {
    strike: () => {
      let drawn = chance();
      if (!on) return undefined;
      for (const [kind, probability] of likely) {
        if (drawn < probability) return kind;
        drawn -= probability;
      }
      return undefined;
    },
    calm: () => {
      on = false;
    },
  };
}

/** One fault, or several, each at the place of its number; and a count of the places. */
export function atPlaces(planned: ReadonlyMap<number, Fault>): Faults & { readonly places: string[] } {
  const places: string[] = [];
  let on = true;
  return {
    places,
    strike: (place) => {
      if (!on) return undefined;
      places.push(place);
      return planned.get(places.length - 1);
    },
    calm: () => {
      on = false;
    },
  };
}
