import { expect, it } from "vitest";
import { networkOf } from "./network.ts";

it.each([
  ["10.20.30.0/8", "10.0.0.0/8"],
  ["2001:db8::1/32", "2001:db8::/32"],
  ["1:2:0:4:5:6:7:8/112", "1:2:0:4:5:6:7:0/112"],
  ["1:0:0:4:5:6:7:8/96", "1::4:5:6:0:0/96"],
  ["10.0.0.0/8", undefined],
  ["10.0.0.1", undefined],
  ["a/8", undefined],
])("the network of %s is %s", (text, network) => {
  expect(networkOf(text)).toBe(network);
});
