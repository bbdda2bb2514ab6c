import { connectionsMax } from "../azure-values.ts";
import { list, object, text } from "../json-schema.ts";
import { defaultReason, reasonOf, missingFactsReason } from "../policy/evaluate/verdict-reasons.ts";
import type { UnknownFact } from "../policy/evaluate/verdict.ts";
import { number, reason, type AlertKind } from "./catalogue-entry.ts";
import {
  adoptedReason,
  appliedReason,
  approvalEndsReason,
  bypassReason,
  capacityReason,
  overriddenReason,
  processedByAzure,
  publicAccessReason,
  refusedReason,
  revocationDueReason,
  revokedReason,
  slowReason,
} from "./reasons-of-connections.ts";

const ofConnection = {
  decisionId: text,
  verdict: { enum: ["approve", "reject", "hold"] },
  mode: { enum: ["off", "observe", "approve-only", "enforce"] },
  unknown: list(
    object(
      { field: text, reason: text },
      {
        because: text,
        right: object(
          {
            action: text,
            role: { enum: ["approver", "reader"] },
            whose: { enum: ["service", "requester", "approved endpoints"] },
          },
          { subscription: text },
        ),
      },
    ),
  ),
  use: { type: "object" },
};
const connection =
  "/subscriptions/…/resourceGroups/rg-apim/providers/Microsoft.ApiManagement/service/apim-orders/privateEndpointConnections/pe-web.1";

const landingZones = { name: "landing zones", effect: "approve" } as const;
const otherRegions = {
  name: "tell of other regions",
  effect: "alert",
  reason: "it comes from eastus",
} as const;
const approves = reasonOf({ rule: landingZones });
const rejects = reasonOf({ rule: { name: "blocked subscriptions", effect: "reject" } });
const unknown: UnknownFact = {
  field: "endpoint.subnet.name",
  reason: "forbidden",
  right: {
    action: "Microsoft.Network/privateEndpoints/read",
    role: "reader",
    whose: "requester",
    subscription: "44444444-4444-4444-8444-444444444444",
  },
};
const endsAt = "2027-02-24T08:00:00.000Z";
const dueAt = "2026-12-01T08:00:00.000Z";

