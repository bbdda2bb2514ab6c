import {
  array,
  boolean,
  description,
  integer,
  minValue,
  number,
  object,
  exactOptional as optional,
  picklist,
  pipe,
  record,
  string,
  unknown,
} from "valibot";
import { verdictKinds } from "../../../lib/policy/evaluate/verdict.ts";
import { phases } from "../../../lib/connections/record/connection-record.ts";
import { entryKinds, lastVerdict } from "../requests.ts";
import { actions, judged, person, revocation, term } from "./approvals.ts";
import { continuation, count, described, instant, objectId, text, texts, unknownFacts } from "./pieces.ts";

/** Answers about connections: their progress, and the audit chains. */

export const Connection = object({
  connection: text("ARM id of the connection"),
  service: text("ARM id of its service"),
  phase: described(picklist(phases), "Progress of the connection here"),
  endpointId: optional(text("ARM id of the private endpoint")),
  message: optional(text("Message of the requester, which applying a decision overwrites on Azure")),
  state: optional(text("State on Azure in the last review")),
  verdict: optional(described(picklist(verdictKinds), lastVerdict)),
  rule: optional(text("Rule that decided")),
  opensAt: optional(instant("When the change window opens for which alone it is held")),
  reason: optional(text("Why the connection is in this phase")),
  decisionId: optional(text("Id of the last decision")),
  decidedAt: optional(instant("When that decision was recorded")),
  action: optional(described(picklist(actions), "What the mode lets be applied")),
  person: optional(person),
  term: optional(term),
  revocation: optional(revocation),
  judged: optional(judged),
  fingerprint: optional(text("Hash of the facts and the policy that the decision rests on")),
  policyHash: optional(text("Hash of the policy that decided")),
  restrained: optional(
    described(picklist(["approvals", "requests"]), "Breaker that holds the connection whatever its facts"),
  ),
  waitsForPermit: optional(
    described(
      picklist(["approvals", "revocations"]),
      "Limit that keeps the decision from being applied before `nextAt`: the approvals breaker, or the revocations budget",
    ),
  ),
  firstSeenAt: instant("When the connection was first seen"),
  reviewedAt: optional(instant("Start of the last review")),
  nextAt: optional(instant("Earliest start of the next attempt")),
  attempts: count("Consecutive attempts that ended in a difficulty"),
  difficulty: optional(text("What went wrong in the last attempt")),
  failedWith: optional(text("Failure that the last alert reported")),
  missingSince: optional(instant("Since when Azure does not return the connection")),
  sentAt: optional(instant("When the write in progress was sent to Azure")),
  waitingSince: optional(instant("Since when the connection waits for an operation of Azure")),
  queuedAt: optional(instant("Since when the connection waits for another one of its service")),
  slow: optional(
    described(
      object({ since: instant("Since when"), toldAt: optional(instant("When an alert was raised")) }),
      "A decision that is not applied yet",
    ),
  ),
});

export const PersonalDecision = object({
  connection: text("ARM id of the connection"),
  verdict: described(picklist(["approve", "reject"]), "Decision of the person"),
  by: text("Who decided, as the token names them"),
  objectId,
  reason: text("Why"),
  until: optional(instant("When the approval ends")),
  phase: described(picklist(phases), "Phase of the connection"),
  state: optional(text("State on Azure")),
  applied: described(boolean(), "Whether Azure shows the decided state"),
  waitsFor: optional(text("Why it is not applied yet; it is applied without another request")),
  decisionId: text("Id of the recorded decision"),
});

