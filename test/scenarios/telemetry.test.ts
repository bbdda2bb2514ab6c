import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { makeEndpoint } from "../../local/requester.ts";
import { startStack, type Stack } from "../../local/stack.ts";
import { subscriptions } from "../../simulator/estate/estate.ts";
import { described } from "../../src/lib/telemetry.ts";
import { eventually, phaseOf, serviceNamed, waitForPhase } from "./inspect.ts";
import { bodyOf } from "../request-body.ts";

/** Metrics and traces that a collector receives from OpenTelemetry's own exporters. */
interface Received {
  readonly path: string;
  readonly body: string;
}

let collector: Server;
const received: Received[] = [];
let stack: Stack;
beforeAll(async () => {
  collector = createServer((request, response) => {
    void (async () => {
      const path = request.url ?? "";
      received.push({ path, body: await bodyOf(request) });
      // The sink refuses the first alert.
      const isFirst = path === "/hook" && received.filter((each) => each.path === path).length === 1;
      response.writeHead(isFirst ? 503 : 200, { "content-type": "application/json" }).end("{}");
    })();
  });
  await new Promise<void>((listening) => collector.listen(0, "127.0.0.1", listening));
  const url = `http://127.0.0.1:${(collector.address() as AddressInfo).port}`;
  stack = await startStack({
    settings: {
      DRAWBRIDGE_TELEMETRY: "otlp",
      OTEL_EXPORTER_OTLP_ENDPOINT: url,
      DRAWBRIDGE_ALERT_WEBHOOK_URL: `${url}/hook`,
      DRAWBRIDGE_ALERT_WEBHOOK_SECRET: "0123456789abcdef",
      DRAWBRIDGE_SWEEP_SCHEDULE: "0 0 0 1 1 *",
      DRAWBRIDGE_ADDRESS_SCHEDULE: "0 0 0 1 1 *",
    },
  });
});
afterAll(async () => {
  await stack.stop();
  collector.closeAllConnections();
  collector.close();
});

const byHand = (name: string) =>
  fetch(`${stack.app.url}/admin/functions/${name}`, {
    method: "POST",
    headers: { "x-functions-key": stack.masterKey },
  });
/** Sweeps once a second until a check passes. */
const sweepUntil = (check: () => Promise<void> | void) =>
  eventually(
    async () => {
      await byHand("sweepConnections");
      await check();
    },
    60_000,
    1_000,
  );
const bodies = (path: string) =>
  received
    .filter((each) => each.path === path)
    .map(({ body }) => body)
    .join("\n");

describe("telemetry", () => {
  it("has metrics of verdicts, calls to Azure and open drifts, and a span for each function", async () => {
    const { id: serviceId } = serviceNamed(stack, "apim-orders");
    const request = { token: "requester", subscriptionId: subscriptions.landingZone, serviceId };
    const seen = await makeEndpoint(stack.simulator, { ...request, name: "pe-measured" });
    await eventually(async () => expect(await phaseOf(stack, seen)).toBe("Applied"));
    stack.simulator.events.lose(10);
    await makeEndpoint(stack.simulator, { ...request, name: "pe-unheard" });
    await byHand("sweepConnections");
    await byHand("checkAddresses");
    await sweepUntil(async () => {
      const metrics = bodies("/v1/metrics");
      for (const name of ["drawbridge.verdicts", "drawbridge.verdict.latency", "drawbridge.arm.calls"])
        expect(metrics).toContain(`"${name}"`);
      expect(metrics).toContain('"drawbridge.drifts.open"');
      expect(metrics).toContain('"drawbridge.found_by_sweep"');
      expect(metrics).toContain("landing zones");
      expect(bodies("/v1/traces")).toContain('"reviewConnections"');
    });
  });

  it("has metrics of delivered and failed alerts, and of throttling by Azure", async () => {
    const answer = { status: 429, headers: { "retry-after": "1" }, body: {} };
    stack.simulator.faults.add({
      method: "GET",
      path: "/service/",
      times: 1,
      does: { kind: "answer", answer },
    });
    await makeEndpoint(stack.simulator, {
      token: "requester",
      subscriptionId: subscriptions.landingZone,
      serviceId: serviceNamed(stack, "apim-orders").id,
      name: "pe-refused",
    });
    await sweepUntil(async () => {
      const metrics = bodies("/v1/metrics");
      for (const name of ["arm.throttled", "alerts.delivered", "alerts.not_taken", "outbox.age"])
        expect(metrics).toContain(`"drawbridge.${name}"`);
    });
  });

  it("contains no names and no secrets", () => {
    for (const { body } of received.filter(({ path }) => path !== "/hook"))
      for (const each of ["pe-measured", subscriptions.landingZone, stack.functionKey, "AccountKey"])
        expect(body).not.toContain(each);
  });

  it("does not stop the app when the collector is down", async () => {
    collector.closeAllConnections();
    collector.close();
    const id = await makeEndpoint(stack.simulator, {
      token: "requester",
      subscriptionId: subscriptions.landingZone,
      name: "pe-unmeasured",
      serviceId: serviceNamed(stack, "apim-orders").id,
    });
    await byHand("sweepConnections");
    // The service may still be Updating after earlier approvals; it is read again after ten seconds.
    await waitForPhase(stack, id, "Applied");
    expect(stack.app.process.exitCode).toBeNull();
  });

  it("has a description for each metric", () => {
    expect(Object.values(described).every((text) => text.length > 10)).toBe(true);
  });
});
