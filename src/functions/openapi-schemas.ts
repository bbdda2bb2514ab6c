import { alertTypes, severities } from "../lib/alerts/severity.ts";
import { addressKinds } from "../lib/addresses/model/tier.ts";
import { list, object, text, texts, type Schema } from "../lib/json-schema.ts";

const truth: Schema = { type: "boolean" };
const count: Schema = { type: "integer", minimum: 0 };
const instant: Schema = { type: "string", format: "date-time" };
const verdict: Schema = { enum: ["approve", "reject", "hold"] };

/** A listing: its items, and what to ask for the next page with. */
const page = (name: string, items: Schema): Schema => object({ [name]: list(items) }, { continuation: text });
export const ref = (name: string): Schema => ({ $ref: `#/components/schemas/${name}` });

const unknownFacts = list(object({ field: text, reason: text }));

/** What the API answers with, by name. More may be there: readers ignore what they do not know. */
export const schemas: Readonly<Record<string, Schema>> = {
  Problem: object({ type: text, title: text, status: { type: "integer" } }, { detail: text }),
  Health: object({ status: { enum: ["ok", "degraded", "misconfigured"] }, problems: texts }),
  HealthDetails: object(
    {
      status: { enum: ["ok", "degraded"] },
      problems: texts,
      mode: text,
      policy: { type: "object" },
      breakers: { type: "object" },
      sinks: texts,
      counters: { type: "object", additionalProperties: count },
    },
    {
      firstStartedAt: {},
      lastSweep: {},
      sweeps: {},
      lastAddressCheck: {},
      addressChecks: {},
      lastEvent: {},
      warnings: texts,
    },
  ),
  Connection: object(
    { connection: text, service: text, phase: text, firstSeenAt: instant, attempts: count },
    {
      state: text,
      verdict,
      rule: text,
      reason: text,
      decisionId: text,
      reviewedAt: instant,
      nextAt: instant,
      difficulty: text,
      sentAt: instant,
      waitingSince: instant,
      queuedAt: instant,
      slow: object({ since: instant }, { toldAt: instant }),
    },
  ),
  Connections: page("connections", ref("Connection")),
  Entry: object(
    {
      id: text,
      sequence: { type: "integer", minimum: 1 },
      at: instant,
      previous: text,
      hash: text,
      kind: { enum: ["decision", "outcome", "adoption", "archival"] },
    },
    {
      hashVersion: count,
      connection: text,
      service: text,
      cause: text,
      actor: text,
      verdict: object({ kind: verdict, reasons: texts, unknown: unknownFacts }),
      facts: { type: "object" },
      trace: {},
      phase: text,
      state: text,
      reason: text,
      slow: truth,
      from: count,
      to: count,
      blob: text,
    },
  ),
  Entries: page("decisions", ref("Entry")),
  Addresses: page(
    "addresses",
    object(
      {
        resource: text,
        kind: { enum: addressKinds },
        location: text,
        state: { enum: ["right", "drifted", "unknown", "not applicable", "vacated", "gone", "not watched"] },
        current: texts,
        baseline: texts,
        currentAt: instant,
        baselineAt: instant,
        origin: object({ kind: { enum: ["learned", "declared", "acknowledged"] } }),
      },
      {
        advice: text,
        unsettled: object({ since: instant, why: text }, { toldAt: instant }),
        drift: object({ id: text, since: instant, causes: list({ type: "object" }), remindAt: instant }),
      },
    ),
  ),
  AddressHistory: object(
    { resource: text, changes: list(object({ sequence: count, at: instant, kind: text, what: text })) },
    { continuation: text },
  ),
  Acknowledgement: {
    ...object(
      { resource: text, addresses: texts, reason: text },
      { kind: { enum: addressKinds }, location: text, by: text },
    ),
    additionalProperties: false,
  },
  Acknowledged: object(
    { outcome: { enum: ["acknowledged", "unchanged"] } },
    { acknowledged: list({ type: "object" }) },
  ),
  Alerts: page(
    "alerts",
    object({
      id: text,
      type: { enum: alertTypes },
      subject: text,
      time: text,
      severity: { enum: severities },
      data: { type: "object" },
      sinks: texts,
    }),
  ),
  Reevaluation: {
    ...object({ scope: text }, { dryRun: truth, states: texts }),
    additionalProperties: false,
  },
  ReviewResult: object(
    { connection: text, applied: truth },
    {
      state: text,
      phase: text,
      verdict,
      rule: text,
      reasons: texts,
      unknown: unknownFacts,
      reason: text,
      decisionId: text,
    },
  ),
  Reevaluated: object({ results: list(ref("ReviewResult")) }),
  ReevaluationBegun: object({ id: text, status: text }),
  ReevaluationStatus: object(
    {
      id: text,
      status: { enum: ["running", "ended", "failed"] },
      scope: text,
      dryRun: truth,
      states: texts,
      startedAt: instant,
      services: count,
      unread: texts,
      counts: { type: "object", additionalProperties: count },
      applied: count,
      results: list(ref("ReviewResult")),
    },
    { endedAt: instant, failed: text },
  ),
};
