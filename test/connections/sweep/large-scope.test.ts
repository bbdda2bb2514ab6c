import { describe, expect, it } from "vitest";
import {
  isWithin,
  parseLargeScope,
  type LargeScope,
} from "../../../src/lib/connections/reevaluation/large-scope.ts";
import { serviceIdOf } from "../../ids.ts";

const scopeOf = (text: string): LargeScope => {
  const scope = parseLargeScope(text);
  if (scope === undefined) throw new Error(`${text} is no large scope`);
  return scope;
};

describe("a large scope", () => {
  const id = "11111111-1111-4111-8111-111111111111";
  it.each([
    ["all", "all"],
    [`/subscriptions/${id}`, "subscription"],
    [`/subscriptions/${id}/resourcegroups/RG`, "resource-group"],
    ["/providers/Microsoft.Management/managementGroups/Corp", "management-group"],
  ])("%s is a %s", (text, kind) => {
    expect(parseLargeScope(text)?.kind).toBe(kind);
  });

  it.each([
    "",
    "everything",
    "/subscriptions/1",
    `/subscriptions/${id}/resourceGroups/..`,
    "/providers/x",
    `/subscriptions/${id}/x`,
  ])("is not %j", (text) => {
    expect(parseLargeScope(text)).toBeUndefined();
  });

  it("includes the services in it, and none whose subscription could not be read", () => {
    const service = serviceIdOf(
      `/subscriptions/${id}/resourceGroups/rg/providers/Microsoft.ApiManagement/service/a`,
    );
    const under = { kind: "known", value: { name: "s", managementGroups: ["Corp", "root"] } } as const;
    const unread = { kind: "unknown", reason: "forbidden" } as const;
    expect(isWithin(scopeOf(`/subscriptions/${id}/resourceGroups/RG`), service, unread)).toBe("yes");
    expect(isWithin(scopeOf(`/subscriptions/${id}/resourceGroups/other`), service, unread)).toBe("no");
    const group = scopeOf("/providers/Microsoft.Management/managementGroups/corp");
    expect(isWithin(group, service, under)).toBe("yes");
    expect(isWithin(group, service, unread)).toBe("unknown");
  });
});
