import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { startStack, type Stack } from "../../local/stack.ts";
import { principalOf } from "../../local/signed-in.ts";
import { runIn } from "../command-line.ts";
import { waitForPhase } from "./inspect.ts";
import { ask, partner } from "./requests.ts";

/** `npm start -- --as-operator ana`: a person who is signed in on this machine, so that a newcomer can decide. */
let stack: Stack;
beforeAll(async () => {
  stack = await startStack({ operator: "ana", settings: { DRAWBRIDGE_SWEEP_SCHEDULE: "0 0 0 1 1 *" } });
});
afterAll(() => stack.stop());

describe("a local app with an operator", () => {
  it("lets drawbridge decide on what is held, and records who did", async () => {
    const id = await ask(stack, "pe-held", partner);
    await waitForPhase(stack, id, "Held");
    const environment = { DRAWBRIDGE_URL: stack.app.url, DRAWBRIDGE_KEY: stack.functionKey };
    const args = ["decide", "approve", "--connection", "apim-orders/pe-held", "--reason", "onboarded"];
    const { code, err } = await runIn(".", args, environment);
    expect({ code, err }).toEqual({ code: 0, err: "" });
    await waitForPhase(stack, id, "Applied");
    const { connections } = (await (await stack.call("/api/connections")).json()) as {
      readonly connections: readonly { readonly connection: string; readonly person?: object }[];
    };
    expect(connections.find(({ connection }) => connection === id)).toMatchObject({
      person: { by: "ana", objectId: expect.any(String) as string, reason: "onboarded" },
    });
  });

  it("logs that a person decided, where the verdict is to hold and something was applied", async () => {
    const applied = () => stack.app.lines.filter((line) => /"reviewed".*"applied":true/.test(line));
    await expect.poll(applied, { timeout: 20_000 }).not.toEqual([]);
    expect(applied()).toEqual([expect.stringContaining('"verdict":"hold","person":"approve"')]);
  });

  it.each([
    ["/api/dashboard", "/api/dashboard"],
    ["//elsewhere.example/", "/"],
    ["https://elsewhere.example/", "/"],
    ["/.//elsewhere.example/x?y", "/elsewhere.example/x?y"],
    ["http://", "/"],
  ])("leads back from the sign-in to %s", async (wanted, location) => {
    const page = await (await fetch(`${stack.app.url}/api/dashboard`)).text();
    const [, signIn = ""] = /data-sign-in="([^"?]+)\?/.exec(page) ?? [];
    const query = new URLSearchParams({ post_login_redirect_uri: wanted }).toString();
    const answer = await fetch(`${stack.app.url}${signIn}?${query}`, { redirect: "manual" });
    expect([answer.status, answer.headers.get("location")]).toEqual([302, location]);
  });

  it("takes no other name that a client sends, and still needs the key", async () => {
    const headers = { "x-ms-client-principal": principalOf("mallory", "Drawbridge.Operator") };
    expect(await (await stack.call("/api/access", { headers })).json()).toMatchObject({ caller: "ana" });
    const body = JSON.stringify({ connection: "apim-orders/pe-held", verdict: "approve", reason: "r" });
    const unkeyed = await fetch(`${stack.app.url}/api/connections/decide`, { method: "POST", body });
    expect(unkeyed.status).toBe(401);
  });
});
