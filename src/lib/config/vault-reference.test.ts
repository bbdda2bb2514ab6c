import { describe, expect, it } from "vitest";
import { good } from "../../../test/config-makers.ts";
import { readConfig } from "./read-config.ts";

describe("settings of sinks", () => {
  it.each([
    ["SecretUri=https://kv-1.vault.azure.net/secrets/teams-url/", /secrets\//],
    ["SecretUri=https://kv-1.vault.azure.net/secrets/teams-url/0123456789abcdef", /0123456789abcdef/],
    ["VaultName=kv-1;SecretName=teams-url;SecretVersion=0123", /0123/],
  ])("make only the sink unavailable whose Key Vault reference did not resolve: %s", (reference, hidden) => {
    const text = `@Microsoft.KeyVault(${reference})`;
    const { alerts } = readConfig({
      ...good,
      DRAWBRIDGE_ALERT_TEAMS_URL: text,
      DRAWBRIDGE_ALERT_TEAMS_KINDS: "critical",
      DRAWBRIDGE_ALERT_WEBHOOK_URL: "https://hooks.example.com/x",
      DRAWBRIDGE_ALERT_WEBHOOK_SECRET: "a-secret-of-16-characters",
    });
    expect(alerts.webhook).toMatchObject({ url: "https://hooks.example.com/x" });
    expect(alerts.teams).toEqual({
      unavailable:
        "DRAWBRIDGE_ALERT_TEAMS_URL is a Key Vault reference that did not resolve (secret teams-url of the vault kv-1); " +
        "check that the secret has a value, and that the app's identity may read it",
      wanted: { types: [], severities: ["critical"] },
    });
    expect(JSON.stringify(alerts)).not.toMatch(hidden);
  });

  it.each([
    ["webhook", "DRAWBRIDGE_ALERT_WEBHOOK_SECRET", { DRAWBRIDGE_ALERT_WEBHOOK_URL: "https://h.example.com" }],
    [
      "webhook",
      "DRAWBRIDGE_ALERT_WEBHOOK_URL",
      { DRAWBRIDGE_ALERT_WEBHOOK_SECRET: "a-secret-of-16-characters" },
    ],
    [
      "eventgrid",
      "DRAWBRIDGE_ALERT_TOPIC_KEY",
      { DRAWBRIDGE_ALERT_TOPIC: "https://t.x-1.eventgrid.azure.net/api" },
    ],
    ["eventgrid", "DRAWBRIDGE_ALERT_TOPIC", {}],
  ] as const)("make the sink %s unavailable without %s", (sink, name, others) => {
    const { alerts } = readConfig({ ...good, ...others, [name]: "@Microsoft.KeyVault(nonsense)" });
    expect(alerts[sink]).toEqual({
      unavailable: expect.stringMatching(
        new RegExp(`^${name} is a Key Vault reference that did not resolve; `),
      ) as string,
    });
  });
});
