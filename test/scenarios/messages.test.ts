import { QueueServiceClient } from "@azure/storage-queue";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { enqueue } from "../../host/queue.ts";
import { startStack, type Stack } from "../../local/stack.ts";
import { parseLargeScope } from "../../src/lib/connections/reevaluation/large-scope.ts";
import { beginReevaluation } from "../../src/lib/connections/reevaluation/reevaluation.ts";
import { rowsAppState } from "../../src/lib/state/app-state.ts";
import { rowsOutbox } from "../../src/lib/state/outbox.ts";
import { tableClient } from "../../src/lib/state/table-client.ts";
import { tableRows } from "../../src/lib/state/table-rows.ts";
import { eventually, phaseOf, serviceNamed } from "./inspect.ts";
import { ask } from "./requests.ts";

/** Unexpected messages in the queues, poison messages, and repeated events. */
const yearly = "0 0 0 1 1 *";
let stack: Stack;
let orders: string;
beforeAll(async () => {
  stack = await startStack({
    settings: { DRAWBRIDGE_SWEEP_SCHEDULE: yearly, DRAWBRIDGE_ADDRESS_SCHEDULE: yearly },
  });
  orders = serviceNamed(stack, "apim-orders").id;
});
afterAll(() => stack.stop());

async function send(queue: string, ...messages: readonly unknown[]): Promise<void> {
  const service = QueueServiceClient.fromConnectionString(stack.azurite.connectionString);
  for (const each of messages)
    await enqueue(service.getQueueClient(queue), typeof each === "string" ? each : JSON.stringify(each));
}
async function counters(): Promise<Readonly<Record<string, number>>> {
  const details = (await (await stack.call("/api/health/details")).json()) as {
    counters: Record<string, number>;
  };
  return details.counters;
}
const countsUpTo = (expected: Readonly<Record<string, number>>) =>
  eventually(async () => expect(await counters()).toMatchObject(expected));

const publicIp = () =>
  `/subscriptions/${orders.split("/")[2]}/resourceGroups/rg/providers/Microsoft.Network/publicIPAddresses/pip`;
const rowsOf = ({ azurite: { connectionString } }: Stack) =>
  tableRows(tableClient({ kind: "connection-string", connectionString }));
const of = (kind: string, id: unknown) => ({ v: 1, kind, id, requestedAt: new Date().toISOString() });

describe("a message", () => {
  it("that is malformed is counted, processed once and discarded, in each queue", async () => {
    const at = new Date().toISOString();
    const reviews = [
      of("service", orders),
      { ...of("service", 7), cause: "event" },
      { ...of("group", orders), cause: "event" },
      { ...of("connection", orders), cause: "event" },
      { ...of("service", orders), cause: "event", requestedAt: "yesterday" },
    ];
    const alerts = [
      { v: 2, kind: "app", id: "app" },
      of("service", 7),
      of("service", "x"),
      of("group", orders),
    ];
    const reevaluations = [{ v: 1, id: "x" }, { v: 2, id: "0".repeat(32) }, { at }];
    const garbage = ["7", "null", "not JSON"];
    await send("reviews", ...reviews, ...garbage);
    await send("alerts", ...alerts, ...garbage);
    await send("reevaluations", ...reevaluations, ...garbage);
    await countsUpTo({ "messages-malformed": reviews.length + alerts.length + reevaluations.length + 9 });
    expect(stack.app.lines.filter((line) => /attempt \d of \d/.test(line))).toEqual([]);
    for (const queue of ["reviews", "alerts", "reevaluations"])
      expect(stack.app.lines.join("\n")).toContain(`a message of the queue ${queue} cannot be read`);
  });

  it("without work to do has no effect", async () => {
    const calls = stack.simulator.seen.length;
    await send("alerts", of("app", "app"), of("service", orders), of("public-ip", publicIp()));
    await send("reevaluations", { v: 1, id: "0".repeat(32) });
    const left = async () => {
      const service = QueueServiceClient.fromConnectionString(stack.azurite.connectionString);
      const clients = ["alerts", "reevaluations"].map((name) => service.getQueueClient(name));
      const found = await Promise.all(clients.map(async (each) => each.getProperties()));
      return found.map(({ approximateMessagesCount }) => approximateMessagesCount);
    };
    await eventually(async () => expect(await left()).toEqual([0, 0]));
    expect(stack.simulator.seen.length).toBe(calls);
  });
});