export const Entry = object({
  id: text("Id of the entry: its service and its sequence"),
  sequence: pipe(number(), integer(), minValue(1), description("Position in the chain of the service")),
  at: instant("When the entry was recorded"),
  previous: text("SHA-256 of the previous entry; empty for the first"),
  hash: text("SHA-256 of this entry without this hash"),
  hashVersion: optional(count("Version of the rule by which the hash is computed")),
  kind: described(picklist(entryKinds), "Kind of the entry; it determines which properties are present"),
  connection: optional(text("ARM id of the connection (decision, outcome)")),
  service: optional(text("ARM id of the service (adoption, archival)")),
  cause: optional(text("What caused the review (decision)")),
  actor: optional(text("Who asked for the review (decision)")),
  actorObjectId: objectId,
  mode: optional(text("Mode at the time (decision)")),
  policy: optional(
    described(
      object({
        name: text("Name"),
        hash: text("Hash of the policy, its parameters and the mode, as in the health"),
      }),
      "Policy that decided (decision)",
    ),
  ),
  action: optional(described(picklist(actions), "What is to be applied (decision)")),
  person: optional(person),
  restrained: optional(
    described(
      picklist(["approvals", "requests"]),
      "Breaker that withheld what the policy approved (decision)",
    ),
  ),
  fingerprint: optional(text("Hash of the facts and the policy that the decision rests on (decision)")),
  subscriptionsAt: optional(instant("When the requester's subscription was read (decision)")),
  message: optional(text("Message of the requester, which applying overwrites on Azure (decision)")),
  descriptionBefore: optional(
    text("Description of the approved connection, which its revocation overwrites on Azure (decision)"),
  ),
  verdict: optional(
    described(
      object({
        kind: picklist(verdictKinds),
        rule: optional(text("Rule that decided; absent where the default or a limit did")),
        forMs: optional(count("How long an approval lasts, in milliseconds; absent where it has no end")),
        opensAt: optional(instant("When the change window opens for which alone it is held")),
        reasons: texts("Reasons in a stable order"),
        unknown: unknownFacts,
        alerts: described(
          array(object({ rule: text("Rule"), reason: text("Its reason") })),
          "Matching rules whose effect is an alert",
        ),
      }),
      "Verdict of the policy (decision)",
    ),
  ),
  facts: optional(
    described(
      object({
        known: described(record(string(), unknown()), "Known facts by field; null where absent"),
        unknown: described(record(string(), string()), "Unknown facts by field, with the reason"),
      }),
      "Facts that were read for the verdict, also those that no rule asks about (decision)",
    ),
  ),
  trace: optional(
    described(
      array(unknown()),
      "Result of each rule that is not false, and where the default decided, of the rules closest to an approval (decision)",
    ),
  ),
  decisionId: optional(text("Decision that the outcome belongs to (outcome)")),
  phase: optional(text("Phase after the decision was applied (outcome)")),
  state: optional(text("State on Azure (outcome)")),
  reason: optional(text("Why the connection is in this phase (outcome)")),
  recertifies: optional(
    described(boolean(), "Whether it evaluates an approval that ended, without a write to Azure (decision)"),
  ),
  announces: optional(
    described(picklist(["revocation"]), "What the entry announces, puts off or takes back"),
  ),
  endsAt: optional(instant("When the approval ends (outcome that announces it)")),
  slow: optional(described(boolean(), "Whether the decision still waits to be applied (outcome)")),
  use: optional(
    described(
      object({
        dns: picklist(["zone-group", "by-hand", "unknown"]),
        record: optional(
          object({ name: text("Name of the record"), addresses: texts("Addresses of the endpoint") }),
        ),
        reason: optional(text("Why it is unknown")),
      }),
      "Whether the requester's DNS resolves the service to the endpoint (outcome of an approval)",
    ),
  ),
  connections: optional(
    described(
      array(object({ id: text("ARM id of the connection"), state: text("State on Azure") })),
      "Connections that were left as they were found (adoption)",
    ),
  ),
  from: optional(count("Sequence of the first entry that was moved (archival)")),
  to: optional(count("Sequence of the last entry that was moved (archival)")),
  blob: optional(text("Blob in the archive that holds them (archival)")),
});

export const Connections = object({
  connections: described(array(Connection), "Connections of the page"),
  continuation,
});

export const Held = object({
  held: described(array(Connection), "Connections of the page, which wait for a person"),
  waitingForWindow: count("Held connections that wait for a change window to open"),
  waitingForMode: count("Held connections that the mode keeps from being applied"),
  waitingForBreaker: count(
    "Connections that a breaker holds, or that a person approved while the approvals breaker was open",
  ),
  continuation,
});

export const Entries = object({
  decisions: described(array(Entry), "Entries of the page, in the order that was asked for"),
  continuation,
});
