import { expect, it } from "vitest";
import { firstOfList, printList } from "./print-list.ts";

it("a list is printed whole, or its first with the number of the others", () => {
  expect(printList(["a", "b"], 2)).toBe("a, b");
  expect(printList(["a", "b", "c", "d"], 2)).toBe("a, b and 2 more");
  expect(firstOfList(["a", "b"], 2)).toEqual(["a", "b"]);
  expect(firstOfList(["a", "b", "c"], 2)).toEqual(["a", "b", "and 1 more"]);
});