describe("a poison message", () => {
  it("of the reviews causes an alert", async () => {
    const later = { ...of("service", orders), cause: "event" };
    await send("reviews-poison", "not JSON", later);
    await countsUpTo({ "reviews-poisoned": 2 });
    await eventually(async () => {
      const answer = await stack.call("/api/alerts?resource=app&kind=ConnectionFailed");
      const { alerts } = (await answer.json()) as { alerts: { subject: string }[] };
      expect(alerts.map(({ subject }) => subject.toLowerCase()).toSorted()).toEqual([
        orders.toLowerCase(),
        "queue/reviews",
      ]);
    });
    const line = /"type":"Drawbridge.ConnectionFailed","subject":"queue\/reviews"/;
    await stack.app.waitForLine(line, 20_000);
  });

  it("of the alerts leaves an open delivery, and the sweep sends the alert again", async () => {
    await send(
      "alerts-poison",
      "not JSON",
      of("app", "app"),
      of("service", orders),
      of("public-ip", publicIp()),
    );
    await countsUpTo({ "alerts-poisoned": 4 });
    const open = async () => {
      const found: string[] = [];
      for await (const { owner } of rowsOutbox(rowsOf(stack)).openDeliveries())
        found.push((owner === "app" ? owner : owner.text).toLowerCase());
      return found.toSorted();
    };
    const owners = ["app", orders, publicIp()].map((each) => each.toLowerCase()).toSorted();
    // Each is counted before its delivery is opened.
    await eventually(async () => expect(await open()).toEqual(owners));
    await fetch(`${stack.app.url}/admin/functions/sweepConnections`, {
      method: "POST",
      headers: { "x-functions-key": stack.masterKey },
    });
    await eventually(async () => expect(await open()).toEqual([]));
  });

  it("of the events is logged, and the connection that it names is reviewed", async () => {
    stack.simulator.events.lose(1);
    const id = await ask(stack, "pe-poisoned");
    const operationName = "Microsoft.ApiManagement/service/privateEndpointConnections/write";
    const eventType = "Microsoft.Resources.ResourceWriteSuccess";
    await send("events-poison", "not JSON", {
      eventType,
      subject: id,
      data: { operationName, resourceUri: id },
    });
    await countsUpTo({ "events-poisoned": 2 });
    await stack.app.waitForLine(/"the queue gave up an event"/, 20_000);
    await eventually(async () => expect(await phaseOf(stack, id)).toBe("Applied"));
  });

  it("of the re-evaluations shows in their status", async () => {
    const services = { appState: rowsAppState(rowsOf(stack), () => []), clock: { now: () => new Date() } };
    const scope = parseLargeScope("all");
    if (scope === undefined) throw new Error("the scope all was not parsed");
    const asked = { dryRun: true, states: ["Pending"], actor: "http" };
    const { id } = await beginReevaluation(services as never, scope, asked);
    await send("reevaluations-poison", "not JSON", { v: 1, id }, { v: 1, id: "f".repeat(32) });
    await countsUpTo({ "reevaluations-poisoned": 3 });
    await eventually(async () => {
      const status = (await (await stack.call(`/api/reevaluations/${id}`)).json()) as object;
      expect(status).toMatchObject({
        status: "failed",
        failed: expect.stringContaining("five times") as string,
      });
    });
  });
});

describe("an event about addresses", () => {
  it("that repeats within seconds, or within one request, causes no additional read", async () => {
    const url = `${stack.app.url}/runtime/webhooks/EventGrid?functionName=addressesMayHaveChanged`;
    const event = {
      id: "1",
      eventType: "Microsoft.Resources.ResourceWriteSuccess",
      subject: orders,
      data: { operationName: "Microsoft.ApiManagement/service/write", resourceUri: orders },
    };
    const headers = { "aeg-event-type": "Notification" };
    const notify = () => fetch(url, { method: "POST", headers, body: JSON.stringify([event, event]) });
    expect((await notify()).status).toBe(202);
    const calls = stack.simulator.seen.length;
    expect((await notify()).status).toBe(202);
    expect(await counters()).toMatchObject({ "address-events-checked": 1, "address-events-coalesced": 3 });
    expect(stack.simulator.seen.length).toBe(calls);
  });
});
