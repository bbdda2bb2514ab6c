import { describe, expect, it } from "vitest";
import { good, problemsOf, subscription } from "../../../test/config-makers.ts";
import { minuteMs } from "../clock.ts";
import { readConfig } from "./read-config.ts";

describe("the settings", () => {
  it("have defaults that change nothing on Azure", () => {
    expect(readConfig(good)).toMatchObject({
      mode: "observe",
      policy: "policies/default",
      sweepSchedule: "0 */5 * * * *",
      addressSchedule: "0 */15 * * * *",
      watch: { ids: [], tags: [] },
    });
  });

  it("have default limits per hour", () => {
    expect(Object.values(readConfig(good).rateLimits)).toEqual([500, 1_000, 5]);
    const set = { DRAWBRIDGE_MAX_REQUESTS_PER_HOUR: "7", DRAWBRIDGE_MAX_REVOCATIONS_PER_RUN: "0" };
    const { rateLimits } = readConfig({ ...good, ...set });
    expect(rateLimits).toMatchObject({ requestsPerHour: 7, revocationsPerRun: 0 });
  });

  it.each(["0", "-1", "1.5", "many", "1e3", "200000"])("refuse %s as a number of approvals", (value) => {
    expect(problemsOf({ ...good, DRAWBRIDGE_MAX_APPROVALS_PER_HOUR: value })).toEqual([
      `DRAWBRIDGE_MAX_APPROVALS_PER_HOUR is "${value}"; it must be a whole number from 1 to 100000`,
    ]);
  });

  it.each([
    ["a file", "policies/mine/policy.yaml", true],
    ["a blob", "https://a.blob.core.windows.net/policies/policy.yaml", true],
    ["a container", "https://a.blob.core.windows.net/policies", true],
    ["one on this machine", "http://127.0.0.1:10000/devstoreaccount1/policies", true],
    ["one over http", "http://a.blob.core.windows.net/policies", false],
    ["one with a signature", "https://a.blob.core.windows.net/policies?sv=1&sig=secret", false],
    ["one by another protocol", "file:///etc/passwd", false],
  ])("accept a policy from %s, or report why not", (_, policy, fine) => {
    const problems = problemsOf({ ...good, DRAWBRIDGE_POLICY: policy });
    expect(problems.length).toBe(fine ? 0 : 1);
    expect(problems.join()).not.toContain("sig=");
  });

  it("configure sinks and their filters", () => {
    const sinks = {
      DRAWBRIDGE_ALERT_TOPIC: "https://t.westeurope-1.eventgrid.azure.net/api/events",
      DRAWBRIDGE_ALERT_TEAMS_URL: "https://prod-1.westeurope.logic.azure.com/workflows/secret-path",
      DRAWBRIDGE_ALERT_TEAMS_KINDS: "critical, connectionheld",
      DRAWBRIDGE_ALERT_WEBHOOK_URL: "https://hooks.contoso.example/secret-path",
      DRAWBRIDGE_ALERT_WEBHOOK_SECRET: "0123456789abcdef",
    };
    expect(readConfig({ ...good, ...sinks }).alerts).toMatchObject({
      eventgrid: { endpoint: sinks.DRAWBRIDGE_ALERT_TOPIC },
      teams: { wanted: { types: ["Drawbridge.ConnectionHeld"], severities: ["critical"] } },
      webhook: { secret: "0123456789abcdef" },
    });
    expect(readConfig(good).alerts).toEqual({});
  });

  it.each([
    [{ DRAWBRIDGE_ALERT_TEAMS_URL: "http://hooks.contoso.example/secret-path" }, "must be an https URL"],
    [{ DRAWBRIDGE_ALERT_TEAMS_URL: "http://127.0.0.1/secret-path" }, "must be an https URL"],
    [{ DRAWBRIDGE_ALERT_TOPIC: "secret-path" }, "must be an https URL"],
    [
      { DRAWBRIDGE_ALERT_TOPIC: "https://t.eventgrid.azure.net.evil.example/secret-path" },
      "must be at one of *",
    ],
    [{ DRAWBRIDGE_ALERT_TEAMS_URL: "https://evil.example/secret-path" }, "must be at one of *"],
    [{ DRAWBRIDGE_ALERT_TEAMS_URL: "https://a:secret-path@b.example" }, "must not hold a name or a password"],
    [{ DRAWBRIDGE_ALERT_WEBHOOK_URL: "https://h.example/secret-path" }, "at least 16 characters"],
    [
      {
        DRAWBRIDGE_ALERT_TEAMS_URL: "https://h.logic.azure.com/secret-path",
        DRAWBRIDGE_ALERT_TEAMS_KINDS: "bad",
      },
      '"bad" is neither a severity',
    ],
  ])("refuse the sinks %j without repeating a secret", (sinks, problem) => {
    const problems = problemsOf({ ...good, ...sinks }).join();
    expect(problems).toContain(problem);
    expect(problems).not.toContain("secret-path");
  });

  it("configure an archive, and how long records stay in the table", () => {
    const url = "https://a.blob.core.windows.net/drawbridge";
    const archive = { DRAWBRIDGE_ARCHIVE: url, DRAWBRIDGE_KEEP_DAYS: "400" };
    expect(readConfig({ ...good, ...archive }).archive).toEqual({ url, keepDays: 400 });
    expect(readConfig({ ...good, DRAWBRIDGE_ARCHIVE: url }).archive).toEqual({ url, keepDays: 365 });
    expect(readConfig(good).archive).toBeUndefined();
    for (const bad of [
      { DRAWBRIDGE_KEEP_DAYS: "400" },
      { ...archive, DRAWBRIDGE_KEEP_DAYS: "29" },
      { DRAWBRIDGE_ARCHIVE: `${url}?sv=1&sig=secret` },
      { DRAWBRIDGE_ARCHIVE: "http://a.blob.core.windows.net/drawbridge" },
      { DRAWBRIDGE_ARCHIVE: "somewhere" },
    ])
      expect(problemsOf({ ...good, ...bad })).toHaveLength(1);
  });

  it("switch Entra ID on only if the platform validates tokens, for the named callers", () => {
    const entra = {
      DRAWBRIDGE_AUTH: "entra",
      DRAWBRIDGE_AUTH_TENANT: subscription,
      DRAWBRIDGE_AUTH_AUDIENCE: "api://drawbridge",
    };
    expect(problemsOf({ ...good, ...entra }).join()).toContain("App Service authentication is off");
    const { auth } = readConfig({ ...good, ...entra, WEBSITE_AUTH_ENABLED: "True" });
    expect(auth).toEqual({
      platform: true,
      entra: { tenant: subscription, audience: "api://drawbridge", callers: [] },
    });
    expect(readConfig(good).auth).toEqual({ platform: false });
    expect(problemsOf({ ...good, DRAWBRIDGE_AUTH: "entra", WEBSITE_AUTH_ENABLED: "true" })).toHaveLength(2);
    expect(problemsOf({ ...good, DRAWBRIDGE_AUTH: "open" })).toHaveLength(1);
  });

  it("configure public IP resources to watch, by id or by tag", () => {
    const id = `/subscriptions/${subscription}/resourceGroups/rg/providers/Microsoft.Network/publicIPAddresses/pip`;
    const watched = { DRAWBRIDGE_ADDRESS_WATCH: `${id.toUpperCase()}, edge ,Tier=gold` };
    const { watch } = readConfig({ ...good, ...watched });
    expect(watch.ids).toMatchObject([{ kind: "public-ip", text: id }]);
    expect(watch.tags).toEqual([{ name: "edge" }, { name: "tier", value: "gold" }]);
    expect(problemsOf({ ...good, DRAWBRIDGE_ADDRESS_WATCH: `${id}/..,=x` })).toEqual([
      `DRAWBRIDGE_ADDRESS_WATCH: "${id}/.." is not the ARM id of a public IP address`,
      'DRAWBRIDGE_ADDRESS_WATCH: "=" is not a tag (name, or name=value)',
    ]);
  });

  it.each(["DRAWBRIDGE_SWEEP_SCHEDULE", "DRAWBRIDGE_ADDRESS_SCHEDULE"])(
    "refuse %s that the Functions host would not take, and say why",
    (name) => {
      const why = (schedule: string) => problemsOf({ ...good, [name]: schedule });
      expect(why("*/5 * * * *")).toEqual([expect.stringContaining(`${name} is "*/5 * * * *"`)]);
      expect(why("99 99 * * * *")).toEqual([expect.stringMatching(/second "99": .*, minute "99": /)]);
      expect(why("0 */5 * * * MOO")).toEqual([expect.stringContaining('day of week "MOO"')]);
      expect(why("00:05:00")).toEqual([expect.stringContaining("App Service plans alone")]);
    },
  );

  it("determine the longest time between runs, and warn if it is too long", () => {
    const periods = { sweepPeriodMs: 5 * minuteMs, addressPeriodMs: 15 * minuteMs };
    expect(readConfig(good)).toMatchObject({ ...periods, warnings: [] });
    const warningsOf = (sweep: string, address: string) =>
      readConfig({ ...good, DRAWBRIDGE_SWEEP_SCHEDULE: sweep, DRAWBRIDGE_ADDRESS_SCHEDULE: address })
        .warnings;
    expect(warningsOf("0 0 * * * *", "0 0 3 * * *")).toEqual([]);
    expect(warningsOf("0 0 */2 * * *", "0 0 3 * * 1-5")).toEqual([
      expect.stringContaining("more than an hour"),
      expect.stringContaining("DRAWBRIDGE_ADDRESS_SCHEDULE leaves days out"),
    ]);
    expect(warningsOf("0 0 0 1 1 *", "0 */15 * * * *")).toHaveLength(2);
  });

  it("become a frozen configuration", () => {
    const config = readConfig(good);
    expect(Object.isFrozen(config) && Object.isFrozen(config.scope.subscriptions)).toBe(true);
  });

  it("are reported with all problems at once, and never with a secret", () => {
    const problems = problemsOf({
      DRAWBRIDGE_MODE: "enforced",
      DRAWBRIDGE_POLICY_PARAMETERS: "[1]",
      DRAWBRIDGE_SCOPE_SUBSCRIPTIONS: "mine",
      DRAWBRIDGE_SCOPE_RESOURCE_GROUPS: "rg",
      DRAWBRIDGE_SCOPE_IDS: "apim",
      DRAWBRIDGE_SCOPE_EXCLUDE: "that",
      DRAWBRIDGE_SWEEP_SCHEDULE: "every five minutes",
      DRAWBRIDGE_ARM_ENDPOINT: "https://evil.example",
      DRAWBRIDGE_MOD: "enforce",
      DrawbridgeState: "secret-of-another-kind",
    });
    const about = [
      "MODE",
      "POLICY_PARAMETERS",
      "SUBSCRIPTIONS",
      "RESOURCE_GROUPS",
      "IDS",
      "EXCLUDE",
      "SCHEDULE",
      "ARM_ENDPOINT",
      "MOD ",
      "DrawbridgeState",
    ];
    for (const each of about)
      expect(
        problems.some((problem) => problem.includes(each)),
        each,
      ).toBe(true);
    expect(problems.join()).not.toContain("secret");
  });

  it("take tags with and without a value, and management groups", () => {
    const { scope } = readConfig({
      ...good,
      DRAWBRIDGE_SCOPE_TAGS: "Environment=Prod, governed ,team=a=b",
      DRAWBRIDGE_SCOPE_MANAGEMENT_GROUPS: "Corp, platform",
    });
    expect(scope.tags).toEqual([
      { name: "environment", value: "Prod" },
      { name: "governed" },
      { name: "team", value: "a=b" },
    ]);
    expect(scope.managementGroups).toEqual(["corp", "platform"]);
    const nameless = problemsOf({ ...good, DRAWBRIDGE_SCOPE_TAGS: "=x" });
    expect(nameless).toEqual([expect.stringContaining("DRAWBRIDGE_SCOPE_TAGS")]);
    expect(problemsOf({ ...good, DRAWBRIDGE_SCOPE_MANAGEMENT_GROUPS: "a/b" })).toEqual([
      expect.stringContaining("MANAGEMENT_GROUPS"),
    ]);
  });

  it("warn that the quota is not divided among instances any more", () => {
    expect(readConfig({ ...good, DRAWBRIDGE_INSTANCES: "4" }).warnings).toEqual([
      expect.stringContaining("DRAWBRIDGE_INSTANCES has no effect"),
    ]);
  });

  it("govern nothing by default, which is a problem", () => {
    expect(problemsOf({ ...good, DRAWBRIDGE_SCOPE_SUBSCRIPTIONS: " " })).toEqual([
      expect.stringContaining("nothing is governed"),
    ]);
  });

  it("suggest the setting that a misspelt one resembles", () => {
    expect(problemsOf({ ...good, DRAWBRIDGE_SCOPE_SUBSCRIPTION: "x", DRAWBRIDGE_BAR: "x" })).toEqual([
      "DRAWBRIDGE_SCOPE_SUBSCRIPTION is not a setting of this version; did you mean DRAWBRIDGE_SCOPE_SUBSCRIPTIONS?",
      "DRAWBRIDGE_BAR is not a setting of this version",
    ]);
  });

  it("configure the state by connection string, or by identity with both services", () => {
    const { DrawbridgeState: _, ...without } = good;
    expect(problemsOf(without)).toEqual([expect.stringContaining("DrawbridgeState is missing")]);
    const tables = { ...without, DrawbridgeState__tableServiceUri: "https://s.table.core.windows.net" };
    expect(problemsOf(tables)).toEqual([expect.stringContaining("queueServiceUri is missing")]);
    const both = { ...tables, DrawbridgeState__queueServiceUri: "https://s.queue.core.windows.net" };
    expect(readConfig(both).state).toEqual({
      kind: "identity",
      tableServiceUri: "https://s.table.core.windows.net",
      queueServiceUri: "https://s.queue.core.windows.net",
    });
    const http = { ...tables, DrawbridgeState__queueServiceUri: "http://s.queue.core.windows.net" };
    expect(problemsOf(http)).toEqual([expect.stringContaining("queueServiceUri must begin with https://")]);
  });

  it.each(["http://127.0.0.1:8080", "http://[::1]:8080", "http://localhost:1"])(
    "take %s for a simulator",
    (url) => {
      expect(readConfig({ ...good, DRAWBRIDGE_ARM_ENDPOINT: url }).armEndpoint).toBe(url);
    },
  );

  it.each([
    "https://management.azure.com",
    "http://10.0.0.1",
    "http://127.0.0.1.evil.example",
    "file:///etc/passwd",
    "x",
  ])("do not take %s for one", (url) => {
    expect(problemsOf({ ...good, DRAWBRIDGE_ARM_ENDPOINT: url })).toEqual([
      expect.stringContaining("loopback"),
    ]);
  });

  it("do not take an unresolved Key Vault reference for a value", () => {
    expect(
      problemsOf({ ...good, DrawbridgeState: "@Microsoft.KeyVault(SecretUri=https://v/secrets/s)" }),
    ).toEqual(expect.arrayContaining([expect.stringContaining("did not resolve")]));
  });
});
