import { array, nullable, object, exactOptional as optional, picklist } from "valibot";
import { addressKinds } from "../../../lib/addresses/model/tier.ts";
import { continuation, count, described, instant, objectId, text, texts } from "./pieces.ts";

/** Answers about addresses: sets with their baselines, changes and acknowledgements. */

const addressKind = described(picklist(addressKinds), "Kind of the addresses");

const addressStates = [
  "right",
  "drifted",
  "unknown",
  "not applicable",
  "vacated",
  "gone",
  "not watched",
] as const;

export const AddressSet = object({
  resource: text("ARM id of the service or the public IP address resource"),
  kind: addressKind,
  location: text("Azure region"),
  state: described(picklist(addressStates), "Comparison of the current addresses with the baseline"),
  current: texts("Addresses of the last complete observation"),
  currentAt: instant("When they were first observed"),
  baseline: texts("Addresses held to be right; empty where there is none of this kind"),
  baselineAt: instant("When the baseline was set"),
  origin: described(
    object({
      kind: picklist(["learned", "declared", "acknowledged"]),
      file: optional(text("File and line of the declaration")),
      by: optional(text("Who acknowledged")),
      objectId,
      reason: optional(text("Why")),
    }),
    "Origin of the baseline",
  ),
  vacatedAt: optional(instant("Since when the service is not in this location")),
  goneAt: optional(instant("Since when the resource does not exist")),
  leftAt: optional(instant("Since when the resource is not governed")),
  advice: optional(text("Why this kind does not apply, and what Azure's documents advise instead")),
  unsettled: optional(
    described(
      object({
        since: instant("Since when"),
        why: text("Why"),
        toldAt: optional(instant("When an alert was raised")),
      }),
      "Present where the current addresses cannot be observed",
    ),
  ),
  drift: optional(
    described(
      object({
        id: text("Id shared by everything that drifted at once"),
        since: instant("When the difference was first observed"),
        causes: array(
          object({
            cause: text("Cause"),
            likelihood: described(picklist(["likely", "possible", "unlikely"]), "How observations fit it"),
            for: texts("Observations that support it"),
            against: texts("Observations that contradict it"),
          }),
        ),
        remindAt: instant("When the next reminder is due"),
      }),
      "Open difference from the baseline",
    ),
  ),
});

export const AddressChange = object({
  sequence: count("Position in the history of the resource"),
  at: instant("When the change was observed or made"),
  kind: text("Kind of change"),
  what: text("Description of the change"),
  actor: optional(text("Who made it")),
  actorObjectId: objectId,
  reason: optional(text("Why it was made")),
  addresses: optional(
    array(
      object({
        kind: addressKind,
        location: text("Azure region"),
        added: texts("Addresses that were added"),
        removed: texts("Addresses that were removed"),
        addresses: texts("Addresses after the change"),
      }),
    ),
  ),
});

export const Addresses = object({
  addresses: described(array(AddressSet), "Address sets of the page"),
  unobserved: optional(
    described(
      array(
        object({
          resource: text("ARM id of the service or the public IP address resource"),
          since: instant("Since when"),
          why: text("Why"),
          set: optional(
            described(
              object({ kind: addressKind, location: text("Azure region") }),
              "What was not observed; any of its addresses where this is missing",
            ),
          ),
        }),
      ),
      "On the first page, if there are any, up to 1,000: resources of which addresses that they have to have were never observed, so that the list lacks them",
    ),
  ),
  continuation,
});

export const ServiceTags = object({
  readAt: described(
    nullable(instant("When")),
    "Last read; null before the first, and where no tier needs a tag",
  ),
  unread: nullable(text("Why the tags could not be read; null if they were")),
  unreadTags: described(
    array(
      object({
        name: text("Name of the tag"),
        region: text("Azure region"),
        why: text("Why the tag could not be read"),
      }),
    ),
    "Tags that Azure's answer lacks; prefixes of an earlier read stay in `tags`",
  ),
  tags: described(
    array(
      object({
        name: text("Name of the tag"),
        region: text("Azure region"),
        changeNumber: text("Number that increases with each change of the tag"),
        prefixes: texts("Prefixes of the tag"),
        since: instant("When these prefixes were first observed"),
        services: texts("ARM ids of the first services that rely on the tag"),
      }),
    ),
    "Watched service tags",
  ),
});

export const AddressHistory = object({
  resource: text("ARM id of the resource"),
  changes: described(array(AddressChange), "Changes of the page, oldest first"),
  continuation,
});

export const Acknowledged = object({
  outcome: described(
    picklist(["acknowledged", "unchanged"]),
    "`unchanged` where the addresses already were the baseline",
  ),
  acknowledged: optional(
    array(object({ kind: addressKind, location: text("Azure region"), addresses: texts("New baseline") })),
  ),
});
