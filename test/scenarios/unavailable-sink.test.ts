import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { startApp } from "../../local/app.ts";
import { startStack, type Stack } from "../../local/stack.ts";
import { functionNames } from "../function-names.ts";

let stack: Stack;
beforeAll(async () => {
  stack = await startStack();
});
afterAll(() => stack.stop());

const keys = { masterKey: "m", functionKey: "f", port: 0 };

describe("the app", () => {
  it("works without a sink whose Key Vault reference did not resolve, and says so everywhere", async () => {
    const reference =
      "@Microsoft.KeyVault(SecretUri=https://kv-1.vault.azure.net/secrets/teams-url/v0123456)";
    const settings = { ...stack.settings, DRAWBRIDGE_ALERT_TEAMS_URL: reference };
    const app = await startApp({ ...keys, settings });
    const get = async (path: string) =>
      (await fetch(app.url + path, { headers: { "x-functions-key": "f" } })).json() as Promise<{
        problems: string[];
        warnings: string[];
      }>;
    try {
      expect(app.functions.toSorted()).toEqual(functionNames);
      const warning = expect.stringMatching(
        /^the sink teams is unavailable and gets no alerts: .*\(secret teams-url of the vault kv-1\)/,
      ) as string;
      expect(await get("/api/health")).toEqual({ status: "ok", problems: [] });
      expect((await get("/api/health/details")).warnings).toContainEqual(warning);
      await fetch(`${app.url}/admin/functions/sweepConnections`, {
        method: "POST",
        headers: { "x-functions-key": "m" },
      });
      await app.waitForLine(/"type":"Drawbridge.SinkDead","subject":"sink\/teams"/, 20_000);
      const found = await get("/api/doctor");
      expect(found.problems).toEqual([warning]);
      expect(found).toMatchObject({ sinks: [{ name: "teams", givenUp: 0 }] });
      expect(app.lines.join("\n")).not.toContain("v0123456");
    } finally {
      await app.end();
    }
  });
});
