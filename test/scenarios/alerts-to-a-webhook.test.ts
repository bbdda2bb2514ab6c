import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { isFromDrawbridge } from "../../docs/examples/verify-webhook.ts";
import { startApp } from "../../local/app.ts";
import { makeEndpoint } from "../../local/requester.ts";
import { startStack, subscribeApp, type Stack } from "../../local/stack.ts";
import { subscriptions } from "../../simulator/estate/estate.ts";
import { eventually, serviceNamed } from "./inspect.ts";
import { bodyOf } from "../request-body.ts";

/** Alerts through the whole stack: the row, the queue and a webhook. */
const secret = "the-secret-of-this-webhook";

interface Told {
  readonly id: string;
  readonly type: string;
  readonly subject: string;
}

/** A webhook that accepts requests or does not respond. */
async function startWebhook() {
  const told: Told[] = [];
  const state = { answers: true, asked: 0 };
  const server: Server = createServer((request, response) => {
    void (async () => {
      const body = await bodyOf(request);
      state.asked++;
      if (!state.answers) return;
      const signature = request.headers["x-drawbridge-signature"];
      if (!isFromDrawbridge(body, String(signature), secret)) return void response.writeHead(401).end();
      told.push(JSON.parse(body) as Told);
      response.writeHead(204).end();
    })();
  });
  await new Promise<void>((listening) => server.listen(0, "127.0.0.1", listening));
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/path-of-the-webhook`;
  return { url, told, state, stop: () => (server.closeAllConnections(), server.close()) };
}

let webhook: Awaited<ReturnType<typeof startWebhook>>;
let stack: Stack;
beforeAll(async () => {
  webhook = await startWebhook();
  stack = await startStack({
    settings: {
      DRAWBRIDGE_SWEEP_SCHEDULE: "*/3 * * * * *",
      DRAWBRIDGE_ALERT_WEBHOOK_URL: webhook.url,
      DRAWBRIDGE_ALERT_WEBHOOK_SECRET: secret,
      DRAWBRIDGE_ALERT_WEBHOOK_KINDS: "warning, critical",
    },
  });
});
afterAll(async () => {
  webhook.stop();
  await stack.stop();
});

const ask = (name: string, more: object = {}) =>
  makeEndpoint(stack.simulator, {
    token: "partner",
    subscriptionId: subscriptions.partner,
    name,
    serviceId: serviceNamed(stack, "apim-orders").id,
    ...more,
  });
const toldOf = (id: string) =>
  webhook.told.filter(({ subject }) => subject.toLowerCase() === id.toLowerCase());

describe("an alert", () => {
  it("reaches a webhook once, signed, and only if the webhook wants its type", async () => {
    const held = await ask("pe-held");
    const approved = await ask("pe-approved", {
      token: "requester",
      subscriptionId: subscriptions.landingZone,
    });
    await eventually(async () => {
      expect(toldOf(held).map(({ type }) => type)).toEqual(["Drawbridge.ConnectionHeld"]);
      const { connections } = (await (await stack.call("/api/connections?phase=Applied")).json()) as {
        connections: unknown[];
      };
      expect(connections).toHaveLength(1);
    });
    const approvals = () =>
      stack.app.lines.filter((line) => line.includes('"type":"Drawbridge.ConnectionApproved"'));
    await eventually(() => Promise.resolve(expect(approvals()).toHaveLength(1)));
    expect(toldOf(approved)).toEqual([]);
  });

  it("is listed by subject, type and time", async () => {
    const get = async (query: string) =>
      (await stack.call(`/api/alerts${query}`)).json() as Promise<{
        alerts: { type: string; severity: string; sinks: string[] }[];
      }>;
    const service = encodeURIComponent(serviceNamed(stack, "apim-orders").id);
    expect((await get(`?resource=${service}&kind=ConnectionHeld`)).alerts).toMatchObject([
      { type: "Drawbridge.ConnectionHeld", severity: "warning", sinks: ["log", "webhook"] },
    ]);
    expect((await get("?kind=connectionapproved")).alerts).toMatchObject([{ sinks: ["log"] }]);
    expect((await get("?from=2099-01-01T00:00:00Z")).alerts).toEqual([]);
    for (const query of ["?kind=x", "?from=x", "?resource=/x", "?top=0", "?continuation=x"])
      expect((await stack.call(`/api/alerts${query}`)).status).toBe(400);
    expect((await stack.call("/api/alerts?resource=apim-unknown/pe-x")).status).toBe(404);
  });

  it("contains no secret, nor does any log line or response", async () => {
    const answers = await Promise.all(
      ["/api/health/details", "/api/alerts", "/api/decisions", "/api/connections", "/api/openapi.json"].map(
        async (path) => (await stack.call(path)).text(),
      ),
    );
    const key = /AccountKey=([^;]+)/.exec(stack.azurite.connectionString)?.[1] ?? "no key";
    const secrets = [secret, "path-of-the-webhook", key, stack.functionKey, stack.masterKey];
    for (const each of secrets)
      expect([...stack.app.lines, ...answers].filter((text) => text.includes(each))).toEqual([]);
  });

  it("for a sink that does not respond does not delay the others", async () => {
    webhook.state.answers = false;
    const id = await ask("pe-slow-sink");
    const line = new RegExp(`"type":"Drawbridge.ConnectionHeld".*pe-slow-sink`);
    await stack.app.waitForLine(line, 5_000);
    await eventually(async () => expect(webhook.state.asked).toBeGreaterThan(1));
    expect(toldOf(id)).toEqual([]);
  });

  it(
    "whose process ends during its delivery is sent by the next one with the same id",
    { timeout: 60_000 },
    async () => {
      const asked = webhook.state.asked;
      const id = await ask("pe-killed");
      await eventually(async () => expect(webhook.state.asked).toBeGreaterThan(asked));
      await stack.app.end("SIGKILL");
      webhook.state.answers = true;
      const again = await startApp({
        settings: stack.settings,
        port: 0,
        masterKey: stack.masterKey,
        functionKey: stack.functionKey,
      });
      try {
        await subscribeApp(stack.simulator, again.url);
        await eventually(async () => expect(new Set(toldOf(id).map((each) => each.id)).size).toBe(1), 40_000);
      } finally {
        await again.end();
      }
    },
  );
});
