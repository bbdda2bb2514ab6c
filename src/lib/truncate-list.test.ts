import { expect, it } from "vitest";
import { truncateList, joinTruncated } from "./truncate-list.ts";

it("a list is printed whole, or its first with the number of the others", () => {
  expect(joinTruncated(["a", "b"], 2)).toBe("a, b");
  expect(joinTruncated(["a", "b", "c", "d"], 2)).toBe("a, b and 2 more");
  expect(truncateList(["a", "b"], 2)).toEqual(["a", "b"]);
  expect(truncateList(["a", "b", "c"], 2)).toEqual(["a", "b", "and 1 more"]);
});
