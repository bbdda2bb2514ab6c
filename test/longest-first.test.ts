import { existsSync } from "node:fs";
import { join } from "node:path";
import { expect, it } from "vitest";
import { root } from "../local/child-process.ts";
import { longest } from "./longest-first.ts";

it("the order of the longest tests names files that exist", () => {
  expect(longest.filter((each) => !existsSync(join(root, each)))).toEqual([]);
});
