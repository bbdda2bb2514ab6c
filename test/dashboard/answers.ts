import { quiet } from "../../bench/dashboard/page-server.ts";
import type { Answer } from "../../src/functions/http/answers.ts";

/** Answers that the page gets instead of the app's own. */
const at = "2026-11-27T00:00:00Z";

/** Held connections whose names, messages and reasons are texts of strangers. */
export function hostileHeld(connection: string, texts: readonly string[]): Answer<"Held"> {
  return {
    held: texts.map((text, index) => ({
      connection: `${connection}-${index}${text.replaceAll("/", "")}`,
      service: serviceOf(connection),
      phase: "Held",
      message: text,
      reason: text,
      firstSeenAt: at,
      attempts: 0,
    })),
    waitingForWindow: 0,
    waitingForMode: 0,
    waitingForBreaker: 0,
  };
}

/** A service with 500 connections. */
export function longOverview(connection: string, first: string): Answer<"Overview"> {
  const connections = Array.from({ length: 500 }, (_, index) => ({
    name: index === 0 ? first : `pe-${index}`,
    phase: "Held" as const,
    at,
  }));
  return { services: [{ service: serviceOf(connection), connections }] };
}

function serviceOf(connection: string): string {
  return connection.replace(/\/privateEndpointConnections\/.*$/, "");
}

const service =
  "/subscriptions/11111111-1111-4111-8111-111111111111/resourceGroups/rg-apim/providers/Microsoft.ApiManagement/service/apim-orders";
export const requesterSubscription = "55555555-5555-4555-8555-555555555555";
/** The right that a fact of an endpoint needs which the app may not read. */
export const endpointRight = {
  action: "Microsoft.Network/privateEndpoints/read",
  role: "reader",
  whose: "requester",
  subscription: requesterSubscription,
} as const;

export function connectionId(name: string): string {
  return `${service}/privateEndpointConnections/${name}`;
}

/** A connection that the policy's default holds. */
export function heldConnection(name: string): Answer<"Connections">["connections"][number] {
  return {
    connection: connectionId(name),
    service,
    phase: "Held",
    endpointId: `/subscriptions/${requesterSubscription}/resourceGroups/rg/providers/Microsoft.Network/privateEndpoints/${name}`,
    state: "Pending",
    verdict: "hold",
    reason: "no rule applies, and the default is hold",
    decisionId: "d-1",
    decidedAt: at,
    firstSeenAt: at,
    attempts: 0,
  };
}

type Decision = Answer<"Entry">;

/** The decision that holds a connection. */
export function decisionOf(
  { connection, decisionId = "d-1" }: { readonly connection: string; readonly decisionId?: string },
  more: Partial<Decision> = {},
): Decision {
  return {
    id: decisionId,
    sequence: 1,
    at,
    previous: "",
    hash: "0".repeat(64),
    kind: "decision",
    connection,
    verdict: {
      kind: "hold",
      reasons: ["no rule applies, and the default is hold"],
      unknown: [],
      alerts: [],
    },
    facts: {
      known: { "connection.state": "Pending", "endpoint.subscriptionId": requesterSubscription },
      unknown: {},
    },
    trace: [],
    ...more,
  };
}

/** The health of an app in a mode, and what is told apart from that of a quiet one. */
export function healthIn(mode: string, more: Partial<Answer<"HealthDetails">> = {}): Answer<"HealthDetails"> {
  return { ...quiet["/api/health/details"], mode, ...more };
}
