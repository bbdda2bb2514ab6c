import { expect, it } from "vitest";
import { DeliveryError } from "./alerts/sink.ts";
import { isBug } from "./is-bug.ts";

it.each([
  ["a property of undefined", new TypeError("x is undefined")],
  ["an assertion that failed", new Error("nothing may be applied")],
  ["what is no error", "text"],
])("%s is a bug", (_, error) => {
  expect(isBug(error)).toBe(true);
});

it.each([
  ["a socket's error", Object.assign(new Error("refused"), { code: "ECONNREFUSED" })],
  ["an answer of the storage", Object.assign(new Error("busy"), { name: "RestError", statusCode: 503 })],
  ["a sink that does not accept an alert", new DeliveryError("it answers 503")],
])("%s is none", (_, error) => {
  expect(isBug(error)).toBe(false);
});
