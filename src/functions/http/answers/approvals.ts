import { literal, object, exactOptional as optional, picklist } from "valibot";
import { phases } from "../../../lib/connections/record/connection-record.ts";
import { described, instant, objectId, text } from "./pieces.ts";

/** What a connection's record says of its approval: who gave it, when it ends, and whether it is to be taken back. */

export const actions = ["approve", "reject", "revoke", "none"] as const;

export const person = described(
  object({
    id: text("Id of the request"),
    verdict: picklist(["approve", "reject"]),
    by: text("Who decided, as the token names them"),
    objectId,
    reason: text("Why"),
    until: optional(instant("When the approval ends")),
  }),
  "Person who decided instead of the policy",
);

export const term = described(
  object({
    until: instant("When it ends"),
    nextAt: instant("When the next step is due: the notice, the end, or another look after it"),
    noticedAt: optional(instant("When an alert announced the end")),
    lapsedAt: optional(instant("When an alert said that it was over and nothing approves it")),
  }),
  "Term of an approval that ends",
);

export const revocation = described(
  object({
    noticedAt: instant("When it was announced"),
    dueAt: instant("When it is evaluated again, and revoked if the policy still rejects it"),
    isBlocked: optional(described(literal(true), "Whether it is kept as the last one of its service")),
    before: described(
      object({
        phase: picklist(phases),
        decisionId: optional(text("Id of the decision")),
        decidedAt: optional(instant("When it was recorded")),
        action: optional(picklist(actions)),
        term: optional(term),
        person: optional(person),
        reason: optional(text("Why it was in that phase")),
      }),
      "What the record was before",
    ),
  }),
  "Approval that the policy rejects since, and that is to be revoked",
);

export const judged = described(
  object({ at: instant("When"), decider: text("Hash of policy, parameters and mode") }),
  "Last evaluation of the approval for a revocation",
);
