import { expect, it } from "vitest";
import { pack, unpack } from "./pack.ts";

it("omits null, and keeps small values readable", () => {
  const packed = pack({ none: null, some: 7, list: ["a"] });
  expect(packed).toEqual({ some: 7, list__json: '["a"]' });
  expect(unpack(packed)).toEqual({ some: 7, list: ["a"] });
});
