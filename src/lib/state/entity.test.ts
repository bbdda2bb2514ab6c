import { expect, it } from "vitest";
import { toEntity, fromEntity } from "./entity.ts";

it("omits null, and keeps small values readable", () => {
  const packed = toEntity({ none: null, some: 7, list: ["a"] });
  expect(packed).toEqual({ some: 7, list__json: '["a"]' });
  expect(fromEntity(packed)).toEqual({ some: 7, list: ["a"] });
});
