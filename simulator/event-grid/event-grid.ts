import { randomUUID } from "node:crypto";
import type { Clock } from "../clock.ts";
import type { World } from "../estate/world.ts";

/** Tells of a successful write or delete through ARM: an operation, and the resource that it was done to. */
export type Emit = (operationName: string, resourceUri: string) => void;

export interface EventSubscription {
  /** The Azure subscription whose events are wanted. */
  readonly source: string;
  readonly endpoint: string;
  readonly schema: "EventGridSchema" | "CloudEventSchemaV1_0";
  /** The operations that are wanted, as an advanced filter on `data.operationName` would say; all where none is given. */
  readonly operations?: RegExp;
}

export interface EventGrid {
  readonly emit: Emit;
  /** Subscribes a webhook, with the handshake of its schema. Rejects where the webhook does not answer it. */
  subscribe(subscription: EventSubscription): Promise<void>;
  /** Loses the next events that are told of, as many as given. */
  lose(count: number): void;
  /** Resolves when no delivery is under way. */
  idle(): Promise<void>;
  stop(): void;
}

/** The documented back-off between deliveries, in seconds (Event Grid, "Message delivery and retry"); cut at an hour. */
const backOffSeconds = [10, 30, 60, 300, 600, 1800, 3600];
/** In our time: what takes events does not run faster with the clock. */
const deliveryTimeoutMs = 30_000;
/** Not tried again: these answers mean that it would never be taken. */
const notRetried = [400, 401, 403, 413];

/** Event Grid system topics of subscriptions: at least once, with no order and no signature. */
export function eventGrid(world: World, clock: Clock): EventGrid {
  const subscriptions: EventSubscription[] = [];
  const stopped = new AbortController();
  const underWay = new Set<Promise<void>>();
  let losing = 0;

  function emit(operationName: string, resourceUri: string): void {
    const source = resourceUri.split("/")[2]?.toLowerCase() ?? "";
    const wanted = subscriptions.filter(
      (each) => each.source.toLowerCase() === source && (each.operations?.test(operationName) ?? true),
    );
    if (wanted.length === 0) return;
    if (losing > 0) {
      losing--;
      return;
    }
    const data = eventData(world, operationName, resourceUri);
    for (const subscription of wanted) {
      const delivery = deliver(
        subscription,
        eventIn(subscription.schema, source, resourceUri, data),
        clock,
        stopped.signal,
      );
      underWay.add(delivery);
      void delivery.finally(() => underWay.delete(delivery));
    }
  }

  return {
    emit,
    subscribe: async (subscription) => {
      await handshake(subscription);
      subscriptions.push(subscription);
    },
    lose: (count) => {
      losing += count;
    },
    idle: async () => {
      await Promise.all(underWay);
    },
    stop: () => {
      stopped.abort();
    },
  };
}

async function deliver(
  subscription: EventSubscription,
  event: object,
  clock: Clock,
  signal: AbortSignal,
): Promise<void> {
  for (const seconds of [0, ...backOffSeconds]) {
    if (seconds > 0 && !(await clock.sleep(seconds * 1000, signal))) return;
    const status = await post(subscription, event, signal);
    if (status !== undefined && ((status >= 200 && status <= 204) || notRetried.includes(status))) return;
  }
}

/** Posts an event; undefined where no answer came. */
async function post(
  { endpoint, schema }: EventSubscription,
  event: object,
  signal: AbortSignal,
): Promise<number | undefined> {
  const cloud = schema === "CloudEventSchemaV1_0";
  try {
    const response = await fetch(endpoint, {
      method: "POST",
      signal: AbortSignal.any([signal, AbortSignal.timeout(deliveryTimeoutMs)]),
      headers: {
        "content-type": cloud ? "application/cloudevents+json" : "application/json",
        "aeg-event-type": "Notification",
      },
      body: JSON.stringify(cloud ? event : [event]),
    });
    await response.arrayBuffer();
    return response.status;
  } catch (error) {
    // fetch rejects with one of these for everything that the network may do.
    if (error instanceof TypeError || error instanceof DOMException) return undefined;
    throw error;
  }
}

async function handshake({ endpoint, schema, source }: EventSubscription): Promise<void> {
  if (schema === "CloudEventSchemaV1_0") {
    const response = await fetch(endpoint, {
      method: "OPTIONS",
      headers: { "webhook-request-origin": "eventgrid.azure.net" },
    });
    const origin = response.headers.get("webhook-allowed-origin");
    if (origin !== "eventgrid.azure.net" && origin !== "*")
      throw new Error(`${endpoint} did not allow Event Grid to call it`);
    return;
  }
  const validationCode = randomUUID();
  const event = {
    id: randomUUID(),
    topic: `/subscriptions/${source}`,
    subject: "",
    eventType: "Microsoft.EventGrid.SubscriptionValidationEvent",
    eventTime: new Date().toISOString(),
    dataVersion: "2",
    metadataVersion: "1",
    data: { validationCode, validationUrl: "https://rp.eventgrid.azure.net/validate" },
  };
  const headers = { "content-type": "application/json", "aeg-event-type": "SubscriptionValidation" };
  const response = await fetch(endpoint, { method: "POST", headers, body: JSON.stringify([event]) });
  const answer = (await response.json()) as { validationResponse?: unknown };
  if (answer.validationResponse !== validationCode)
    throw new Error(`${endpoint} did not answer the handshake`);
}

function eventIn(
  schema: EventSubscription["schema"],
  source: string,
  subject: string,
  data: { operationName: string },
): object {
  const verb = data.operationName.split("/").at(-1) ?? "";
  const done = { delete: "Delete", action: "Action" }[verb] ?? "Write";
  const type = `Microsoft.Resources.Resource${done}Success`;
  const id = randomUUID();
  const time = new Date().toISOString();
  const topic = `/subscriptions/${source}`;
  return schema === "CloudEventSchemaV1_0"
    ? { specversion: "1.0", id, type, source: topic, subject, time, data }
    : { id, topic, subject, eventType: type, eventTime: time, dataVersion: "2", metadataVersion: "1", data };
}

/** What a resource event carries: who did what to which resource, and nothing of the resource itself. */
function eventData(world: World, operationName: string, resourceUri: string) {
  const subscriptionId = resourceUri.split("/")[2] ?? "";
  const tenantId = world.subscriptions.get(subscriptionId.toLowerCase())?.tenantId ?? "";
  return {
    authorization: {
      scope: resourceUri,
      action: operationName,
      evidence: { role: "Contributor", principalType: "ServicePrincipal" },
    },
    claims: {
      appid: "2f5afa01-cdcb-4707-a62a-0803cc994c60",
      "http://schemas.microsoft.com/identity/claims/tenantid": tenantId,
    },
    correlationId: randomUUID(),
    resourceProvider: operationName.split("/")[0] ?? "",
    resourceUri,
    operationName,
    status: "Succeeded",
    subscriptionId,
    tenantId,
  };
}
