import fc from "fast-check";
import { expect, it } from "vitest";
import finds from "./finds.json" with { type: "json" };
import { propertyOf } from "./target.ts";
import { targets } from "./targets.ts";

/** `npm run fuzz` runs more. */
it.each(Object.entries(targets))("holds for a hundred inputs: %s", async (_, target) => {
  const property = propertyOf(target);
  expect(await fc.check(property, { numRuns: 100, seed: 20261128 })).toMatchObject({ failed: false });
});

it("holds for everything that was once found", async () => {
  const kept = finds as readonly { readonly target: string; readonly input: unknown }[];
  for (const { target, input } of kept)
    expect(await targets[target]?.holds(input as never), JSON.stringify({ target, input })).toBe(true);
});
