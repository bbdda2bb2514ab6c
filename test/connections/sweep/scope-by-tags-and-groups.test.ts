import { afterEach, beforeEach, describe, expect, it } from "vitest";
import type { ScopeConfig } from "../../../src/lib/config/config.ts";
import { readScope } from "../../../src/lib/config/read-scope.ts";
import { review } from "../../../src/lib/connections/review/review.ts";
import { sweep } from "../../../src/lib/connections/sweep/sweep.ts";
import { governsById } from "../../../src/lib/estate/scope.ts";
import { subscriptions } from "../../../simulator/estate/estate.ts";
import { serviceIdOf } from "../../ids.ts";
import { startWorkbench, type Workbench } from "../../workbench.ts";

/** Scopes by tags and management groups, which the review reads. What is unknown is not governed. */
let workbench: Workbench;
beforeEach(async () => {
  workbench = await startWorkbench();
  const app = workbench.simulator.world.principals.get("simulated");
  const actions = ["Microsoft.Resources/subscriptions/read", "Microsoft.ResourceGraph/resources/read"];
  app?.assignments.push({ scope: "/", actions });
});
afterEach(() => workbench.stop());

const nothing: ScopeConfig = {
  subscriptions: [],
  resourceGroups: [],
  ids: [],
  managementGroups: [],
  tags: [],
  exclude: [],
};
const under = (scope: Partial<ScopeConfig>) => ({ ...workbench.services, scope: { ...nothing, ...scope } });

async function reviewed(scope: Partial<ScopeConfig>) {
  const services = under(scope);
  const request = { cause: "event", actor: "test", requestedAt: services.clock.now() } as const;
  return review(services, { ...request, id: await workbench.ask() });
}

const outside = { applied: false, reason: "it is outside the governed scope" };

describe("an excluded resource group", () => {
  it.each(["RG-ÜBUNG", "rg-übung", "Rg-Übung"])("is excluded in any spelling: %s", (spelled) => {
    const group = (name: string) => `/subscriptions/${subscriptions.platform}/resourceGroups/${name}`;
    const problems: string[] = [];
    const scope = readScope(
      new Map([
        ["DRAWBRIDGE_SCOPE_SUBSCRIPTIONS", subscriptions.platform],
        ["DRAWBRIDGE_SCOPE_EXCLUDE", group(spelled)],
      ]),
      problems,
    );
    expect(problems).toEqual([]);
    for (const name of ["RG-ÜBUNG", "rg-übung"])
      expect(
        governsById(
          scope,
          serviceIdOf(`${group(name)}/providers/Microsoft.ApiManagement/service/apim-orders`),
        ),
      ).toBe("no");
    expect(
      governsById(
        scope,
        serviceIdOf(`${group("rg-u")}/providers/Microsoft.ApiManagement/service/apim-orders`),
      ),
    ).toBe("yes");
  });
});

describe("a scope by tags", () => {
  it.each<[string, ScopeConfig["tags"]]>([
    ["the name, whatever its case", [{ name: "owner" }]],
    ["the name and the value", [{ name: "owner", value: "api-platform" }]],
    ["one of several", [{ name: "governed" }, { name: "owner" }]],
  ])("governs a service by %s", async (_, tags) => {
    Object.assign(workbench.orders, { tags: { Owner: "api-platform" } });
    expect(await reviewed({ tags })).toMatchObject({ verdict: "approve", applied: true });
  });

  it.each<[string, Partial<ScopeConfig>]>([
    ["another value", { tags: [{ name: "owner", value: "API-Platform" }] }],
    ["no such tag", { tags: [{ name: "governed" }] }],
    ["an exclusion, whatever its tags", { tags: [{ name: "owner" }], exclude: [subscriptions.platform] }],
  ])("leaves a service alone by %s", async (_, scope) => {
    expect(await reviewed(scope)).toMatchObject(outside);
    expect(workbench.puts()).toBe(0);
  });
});

describe("a scope by management groups", () => {
  it("governs exactly the services in subscriptions below it", async () => {
    expect(await reviewed({ managementGroups: ["contoso"] })).toMatchObject({ applied: true });
    expect(await reviewed({ managementGroups: ["corp"] })).toMatchObject(outside);
  });

  it("ignores the case of an id", async () => {
    const platform = workbench.simulator.world.subscriptions.get(subscriptions.platform);
    Object.assign(platform ?? {}, { managementGroups: [{ name: "Platform", displayName: "" }] });
    expect(await reviewed({ managementGroups: ["platform"] })).toMatchObject({ applied: true });
  });
});

describe("an unreadable scope", () => {
  it.each<[string, Partial<ScopeConfig>, string, string]>([
    ["tags", { tags: [{ name: "owner" }] }, "GET", "/service/apim-orders"],
    ["management groups", { managementGroups: ["contoso"] }, "POST", "/microsoft.resourcegraph/"],
  ])("by %s governs nothing until it can be read", async (_, scope, method, path) => {
    workbench.simulator.faults.add({
      method,
      path,
      times: 100,
      does: { kind: "answer", answer: { status: 403, body: {} } },
    });
    expect(await reviewed(scope)).toMatchObject({
      applied: false,
      reason: expect.stringContaining("could not be read"),
    });
    expect(workbench.puts()).toBe(0);
    workbench.simulator.faults.clear();
    expect(await reviewed(scope)).toMatchObject({ applied: true });
  });

  it("still governs by its parts that can be read", async () => {
    const answer = { status: 403, body: {} };
    workbench.simulator.faults.add({
      method: "POST",
      path: "/microsoft.resourcegraph/",
      times: 100,
      does: { kind: "answer", answer },
    });
    const scope = { tags: [{ name: "owner" }], managementGroups: ["corp"] };
    expect((await reviewed(scope)).reason).toBeUndefined();
  });
});

describe("a sweep", () => {
  it.each<[string, Partial<ScopeConfig>, number]>([
    ["tags", { tags: [{ name: "owner" }] }, 2],
    ["management groups", { managementGroups: ["platform"] }, 2],
    ["tags that only one has", { tags: [{ name: "owner", value: "me" }] }, 1],
    ["management groups that have none", { managementGroups: ["corp"] }, 0],
  ])("finds the services governed by %s", async (_, scope, services) => {
    if (scope.tags?.[0]?.value === "me") Object.assign(workbench.orders, { tags: { owner: "me" } });
    const id = await workbench.ask();
    const swept = await sweep(under(scope), 300_000);
    expect(swept.services).toBe(services);
    // The inventory has null for a service without connections, and for connections that it lacks: it is read directly.
    const without = id.service.text.replace("apim-orders", "apim-payments");
    expect(swept.due.map(({ text }) => text)).toEqual([id.service.text, without].slice(0, services));
  });

  it("reports what it could not read, instead of nothing", async () => {
    const answer = { status: 500, body: {} };
    workbench.simulator.faults.add({
      method: "POST",
      path: "/microsoft.resourcegraph/",
      times: 100,
      does: { kind: "answer", answer },
    });
    expect((await sweep(under({ managementGroups: ["platform"] }), 300_000)).unread).toEqual([
      "the subscriptions",
      "the inventory",
    ]);
  });
});
