import { appIdentity } from "../../azure/identity.ts";
import { DeliveryError, type Sink } from "../sink.ts";
import { cloudEvent } from "./cloud-event.ts";
import type { Reach } from "./reach.ts";

export interface TopicConfig {
  /** The topic's endpoint, such as `https://<topic>.<region>-1.eventgrid.azure.net/api/events`. */
  readonly endpoint: string;
  /** An access key; the app's identity (EventGrid Data Sender) where there is none. */
  readonly key?: string;
}

const timeoutMs = 10_000;

/** A custom topic of Event Grid, with the CloudEvents schema. */
export function eventGridSink(config: TopicConfig, reach: Reach): Sink {
  let client: ReturnType<typeof load> | undefined;
  return {
    name: "eventgrid",
    send: async (alert) => {
      const { specversion: _, datacontenttype, time, ...event } = cloudEvent(alert);
      const sending = { ...event, time: new Date(time), datacontenttype };
      try {
        await (
          await (client ??= load(config, reach))
        ).send([sending], { abortSignal: AbortSignal.timeout(timeoutMs) });
      } catch (error) {
        throw notTaken(error);
      }
    },
  };
}

async function load({ endpoint, key }: TopicConfig, reach: Reach) {
  const [{ AzureKeyCredential, EventGridPublisherClient }, credential] = await Promise.all([
    import("@azure/eventgrid"),
    key === undefined ? appIdentity() : undefined,
  ]);
  const options = {
    // An alert that was not taken is tried again by its row, under the same id.
    retryOptions: { maxRetries: 0 },
    redirectOptions: { maxRetries: 0 },
    ...(reach.plain ? { allowInsecureConnection: true } : {}),
  };
  return new EventGridPublisherClient(
    endpoint,
    "CloudEvent",
    credential ?? new AzureKeyCredential(key ?? ""),
    options,
  );
}

/** An SDK's error by shape: its message may hold the topic's address and more. */
function notTaken(error: unknown): DeliveryError {
  const { statusCode, code, response } = (typeof error === "object" && error !== null ? error : {}) as {
    readonly statusCode?: unknown;
    readonly code?: unknown;
    readonly response?: { readonly headers?: { get(name: string): string | undefined } };
  };
  const seconds = Number(response?.headers?.get("retry-after") ?? Number.NaN);
  const why =
    typeof statusCode === "number"
      ? `it answers ${statusCode}`
      : typeof code === "string" && /^[A-Z_a-z]{1,60}$/.test(code)
        ? code
        : error instanceof Error
          ? error.name
          : "no answer";
  return new DeliveryError(why, Number.isFinite(seconds) ? seconds * 1_000 : undefined);
}
