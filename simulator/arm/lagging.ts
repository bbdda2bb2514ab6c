import type { Clock } from "../clock.ts";
import type { Service, World } from "../estate/world.ts";

/** The services as they are at this moment, whatever happens to them later. */
export function snapshot(world: World): readonly Service[] {
  return [...world.services.values()].map((service) => ({
    ...service,
    connections: new Map([...service.connections].map(([name, each]) => [name, { ...each }])),
  }));
}

/** The services as they were so long ago, give or take a quarter of it, as an index shows them that is filled behind. */
export function lagging(world: World, clock: Clock, lagMs: number): () => readonly Service[] {
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
