import { list, object, text, texts } from "../json-schema.ts";
import { instant, number, reason, type AlertKind } from "./kind.ts";

const connection =
  "/subscriptions/…/resourceGroups/rg-apim/providers/Microsoft.ApiManagement/service/apim-orders/privateEndpointConnections/pe-web.1";
const breaker = {
  subject: "`breaker/requests` or `breaker/approvals`",
  required: { ...reason, breaker: { enum: ["requests", "approvals"] } },
  optional: { since: instant, max: number },
};
const at = "2026-11-24T12:15:00.000Z";

/** What is told of Drawbridge itself. */
export const kindsOfTheApp = {
  "Drawbridge.PolicyChanged": {
    summary: "Another policy, other parameters or another mode is in force; what is held is reviewed again.",
    subject: "`policy`",
    required: { ...reason, name: text, changes: texts },
    example: {
      name: "default",
      changes: ["rule landing zones: then.effect: approve became hold"],
      reason: "what is held is reviewed again under it",
    },
  },
  "Drawbridge.PolicyInvalid": {
    summary: "The policy does not load, so that everything is held; again each day.",
    subject: "`policy`",
    required: { ...reason, hash: text, problems: texts },
    example: {
      reason: "the policy does not load, so that everything is held",
      hash: "9f86d081884c7d65",
      problems: ["policy.yaml:5:9: then.effect is missing"],
    },
  },
  "Drawbridge.RuleExpiring": {
    summary: "A rule of the policy expires within two weeks.",
    subject: "`policy`",
    required: { ...reason, rule: text, effect: text, expiresOn: instant },
    example: {
      reason: "the rule stops working at 2026-12-01T00:00:00.000Z",
      rule: "migration of team a",
      effect: "approve",
      expiresOn: "2026-12-01T00:00:00.000Z",
    },
  },
  "Drawbridge.BreakerOpened": {
    ...breaker,
    summary: "More came, or was approved, within an hour than is allowed: everything is held, or waits.",
    example: {
      breaker: "requests",
      max: 1_000,
      reason: "more requests came within an hour than are allowed",
    },
  },
  "Drawbridge.BreakerClosed": {
    ...breaker,
    summary: "It is over; what was held is reviewed.",
    example: { breaker: "requests", since: at, reason: "it is over; what was held meanwhile is reviewed" },
  },
  "Drawbridge.EventPathBroken": {
    summary: "Most new requests of the last hour were found by sweeps: events do not arrive.",
    subject: "`events`",
    required: { ...reason, foundBySweep: number, requests: number },
    example: {
      foundBySweep: 9,
      requests: 10,
      reason: "9 of 10 requests of the last hour were found by a sweep",
    },
  },
  "Drawbridge.SweepOverdue": {
    summary: "No sweep, or no check of the addresses, came to its end in three periods.",
    subject: "`sweep` or `addresses`",
    required: { ...reason, since: instant },
    example: { since: at, reason: "no sweep of the connections has come to its end" },
  },
  "Drawbridge.SinkDead": {
    summary: "A sink has not taken alerts for a day; they are given up there. Told through the others.",
    subject: "`sink/` and the sink's name",
    required: { ...reason, sink: text, given: number, lost: object({ id: text, type: text, subject: text }) },
    example: {
      sink: "teams",
      given: 1,
      lost: {
        id: "5f0c4e1a9b7d4c3e8f2a6b1d0c9e8f7a",
        type: "Drawbridge.ConnectionHeld",
        subject: connection,
      },
      reason: "alerts are not taken by teams (it answers 403)",
    },
  },
  "Drawbridge.HeldReminder": {
    summary:
      "Connections that a person has to decide on have waited for more than a day: one a day for all of them.",
    subject: "`held`",
    required: { ...reason, held: number, oldest: list(object({ connection: text, since: instant })) },
    example: {
      held: 3,
      oldest: [{ connection, since: at }],
      reason: "3 connections have waited for a person for more than a day",
    },
  },
  "Drawbridge.ObserveSummary": {
    summary:
      "What would have been applied since the last one, in mode observe: one an hour instead of one each.",
    subject: "`observe`",
    required: {
      ...reason,
      since: instant,
      counts: { type: "object", additionalProperties: number },
      examples: list(object({ connection: text, verdict: text })),
    },
    example: {
      since: at,
      counts: { approve: 12, reject: 1 },
      examples: [{ connection, verdict: "approve" }],
      reason: "in mode observe since then: would approve 12, reject 1; nothing was changed on Azure",
    },
  },
} as const satisfies Readonly<Record<string, AlertKind>>;
