import { array, object, exactOptional as optional, picklist } from "valibot";
import { connectionWaits, phases } from "../../../lib/connections/record/connection-record.ts";
import { verdictKinds } from "../../../lib/policy/evaluate/verdict.ts";
import { lastVerdict } from "../requests.ts";
import { described, instant, text } from "./pieces.ts";

/** Every service with a summary of its connections, in one answer. */

export const Overview = object({
  services: described(
    array(
      object({
        service: text("ARM id of the service"),
        unread: optional(
          described(
            object({
              readAt: optional(
                instant("When it was last read with all its connections; absent where it never was"),
              ),
            }),
            "Set where the service was not read yet, or not for more than a day, so that it may have other connections",
          ),
        ),
        connections: described(
          array(
            object({
              name: text("Name of the connection"),
              phase: described(picklist(phases), "Progress of the connection here"),
              state: optional(text("State on Azure in the last review")),
              verdict: optional(described(picklist(verdictKinds), lastVerdict)),
              rule: optional(text("Rule that decided")),
              at: instant("When that decision was recorded, or else when the connection was first seen"),
              requester: optional(text("Id of the subscription of the endpoint")),
              person: optional(
                described(
                  object({
                    by: text("Who decided, as the token names them"),
                    verdict: described(picklist(["approve", "reject"]), "Decision of the person"),
                  }),
                  "Person who made that decision instead of the policy",
                ),
              ),
              waitsFor: optional(
                described(
                  picklist(connectionWaits),
                  "What a held connection waits for; `breaker` also where a person approved it",
                ),
              ),
              breaker: optional(
                described(picklist(["approvals", "requests"]), "Breaker that the connection waits for"),
              ),
              opensAt: optional(instant("When the change window opens that it waits for")),
              endsAt: optional(instant("When the approval ends")),
              revokesAt: optional(instant("When the approval is revoked, if that is announced")),
            }),
          ),
          "Every connection with a record",
        ),
      }),
    ),
    "Every service that a sweep found or that has a connection with a record",
  ),
});
