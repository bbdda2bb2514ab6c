import { describe, expect, it } from "vitest";
import { everyFault, flows } from "./flows.ts";

/** Every fault in each second of the flows, so that two files of them run side by side. */
export function everyFaultIn(which: "even" | "odd"): void {
  const part = Object.entries(flows).filter((_, index) => (index % 2 === 0) === (which === "even"));
  describe("every fault at every place where the app waits, in", () => {
    it.each(part)("%s", { timeout: 400_000 }, async (_, options) => {
      const { runs, broken } = await everyFault(options);
      expect(broken).toEqual([]);
      expect(runs).toBeGreaterThan(300);
    });
  });
}
