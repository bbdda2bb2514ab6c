import { closedReason, openedReason, openReason } from "../connections/breakers/breaker-texts.ts";
import { list, object, text, texts } from "../json-schema.ts";
import { instant, number, reason, type AlertKind } from "./catalogue-entry.ts";
import {
  eventPathReason,
  heldReminderReason,
  observeSummaryReason,
  policyChangedReason,
  policyInvalidReason,
  ruleExpiresReason,
  sinkDeadReason,
  sweepOverdueReason,
} from "./reasons-of-the-app.ts";

const connection =
  "/subscriptions/…/resourceGroups/rg-apim/providers/Microsoft.ApiManagement/service/apim-orders/privateEndpointConnections/pe-web.1";
const breaker = {
  subject: "`breaker/requests` or `breaker/approvals`",
  required: { ...reason, breaker: { enum: ["requests", "approvals"] } },
  optional: { since: instant, max: number, requests: number, approvals: number, until: instant },
};
const at = "2026-11-24T12:15:00.000Z";
const expiresOn = "2026-12-01T00:00:00.000Z";
const counts = { approve: 12, reject: 1 };

/** The alerts about Drawbridge itself. */
export const kindsOfTheApp = {
  "Drawbridge.PolicyChanged": {
    meaning: "The policy, its parameters or the mode changed. What is held is reviewed again.",
    subject: "`policy`",
    required: { ...reason, name: text, changes: texts },
    example: {
      name: "default",
      changes: ["rule landing zones: then.effect: approve became hold"],
      reason: policyChangedReason,
    },
  },
  "Drawbridge.PolicyInvalid": {
    meaning: "The policy does not load, so everything is held. Raised each day.",
    subject: "`policy`",
    required: { ...reason, hash: text, problems: texts },
    example: {
      reason: policyInvalidReason,
      hash: "9f86d081884c7d65",
      problems: ["policy.yaml:5:9: then.effect is missing"],
    },
  },
  "Drawbridge.RuleExpiring": {
    meaning: "A rule of the policy expires within two weeks.",
    subject: "`policy`",
    required: { ...reason, rule: text, effect: text, expiresOn: instant },
    example: {
      reason: ruleExpiresReason(expiresOn),
      rule: "migration of team a",
      effect: "approve",
      expiresOn,
    },
  },
  "Drawbridge.BreakerOpened": {
    ...breaker,
    meaning:
      "There were more new requests, or more approvals, within an hour than allowed. Requests are held; approvals wait. " +
      "`requests` or `approvals` is what was counted within the hour, `max` the setting's value. `until` is when the breaker " +
      "closes at the earliest as far as was known at the time of the alert; what comes later puts it off.",
    example: {
      breaker: "requests",
      requests: 1_001,
      max: 1_000,
      until: "2026-11-24T13:19:00.000Z",
      reason: openedReason("requests", openReason("requests", { since: at, max: 1_000 })),
    },
  },
  "Drawbridge.BreakerClosed": {
    ...breaker,
    meaning: "A breaker closed. What was held is reviewed.",
    example: {
      breaker: "requests",
      since: at,
      reason: closedReason("requests", at),
    },
  },
  "Drawbridge.EventPathBroken": {
    meaning: "Sweeps found most of the new requests of the last hour: events do not arrive.",
    subject: "`events`",
    required: { ...reason, foundBySweep: number, requests: number },
    example: {
      foundBySweep: 9,
      requests: 10,
      reason: eventPathReason(9, 10),
    },
  },
  "Drawbridge.SweepOverdue": {
    meaning: "No sweep, or no address check, was complete within three periods of its schedule.",
    subject: "`sweep` or `addresses`",
    required: { ...reason, since: instant },
    example: {
      since: at,
      reason: sweepOverdueReason(at),
    },
  },
  "Drawbridge.SinkDead": {
    meaning:
      "A sink has not accepted alerts for a day, and they are given up there; or it cannot be used at all. The other sinks get this alert.",
    subject: "`sink/` and the sink's name",
    exampleSubject: "sink/teams",
    required: { ...reason, sink: text, given: number },
    optional: { lost: object({ id: text, type: text, subject: text }) },
    example: {
      sink: "teams",
      given: 1,
      lost: {
        id: "5f0c4e1a9b7d4c3e8f2a6b1d0c9e8f7a",
        type: "Drawbridge.ConnectionHeld",
        subject: connection,
      },
      reason: sinkDeadReason("teams", "it answers 403"),
    },
  },
  "Drawbridge.HeldReminder": {
    meaning: "Connections have waited for a person for more than a day. One alert a day for all of them.",
    subject: "`held`",
    required: { ...reason, held: number, oldest: list(object({ connection: text, since: instant })) },
    example: {
      held: 3,
      oldest: [{ connection, since: at }],
      reason: heldReminderReason(3),
    },
  },
  "Drawbridge.ObserveSummary": {
    meaning:
      "In mode `observe`: what would have been applied since the last summary. One an hour instead of an alert for each.",
    subject: "`observe`",
    required: {
      ...reason,
      since: instant,
      counts: { type: "object", additionalProperties: number },
      examples: list(object({ connection: text, verdict: text })),
    },
    example: {
      since: at,
      counts,
      examples: [{ connection, verdict: "approve" }],
      reason: observeSummaryReason(at, counts),
    },
  },
} as const satisfies Readonly<Record<string, AlertKind>>;
