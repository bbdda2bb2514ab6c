import { atPlaces, type Fault, type Place } from "./faults.ts";
import { run, type Options } from "./run.ts";

/** The places of a flow where the app waits for something, in order, when no fault is injected. */
export async function placesOf(options: Options): Promise<readonly Place[]> {
  const watching = atPlaces(new Map());
  const { sim } = await run(1, { ...options, faults: () => watching });
  if (sim.violations.length > 0) throw new Error(`without any fault: ${sim.violations.join("; ")}`);
  return watching.places;
}

/** What breaks in a run with these faults at the places of these numbers. */
export async function violationsWith(
  options: Options,
  planned: ReadonlyMap<number, Fault>,
): Promise<readonly string[]> {
  const { sim } = await run(1, { ...options, faults: () => atPlaces(planned) });
  return sim.violations;
}

export interface Injected {
  readonly places: number;
  /** How often each fault was tried. */
  readonly tried: ReadonlyMap<Fault, number>;
  /** What broke, a line each. */
  readonly broken: readonly string[];
}

/** The faults of every place of a flow, one at a time. */
export async function injectFaults(
  options: Options,
  faultsAt: (places: readonly Place[], index: number) => readonly Fault[],
): Promise<Injected> {
  const places = await placesOf(options);
  const tried = new Map<Fault, number>();
  const broken: string[] = [];
  for (const [index, { place }] of places.entries())
    for (const fault of faultsAt(places, index)) {
      tried.set(fault, (tried.get(fault) ?? 0) + 1);
      for (const each of await violationsWith(options, new Map([[index, fault]])))
        broken.push(`${fault} at ${index} (${place}): ${each}`);
    }
  return { places: places.length, tried, broken };
}
