import fc from "fast-check";
import { expect, it } from "vitest";
import finds from "./finds.json" with { type: "json" };
import { targets } from "./targets.ts";

/** `npm run fuzz` runs more. */
it.each(Object.entries(targets))("holds for a hundred inputs: %s", (_, { inputs, holds }) => {
  const property = fc.property(inputs, (input) => holds(input as never));
  expect(fc.check(property, { numRuns: 100, seed: 20261128 })).toMatchObject({ failed: false });
});

it("holds for everything that was once found", () => {
  const kept = finds as readonly { readonly target: string; readonly input: unknown }[];
  expect(kept.filter(({ target, input }) => targets[target]?.holds(input as never) !== true)).toEqual([]);
});
