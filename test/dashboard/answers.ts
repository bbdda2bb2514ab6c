import type { Answer } from "../../src/functions/http/answers.ts";

/** Answers that the page gets instead of the app's own. */
const at = "2026-11-27T00:00:00Z";

/** Held connections whose names and reasons are texts of strangers. */
export function hostileHeld(connection: string, texts: readonly string[]): Answer<"Held"> {
  return {
    held: texts.map((text, index) => ({
      connection: `${connection}-${index}${text.replaceAll("/", "")}`,
      service: serviceOf(connection),
      phase: "Held",
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
