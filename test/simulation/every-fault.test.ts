import { describe, expect, it } from "vitest";
import { everyFault, flows } from "./flows.ts";

describe("every fault at every place where the app waits, in", () => {
  it.each(Object.entries(flows))("%s", { timeout: 400_000 }, async (_, options) => {
    const { runs, broken } = await everyFault(options);
    expect(broken).toEqual([]);
    expect(runs).toBeGreaterThan(300);
  });
});
