import type { Clock } from "../clock.ts";
import type { Service, World } from "../estate/world.ts";

/** A copy of the services as they are now, which later changes do not affect. */
export function snapshot(world: World): readonly Service[] {
  return [...world.services.values()].map((service) => ({
    ...service,
    connections: new Map([...service.connections].map(([name, each]) => [name, { ...each }])),
  }));
}

/**
 * Returns the services as they were `lagMs` ago, or up to a quarter of it earlier, like an index that is filled late.
 */
export function delayedSnapshots(world: World, clock: Clock, lagMs: number): () => readonly Service[] {
  const taken: { readonly at: number; readonly services: readonly Service[] }[] = [];
  function take(): void {
    taken.push({ at: clock.now(), services: snapshot(world) });
    clock.after(lagMs / 4, take);
  }
  take();
  return () => {
    while ((taken[1]?.at ?? Infinity) <= clock.now() - lagMs) taken.shift();
    return taken[0]?.services ?? [];
  };
}
