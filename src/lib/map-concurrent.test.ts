import { expect, it } from "vitest";
import { mapConcurrent } from "./map-concurrent.ts";

const turn = () => new Promise((resolve) => setImmediate(resolve));

it("does all of it, no more at once than it may, and has the results in order", async () => {
  let [atWork, most] = [0, 0];
  const doubled = await mapConcurrent([1, 2, 3, 4, 5], 2, async (each) => {
    most = Math.max(most, ++atWork);
    await turn();
    atWork--;
    return each * 2;
  });
  expect(doubled).toEqual([2, 4, 6, 8, 10]);
  expect(most).toBe(2);
});

it("throws what one throws, once nothing is under way any more", async () => {
  let atWork = 0;
  const failing = mapConcurrent([1, 2, 3], 3, async (each) => {
    atWork++;
    if (each === 1) {
      atWork--;
      throw new Error("the first");
    }
    await turn();
    atWork--;
  });
  await expect(failing).rejects.toThrow("the first");
  expect(atWork).toBe(0);
});
