import {
  parseConnectionId,
  parseServiceId,
  type ConnectionId,
  type ServiceId,
} from "../azure/resource-id.ts";
import type { Cause } from "./record/connection-record.ts";

/** A message of the queue `reviews`: names what to review, and carries no facts. */
export interface ReviewMessage {
  readonly v: 1;
  readonly kind: "connection" | "service";
  readonly id: string;
  readonly cause: Cause;
  readonly requestedAt: string;
  readonly requestId: string;
}

export function reviewMessage(
  id: ConnectionId | ServiceId,
  cause: Cause,
  requestedAt: Date,
  requestId: string,
): ReviewMessage {
  return { v: 1, kind: id.kind, id: id.text, cause, requestedAt: requestedAt.toISOString(), requestId };
}

const causes: readonly Cause[] = ["event", "sweep", "http", "retry"];

/** The request in a message; undefined if it is not a review message. */
export function parseReviewMessage(
  message: unknown,
): { id: ConnectionId | ServiceId; cause: Cause; requestedAt: Date } | undefined {
  if (typeof message !== "object" || message === null) return undefined;
  const {
    v,
    kind,
    id: text,
    cause: named,
    requestedAt: at,
  } = message as Partial<Record<keyof ReviewMessage, unknown>>;
  const cause = causes.find((each) => each === named);
  if (v !== 1 || typeof text !== "string" || typeof at !== "string" || cause === undefined) return undefined;
  const id =
    kind === "connection" ? parseConnectionId(text) : kind === "service" ? parseServiceId(text) : undefined;
  const requestedAt = new Date(at);
  return id === undefined || Number.isNaN(requestedAt.getTime()) ? undefined : { id, cause, requestedAt };
}
