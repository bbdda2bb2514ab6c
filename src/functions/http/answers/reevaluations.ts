import { array, boolean, exactOptional as optional, object, picklist, record, string } from "valibot";
import { verdictKinds } from "../../../lib/policy/evaluate/verdict.ts";
import { phases } from "../../../lib/connections/record/connection-record.ts";
import { count, described, instant, objectId, text, texts, unknownFacts } from "./pieces.ts";

/** Answers about reviews that a person asked for: their results, and the progress of a larger scope. */

export const ReviewResult = object({
  connection: text("ARM id of the connection"),
  state: optional(text("State on Azure")),
  phase: optional(described(picklist(phases), "Phase after the review")),
  verdict: optional(described(picklist(verdictKinds), "Verdict of the policy")),
  rule: optional(text("Rule that decided")),
  reasons: optional(texts("Reasons of the verdict")),
  unknown: optional(unknownFacts),
  person: optional(
    described(
      picklist(["approve", "reject"]),
      "What a person decided, which is applied instead of the verdict",
    ),
  ),
  decidedBy: optional(text("Who decided that")),
  applied: described(boolean(), "Whether the verdict, or what a person decided, was written to Azure"),
  reason: optional(text("Why nothing was applied")),
  decisionId: optional(text("Id of the decision")),
});

export const Reevaluated = object({ results: described(array(ReviewResult), "Result for each connection") });

export const ReevaluationStarted = object({
  id: text("Id of the reevaluation"),
  status: text("Path of its status"),
});

export const ReevaluationStatus = object({
  id: text("Id of the reevaluation"),
  status: described(picklist(["running", "ended", "failed"]), "Progress"),
  scope: text("Scope of the request"),
  dryRun: described(boolean(), "Whether nothing is changed"),
  states: texts("Connection states that are reviewed"),
  actor: text("Who asked for it"),
  actorObjectId: objectId,
  startedAt: instant("Start"),
  endedAt: optional(instant("End")),
  failed: optional(text("Why it was given up")),
  services: count("Services that were read"),
  unread: texts("ARM ids of services that could not be read, or why others are missing"),
  counts: described(record(string(), count("Connections")), "Connections by verdict"),
  applied: count("Connections whose verdict was applied"),
  results: described(array(ReviewResult), "Results, as far as they are kept"),
});
