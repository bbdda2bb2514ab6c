import { expect, it } from "vitest";
import { memoryRows } from "./memory-rows.ts";
import { cachedHeads } from "./cached-heads.ts";

it("the heads of the last two hundred services are kept, and no more", () => {
  const heads = cachedHeads(memoryRows(), { now: () => new Date(0) });
  const found = { head: { sequence: 1, hash: "h" }, etag: "1" };
  for (let service = 0; service <= 200; service++) heads.keep(`s-${service}`, found);
  expect(heads.take("s-0")).toBeUndefined();
  expect(heads.take("s-1")).toBe(found);
  expect(heads.take("s-200")).toBe(found);
});
