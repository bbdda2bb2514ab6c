import { parseConnectionId, type ConnectionId } from "../../src/lib/azure/resource-id.ts";
import { dayMs, minuteMs } from "../../src/lib/clock.ts";
import type { ConnectionRecord, Phase } from "../../src/lib/connections/record/connection-record.ts";

/** Connections of a large estate. The same number gives the same connection. */
const platform = "11111111-1111-4111-8111-111111111111";
/**
 * Services that everybody uses. Each of ten connections has one of them, so that with a thousand services they are near
 * Azure's limit.
 */
const popular = 12;
const teams = ["orders", "payments", "billing", "claims", "identity", "search", "reports", "partners"];
/** Of ten connections: most are approved, a few wait or failed. */
const phases: readonly Phase[] = [
  "Applied",
  "Applied",
  "Applied",
  "Adopted",
  "Applied",
  "Held",
  "Applied",
  "Applied",
  "Overridden",
  "Failed",
];
const start = Date.parse("2026-11-01T00:00:00Z");

/** Some approvals end, and a few are to be revoked. */
function endOf(index: number): Pick<ConnectionRecord, "term" | "revocation"> {
  const until = new Date(start + (30 + (index % 60)) * dayMs).toISOString();
  const noticedAt = new Date(start).toISOString();
  return {
    ...(index % 50 === 1 ? { term: { until, nextAt: until } } : {}),
    ...(index % 2_000 === 2 ? { revocation: { noticedAt, dueAt: until, before: { phase: "Applied" } } } : {}),
  };
}

const teamOf = (index: number) => teams[index % teams.length] ?? "";

/** ARM id of a service. */
export function serviceOfNumber(service: number): string {
  return `/subscriptions/${platform}/resourceGroups/rg-apim-${service % 40}/providers/Microsoft.ApiManagement/service/apim-${teamOf(service)}-${service}`;
}

/** The record of a connection, as the app stores it. */
export type EstateRecord = Omit<ConnectionRecord, "version">;

export function recordOfNumber(index: number, services: number): EstateRecord {
  const team = teamOf(index);
  const before = Math.floor(index / 10);
  const service = index % 10 === 0 ? before % Math.min(popular, services) : (index - before - 1) % services;
  const id = parseConnectionId(
    `${serviceOfNumber(service)}/privateEndpointConnections/pe-${team}-${index}`,
  ) as ConnectionId;
  const phase = phases[index % phases.length] ?? "Applied";
  const at = new Date(start + index * minuteMs).toISOString();
  const isHeld = phase === "Held";
  return {
    id,
    phase,
    attempts: 0,
    firstSeenAt: at,
    decidedAt: at,
    state: isHeld || phase === "Failed" ? "Pending" : "Approved",
    verdict: isHeld ? "hold" : "approve",
    rule: isHeld ? "unknown-owner" : "landing-zones",
    reason: isHeld
      ? "rule \"unknown-owner\" (approve) cannot be decided: endpoint.tags['owner'] is unknown (forbidden: the app has no right to read it)"
      : 'rule "landing-zones" approves it',
    decisionId: `d-${index}`,
    message: `Access for team ${team}, CHG-${index}`,
    ...endOf(index),
    endpointId: `/subscriptions/22222222-2222-4222-8222-${String(index % 500).padStart(12, "0")}/resourceGroups/rg-app/providers/Microsoft.Network/privateEndpoints/pe-${team}-${index}`,
  };
}
