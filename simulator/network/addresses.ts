import type { World } from "../estate/world.ts";

/** The benchmarking range (RFC 2544), of which nothing is anybody's; private ones from the corporate plan. */
const ranges = { public: 198 * 2 ** 24 + 18 * 2 ** 16, private: 10 * 2 ** 24 + 20 * 2 ** 16 + 32 * 2 ** 8 };

/** An address that nobody has yet. */
export function nextAddress(world: World, kind: keyof typeof ranges): string {
  const value = ranges[kind] + ++world.given[kind];
  return [24, 16, 8, 0].map((shift) => Math.floor(value / 2 ** shift) % 256).join(".");
}
