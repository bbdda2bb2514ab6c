import { hugeSet, largeSet, mediumSet, smallSet } from "./rules.ts";
import type { Rule } from "./rule.ts";
import type { World } from "./world.ts";

/** The sets of rules: 5, 50, 1,000 and 10,000 of them. */
const sets: Readonly<Record<string, (world: World) => Rule[]>> = {
  S: smallSet,
  M: mediumSet,
  L: largeSet,
  XL: hugeSet,
};

export function rulesOf(set: string, world: World): Rule[] {
  const create = sets[set];
  if (create === undefined)
    throw new Error(`there is no set ${set}; there are ${Object.keys(sets).join(", ")}`);
  return create(world);
}
