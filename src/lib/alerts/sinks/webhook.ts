import { createHmac } from "node:crypto";
import type { Clock } from "../../clock.ts";
import type { Sink } from "../sink.ts";
import { cloudEvent } from "./cloud-event.ts";
import { post } from "./post.ts";
import type { Reach } from "./reach.ts";

export interface WebhookConfig {
  readonly url: string;
  /** Signs each delivery; who knows it can tell ours from others'. */
  readonly secret: string;
}

/**
 * A generic webhook: a CloudEvent in the JSON format, signed. `x-drawbridge-signature` is `t=<seconds>,v1=<hex>`, the
 * HMAC-SHA-256 of `<seconds>.<body>`; docs/examples/verify-webhook.ts checks one.
 */
export function webhookSink({ url, secret }: WebhookConfig, clock: Clock, reach: Reach): Sink {
  return {
    name: "webhook",
    send: async (alert) => {
      const body = JSON.stringify(cloudEvent(alert));
      await post(
        new URL(url),
        body,
        {
          "content-type": "application/cloudevents+json; charset=utf-8",
          "x-drawbridge-signature": signatureOf(body, secret, clock.now()),
        },
        reach,
      );
    },
  };
}

function signatureOf(body: string, secret: string, now: Date): string {
  const seconds = Math.floor(now.getTime() / 1_000);
  return `t=${seconds},v1=${createHmac("sha256", secret).update(`${seconds}.${body}`).digest("hex")}`;
}
