import { setTimeout as sleep } from "node:timers/promises";
import { QueueServiceClient } from "@azure/storage-queue";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { enqueue } from "../../host/queue.ts";
import { startStack, type Stack } from "../../local/stack.ts";
import { subscriptions } from "../../simulator/estate/estate.ts";
import { eventually, phaseOf, putsOn, serviceNamed } from "./inspect.ts";
import { ask, partner, runTimer } from "./requests.ts";

let stack: Stack;
beforeAll(async () => {
  // Sweeps run only on request, so that each test knows what found its connection.
  stack = await startStack({ settings: { DRAWBRIDGE_SWEEP_SCHEDULE: "0 0 0 1 1 *" } });
});
afterAll(() => stack.stop());

describe("an event", () => {
  it("leads to an approval, which the API returns", async () => {
    const id = await ask(stack, "pe-event");
    await eventually(async () => expect(await phaseOf(stack, id)).toBe("Applied"));
    const response = await stack.call(`/api/decisions?connection=${encodeURIComponent(id)}`);
    const { decisions } = (await response.json()) as { decisions: { id: string; kind: string }[] };
    expect(decisions).toMatchObject([
      { kind: "outcome", phase: "Applied", state: "Approved" },
      { kind: "decision", cause: "event", verdict: { kind: "approve", rule: "landing zones" } },
    ]);
    const one = await stack.call(`/api/decisions/${decisions[1]?.id}`);
    expect(await one.json()).toMatchObject({
      connection: expect.stringContaining("pe-event"),
      facts: { known: { "endpoint.name": "pe-event" } },
    });
  });

  it("is not needed to confirm an approval, which is sent once", { timeout: 90_000 }, async () => {
    const id = await ask(stack, "pe-followed", { serviceId: serviceNamed(stack, "apim-payments").id });
    await eventually(() => Promise.resolve(expect(putsOn(stack, id)).toBe(1)));
    stack.simulator.events.lose(1);
    await eventually(async () => expect(await phaseOf(stack, id)).toBe("Applied"), 80_000);
    expect(putsOn(stack, id)).toBe(1);
  });

  it("of an unreadable endpoint leads to a hold without a PUT", async () => {
    const id = await ask(stack, "pe-partner", partner);
    await eventually(async () => expect(await phaseOf(stack, id)).toBe("Held"));
    expect(putsOn(stack, id)).toBe(0);
  });

  it("that is lost is replaced by a sweep", async () => {
    stack.simulator.events.lose(1);
    const id = await ask(stack, "pe-lost");
    await sleep(1_000);
    expect(await phaseOf(stack, id)).toBeUndefined();
    expect((await runTimer(stack, "sweepConnections")).status).toBe(202);
    await eventually(async () => expect(await phaseOf(stack, id)).toBe("Applied"));
  });

  it("may be delivered to the queue `events` instead", async () => {
    stack.simulator.events.lose(1);
    const id = await ask(stack, "pe-queued");
    const event = {
      id: "1",
      eventType: "Microsoft.Resources.ResourceWriteSuccess",
      subject: id,
      data: {
        operationName: "Microsoft.ApiManagement/service/privateEndpointConnections/write",
        resourceUri: id,
      },
    };
    const queues = QueueServiceClient.fromConnectionString(stack.azurite.connectionString);
    await enqueue(queues.getQueueClient("events"), JSON.stringify(event));
    await eventually(async () => expect(await phaseOf(stack, id)).toBe("Applied"));
  });

  it("may have the CloudEvents schema", async () => {
    await stack.simulator.events.subscribe({
      source: subscriptions.platform,
      endpoint: `${stack.app.url}/runtime/webhooks/EventGrid?functionName=connectionChanged`,
      schema: "CloudEventSchemaV1_0",
    });
    const id = await ask(stack, "pe-cloud-event");
    await eventually(async () => expect(await phaseOf(stack, id)).toBe("Applied"));
    expect(putsOn(stack, id)).toBe(1);
  });

  it("that arrives ten times is accepted ten times, and changes nothing more", async () => {
    const id = await ask(stack, "pe-ten");
    await eventually(async () => expect(await phaseOf(stack, id)).toBe("Applied"));
    const before = await (await stack.call("/api/decisions")).text();
    const operationName = "Microsoft.ApiManagement/service/privateEndpointConnections/write";
    const event = JSON.stringify([
      {
        eventType: "Microsoft.Resources.ResourceWriteSuccess",
        subject: id,
        data: { operationName, resourceUri: id },
      },
    ]);
    for (let times = 0; times < 10; times++) expect((await notify(event)).status).toBe(202);
    await sleep(1_500);
    expect(await (await stack.call("/api/decisions")).text()).toBe(before);
    expect(putsOn(stack, id)).toBe(1);
  });
});

describe("malformed events", () => {
  it("change nothing, and the app still responds", async () => {
    const before = await (await stack.call("/api/decisions")).text();
    const calls = stack.simulator.seen.length;
    // Resources that were read before may still be read again; no other resource may be.
    const readBefore = new Set(stack.simulator.seen.map(({ path }) => path));
    const bodies = Array.from({ length: 200 }, (_, index) => malformed(index));
    const statuses = new Set<number>();
    for (const body of bodies) statuses.add((await notify(body)).status);
    expect([...statuses].every((status) => status === 202 || status === 400)).toBe(true);
    expect((await fetch(`${stack.app.url}/api/health`)).status).toBe(200);
    expect(await (await stack.call("/api/decisions")).text()).toBe(before);
    expect(stack.simulator.seen.slice(calls).filter(({ path }) => !readBefore.has(path))).toEqual([]);
    const details = (await (await stack.call("/api/health/details")).json()) as {
      counters: Record<string, number>;
    };
    expect(details.counters["events-malformed"]).toBeGreaterThan(100);
  });

  it("for an unknown function get 404", async () => {
    const url = `${stack.app.url}/runtime/webhooks/EventGrid?functionName=nobody`;
    expect(
      (await fetch(url, { method: "POST", headers: { "aeg-event-type": "Notification" }, body: "[]" }))
        .status,
    ).toBe(404);
  });
});

function notify(body: string): Promise<Response> {
  const url = `${stack.app.url}/runtime/webhooks/EventGrid?functionName=connectionChanged`;
  return fetch(url, {
    method: "POST",
    headers: { "aeg-event-type": "Notification", "content-type": "application/json" },
    body,
  });
}

/** Many kinds of bodies that are not valid events; the same ones in every run. */
function malformed(index: number): string {
  const operationName = "Microsoft.ApiManagement/service/privateEndpointConnections/write";
  const kinds: readonly (() => string)[] = [
    () => "",
    () => "{",
    () => "null",
    () => `"${"x".repeat(index)}"`,
    () => JSON.stringify([index]),
    () => JSON.stringify({ data: index }),
    () => JSON.stringify([{ data: { operationName, resourceUri: `/subscriptions/${"../".repeat(index)}` } }]),
    () =>
      JSON.stringify([
        { data: { operationName, resourceUri: `/x/privateEndpointConnections/%2e%2e${index}` } },
      ]),
    () => JSON.stringify([null, [], {}, { data: [] }]),
    () =>
      JSON.stringify({
        eventType: index,
        subject: { a: 1 },
        data: { operationName, resourceUri: "\u0000".repeat(index) },
      }),
  ];
  return kinds[index % kinds.length]?.() ?? "";
}
