import { parsePublicIpId, parseServiceId } from "../azure/resource-id.ts";
import type { Owner } from "./outbox.ts";

/** A message of the queue `alerts`: the owner whose alerts are to be delivered. */
export interface AlertMessage {
  readonly v: 1;
  readonly kind: "service" | "public-ip" | "app";
  readonly id: string;
  readonly requestedAt: string;
  readonly requestId: string;
}

export function alertMessage(owner: Owner, requestedAt: Date, requestId: string): AlertMessage {
  const named =
    owner === "app" ? ({ kind: "app", id: "app" } as const) : { kind: owner.kind, id: owner.text };
  return { v: 1, ...named, requestedAt: requestedAt.toISOString(), requestId };
}

/** The owner that a message names; undefined where the message is not one of ours. */
export function parseAlertMessage(message: unknown): Owner | undefined {
  if (typeof message !== "object" || message === null) return undefined;
  const { v, kind, id } = message as Partial<Record<keyof AlertMessage, unknown>>;
  if (v !== 1 || typeof id !== "string") return undefined;
  if (kind === "app") return "app";
  return kind === "service" ? parseServiceId(id) : kind === "public-ip" ? parsePublicIpId(id) : undefined;
}
