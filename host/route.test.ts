import { describe, expect, it } from "vitest";
import { httpRoute } from "./route.ts";

describe("a route", () => {
  it.each([
    ["api/health", "/api/health", {}],
    ["api/health", "/API/Health/", {}],
    ["api/health", "/api/health/details", undefined],
    ["api/decisions/{id?}", "/api/decisions", {}],
    ["api/decisions/{id?}", "/api/decisions/a%20b", { id: "a b" }],
    ["api/decisions/{id}", "/api/decisions", undefined],
    ["api/n/{n:int}", "/api/n/12", { n: "12" }],
    ["api/n/{n:int}", "/api/n/x", undefined],
    ["api/{nothing:maxlength(0)?}", "/api/", {}],
    ["api/{nothing:maxlength(0)?}", "/api/x", undefined],
    ["api/files/{*rest}", "/api/files/a/b", { rest: "a/b" }],
    ["api/decisions/{id}", "/api/decisions/%zz", { id: "%zz" }],
  ])("%s and %s", (template, path, expected) => {
    expect(httpRoute(template)(path)).toEqual(expected);
  });
});