/** The alerts about connections and their services. */
export const kindsOfConnections = {
  "Drawbridge.ConnectionApproved": {
    meaning: "A connection was approved, and Azure shows it as Approved.",
    subject: "the connection's ARM id",
    required: reason,
    optional: ofConnection,
    example: {
      reason: appliedReason(approves, { dns: "zone-group" }),
      decisionId: "0123456789abcdef-2",
      use: { dns: "zone-group" },
    },
  },
  "Drawbridge.ConnectionRejected": {
    meaning: "A connection was rejected, and Azure shows it as Rejected.",
    subject: "the connection's ARM id",
    required: reason,
    optional: ofConnection,
    example: { reason: appliedReason(rejects, undefined), decisionId: "0123456789abcdef-4" },
  },
  "Drawbridge.ConnectionHeld": {
    meaning:
      "A connection waits for a person: the policy holds it, or a fact that the policy needs is unknown.",
    subject: "the connection's ARM id",
    required: reason,
    optional: ofConnection,
    example: {
      reason: missingFactsReason(landingZones, [unknown]),
      decisionId: "0123456789abcdef-5",
      verdict: "hold",
      mode: "enforce",
      unknown: [unknown],
    },
  },
  "Drawbridge.ConnectionFailed": {
    meaning: "Azure refuses a decision, or ten attempts in a row failed. It is tried again hourly.",
    subject: "the connection's ARM id, or what the queue gave up",
    required: reason,
    optional: ofConnection,
    example: {
      reason: refusedReason("Approved", "403 AuthorizationFailed"),
      decisionId: "0123456789abcdef-6",
    },
  },
  "Drawbridge.ConnectionSlow": {
    meaning:
      "A decision is not applied after a day, or Azure's operation has run for an hour. Raised once; Drawbridge keeps waiting.",
    subject: "the connection's ARM id",
    required: reason,
    optional: ofConnection,
    example: {
      reason: slowReason("an hour", processedByAzure),
      decisionId: "0123456789abcdef-6",
    },
  },
  "Drawbridge.ConnectionOverridden": {
    meaning: "Somebody else decided about a connection. It is left as it is.",
    subject: "the connection's ARM id",
    required: reason,
    optional: ofConnection,
    example: {
      reason: overriddenReason("Approved", "hold"),
      decisionId: "0123456789abcdef-7",
    },
  },
  "Drawbridge.ConnectionBypass": {
    meaning: "A connection was approved without Drawbridge, and the policy would not have approved it.",
    subject: "the connection's ARM id",
    required: reason,
    optional: ofConnection,
    example: {
      reason: bypassReason("Approved", { kind: "hold", reasons: [defaultReason("hold")] }),
      decisionId: "0123456789abcdef-8",
      unknown: [],
    },
  },
  "Drawbridge.RecertificationDue": {
    meaning:
      "An approval ends: once ahead of its end, and once after it (`isOver`) if the policy does not approve the connection again. The connection stays Approved.",
    subject: "the connection's ARM id",
    required: { ...reason, until: text, isOver: { type: "boolean" } },
    optional: ofConnection,
    example: {
      reason: approvalEndsReason(endsAt),
      until: endsAt,
      isOver: false,
      decisionId: "0123456789abcdef-2",
    },
  },
  "Drawbridge.RevocationDue": {
    meaning:
      "The policy rejects a connection that is Approved, and says `revoke: rejected`: it is revoked after `dueAt` unless that changes. Without `dueAt`: it is not revoked, or not after all.",
    subject: "the connection's ARM id",
    required: reason,
    optional: { ...ofConnection, dueAt: text },
    example: {
      reason: revocationDueReason(rejects, dueAt),
      dueAt,
      verdict: "reject",
      mode: "enforce",
      unknown: [],
    },
  },
  "Drawbridge.ConnectionRevoked": {
    meaning: "An approval was taken back, and Azure shows the connection as Rejected.",
    subject: "the connection's ARM id",
    required: reason,
    optional: ofConnection,
    example: {
      reason: revokedReason(rejects),
      decisionId: "0123456789abcdef-9",
    },
  },
  "Drawbridge.RuleAlert": {
    meaning:
      "An `alert` rule of the policy is true for a connection, or unknown. With more than ten such rules, the tenth alert names the remaining ones in `rules`.",
    subject: "the connection's ARM id",
    required: { ...reason, rule: text, decisionId: text },
    optional: { rules: list(text) },
    example: {
      rule: otherRegions.name,
      reason: reasonOf({ rule: otherRegions }),
      decisionId: "0123456789abcdef-5",
    },
  },
  "Drawbridge.CapacityLow": {
    meaning:
      "A service has 80 of the 100 connections that Azure allows. Raised again only after it had fewer than 70.",
    subject: "the service's ARM id",
    required: { ...reason, connections: number, limit: number },
    example: {
      connections: 80,
      limit: connectionsMax,
      reason: capacityReason(80, connectionsMax),
    },
  },
  "Drawbridge.PublicAccessOpen": {
    meaning: "A service has its first approved connection, and is still reachable on its public address.",
    subject: "the service's ARM id",
    required: { ...reason, connection: text },
    example: { reason: publicAccessReason, connection },
  },
  "Drawbridge.ServiceAdopted": {
    meaning:
      "Drawbridge sees a service for the first time, and others have already decided about some of its connections.",
    subject: "the service's ARM id",
    required: {
      ...reason,
      approved: number,
      others: number,
      connections: list(object({ id: text, state: text })),
    },
    optional: { publicNetworkAccess: text },
    example: {
      approved: 1,
      others: 0,
      connections: [{ id: connection, state: "Approved" }],
      publicNetworkAccess: "Disabled",
      reason: adoptedReason(1, 0),
    },
  },
} as const satisfies Readonly<Record<string, AlertKind>>;
