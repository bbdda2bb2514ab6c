import type { World } from "./world.ts";

/**
 * Public addresses come from the range for benchmarks (RFC 2544: 198.18.0.0/15), which is assigned to nobody; private
 * ones from the corporate address plan.
 */
const ranges = { public: 198 * 2 ** 24 + 18 * 2 ** 16, private: 10 * 2 ** 24 + 20 * 2 ** 16 + 32 * 2 ** 8 };

/** Allocates an unused address. */
export function nextAddress(world: World, kind: keyof typeof ranges): string {
  const value = ranges[kind] + ++world.allocated[kind];
  return [24, 16, 8, 0].map((shift) => Math.floor(value / 2 ** shift) % 256).join(".");
}
