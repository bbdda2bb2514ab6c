import { describe, expect, it } from "vitest";
import { good, problemsOf, subscription } from "../../../test/config-makers.ts";
import { ofTheCommandLine, readConfig, type Environment } from "./read-config.ts";

const byIdentity: Environment = {
  DRAWBRIDGE_SCOPE_SUBSCRIPTIONS: subscription,
  DrawbridgeState__tableServiceUri: "https://a.table.core.windows.net",
  DrawbridgeState__queueServiceUri: "https://a.queue.core.windows.net",
};

describe("a setting is refused", () => {
  it.each<readonly [string, Environment, string]>([
    [
      "telemetry by another protocol",
      { DRAWBRIDGE_TELEMETRY: "zipkin" },
      'is "zipkin"; it must be off or otlp',
    ],
    [
      "a resource group that is none",
      { DRAWBRIDGE_SCOPE_RESOURCE_GROUPS: "rg" },
      '"rg" is not a resource group',
    ],
    ["a service that is none", { DRAWBRIDGE_SCOPE_IDS: "/x" }, '"/x" is not the ARM id of an API Management'],
    [
      "an exclusion of nothing",
      { DRAWBRIDGE_SCOPE_EXCLUDE: "x" },
      '"x" is not a subscription id, a resource',
    ],
  ])("%s", (_, settings, problem) => {
    expect(problemsOf({ ...good, ...settings })).toEqual([expect.stringContaining(problem)]);
  });

  it("a caller that is not an id", () => {
    const entra = {
      WEBSITE_AUTH_ENABLED: "True",
      DRAWBRIDGE_AUTH: "entra",
      DRAWBRIDGE_AUTH_TENANT: subscription,
      DRAWBRIDGE_AUTH_AUDIENCE: "api://drawbridge",
    };
    expect(problemsOf({ ...good, ...entra, DRAWBRIDGE_AUTH_CALLERS: `${subscription}, ana` })).toEqual([
      'DRAWBRIDGE_AUTH_CALLERS: "ana" is not an object or application id',
    ]);
  });

  it.each(["tableServiceUri", "queueServiceUri"])("state by http: %s", (name) => {
    const plain = { [`DrawbridgeState__${name}`]: "http://a.table.core.windows.net" };
    expect(problemsOf({ ...byIdentity, ...plain })).toEqual([
      `DrawbridgeState__${name} must begin with https://`,
    ]);
  });
});

describe("a setting is accepted", () => {
  it("state by the app's default identity, or by a named one", () => {
    expect(readConfig(byIdentity).state).not.toHaveProperty("clientId");
    const named = { ...byIdentity, DrawbridgeState__clientId: subscription };
    expect(readConfig(named).state).toMatchObject({ clientId: subscription });
  });

  it("a topic with a key", () => {
    const topic = {
      DRAWBRIDGE_ALERT_TOPIC: "https://t.westeurope-1.eventgrid.azure.net/api/events",
      DRAWBRIDGE_ALERT_TOPIC_KEY: "the-key",
    };
    expect(readConfig({ ...good, ...topic }).alerts.eventgrid).toMatchObject({ key: "the-key" });
  });

  it("declared addresses, by their folder", () => {
    expect(readConfig({ ...good, DRAWBRIDGE_ADDRESSES: "addresses" }).addresses).toBe("addresses");
  });

  it("a resource group and a service in any case", () => {
    const group = `/subscriptions/${subscription}/resourceGroups/RG`;
    const scope = {
      DRAWBRIDGE_SCOPE_RESOURCE_GROUPS: group,
      DRAWBRIDGE_SCOPE_IDS: `${group}/providers/Microsoft.ApiManagement/service/APIM`,
    };
    const { resourceGroups, ids } = readConfig({ ...good, ...scope }).scope;
    expect(resourceGroups).toEqual([group.toLowerCase()]);
    expect(ids).toEqual([`${group}/providers/microsoft.apimanagement/service/apim`.toLowerCase()]);
  });
});

it("variables of the command line may be in the environment of the settings", () => {
  const variables = Object.fromEntries(ofTheCommandLine.map((name) => [name, "x"]));
  expect(problemsOf({ ...good, ...variables })).toEqual([]);
});
