import type { Answer } from "../../src/functions/http/answers.ts";
import {
  connectionId,
  decisionOf,
  endpointRight as right,
  healthIn,
  heldConnection,
  requesterSubscription,
} from "./answers.ts";

/** Answers of an app that has something of everything that the page shows. */

/** A held connection, with everything that the page shows of one. */
export const held = { ...heldConnection("pe-partner"), message: "For the spring campaign\nCHG-12" };
const { service, connection, firstSeenAt: at } = held;
const asks = { requester: requesterSubscription, at };
export const entry = decisionOf(held, {
  message: held.message,
  verdict: {
    kind: "hold",
    rule: "landing zones",
    reasons: ['rule "landing zones" (approve) cannot be decided'],
    unknown: [{ field: "endpoint.subnet.name", reason: "forbidden", right }],
    alerts: [],
  },
  facts: {
    known: { "endpoint.subscriptionId": requesterSubscription, "connection.message": held.message },
    unknown: { "endpoint.subnet.name": "forbidden" },
  },
  trace: [
    {
      name: "landing zones",
      effect: "approve",
      result: "unknown",
      condition: {
        expression: "allOf",
        result: "unknown",
        members: [
          { expression: "endpoint.location", operator: "equals", targetValue: "westeurope", result: "true" },
          {
            expression: "endpoint.subnet.name",
            operator: "like",
            targetValue: "snet-*",
            expressionUnknown: "forbidden",
            result: "unknown",
          },
        ],
      },
    },
  ],
});

const drifted = {
  resource: service,
  kind: "public",
  location: "westeurope",
  state: "drifted",
  current: ["198.18.0.1"],
  currentAt: at,
  baseline: ["203.0.113.10"],
  baselineAt: at,
  origin: { kind: "learned" },
  drift: {
    id: "drift",
    since: at,
    remindAt: at,
    causes: [
      {
        cause: "availability zones changed",
        likelihood: "likely",
        for: [`zones changed, observed at ${at}`],
        against: ["the tier is the same"],
      },
      {
        cause: "the service was re-created",
        likelihood: "unlikely",
        for: [],
        against: ["its id is the same"],
      },
    ],
  },
} as const satisfies Answer<"AddressSet">;

const change = {
  sequence: 1,
  at,
  kind: "acknowledged",
  what: `the addresses of ${at} become the baseline`,
  actor: "ana@contoso.example",
  actorObjectId: "99999999-9999-4999-8999-999999999999",
  reason: "Spread over zones",
  addresses: [
    {
      kind: "public",
      location: "westeurope",
      added: ["198.18.0.1"],
      removed: ["203.0.113.10"],
      addresses: [],
    },
  ],
} as const satisfies Answer<"AddressChange">;

const alert = {
  id: "alert-1",
  type: "Drawbridge.AddressDrifted",
  subject: service,
  time: at,
  severity: "critical",
  data: { reason: `the addresses differ since ${at}`, unknown: [] },
  sinks: ["log", "teams"],
  givenUp: [{ sink: "teams", at }],
} as const;

const overview: Answer<"Overview"> = {
  services: [
    {
      service,
      connections: [
        { name: "pe-partner", phase: "Held", state: "Pending", verdict: "hold", waitsFor: "person", ...asks },
        { name: "pe-mode", phase: "Held", state: "Pending", verdict: "approve", waitsFor: "mode", ...asks },
        { name: "pe-ends", phase: "Applied", state: "Approved", verdict: "approve", endsAt: at, ...asks },
        { name: "pe-revoked", phase: "Applied", state: "Approved", revokesAt: at, ...asks },
        { name: "pe-failed", phase: "Failed", state: "Pending", verdict: "reject", ...asks },
        { name: "pe-settled", phase: "Overridden", state: "Rejected", ...asks },
      ],
    },
  ],
};

export const full = {
  access: { caller: "ana@contoso.example", changeRefused: null, decideRefused: null },
  "health/details": healthIn("enforce", {
    status: "degraded",
    problems: ["the sweep is overdue"],
    warnings: ["a role is missing"],
    breakers: { ...healthIn("enforce").breakers, requests: at },
    sinks: ["log", "teams"],
  }),
  overview,
  held: { held: [held], waitingForWindow: 0, waitingForMode: 1, waitingForBreaker: 0 },
  connections: { connections: [held] },
  decisions: {
    decisions: [entry, decisionOf(held, { id: "d-0", kind: "outcome", phase: "Applied", state: "Rejected" })],
  },
  [`decisions/${entry.id}`]: entry,
  addresses: { addresses: [drifted] },
  "addresses/history": { resource: service, changes: [change] },
  alerts: { alerts: [alert] },
  reevaluate: {
    results: [
      { connection: connectionId("pe-dark"), applied: false, reason: "it could not be read (failed)" },
      { connection, applied: false, state: "Pending", verdict: "approve", reasons: ["it is approved"] },
      {
        connection: connectionId("pe-decided"),
        applied: true,
        state: "Approved",
        verdict: "hold",
        reasons: ["it is held"],
        person: "approve",
        decidedBy: "ana@contoso.example",
      },
    ],
  },
  "connections/decide": {
    connection,
    verdict: "approve",
    by: "ana@contoso.example",
    reason: "agreed",
    phase: "Applying",
    applied: false,
    waitsFor: "Azure has not confirmed it yet",
    decisionId: "d-2",
  } satisfies Answer<"PersonalDecision">,
};
