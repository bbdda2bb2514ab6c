import { existsSync } from "node:fs";
import { join } from "node:path";
import { expect, it } from "vitest";
import { root } from "../local/child-process.ts";
import { computing, waiting } from "./longest-first.ts";

it("the order of the longest tests names files that exist", () => {
  const named = Object.keys({ ...waiting, ...computing });
  expect(named.filter((each) => !existsSync(join(root, each)))).toEqual([]);
});
