import { list, object, text, texts } from "../json-schema.ts";
import { instant, reason, type AlertKind } from "./catalogue-entry.ts";
import {
  acknowledgedReason,
  describeDifference,
  driftedReason,
  driftTodo,
  goneReason,
  noAddressInAnswer,
  notJudgedReason,
  relyingParties,
  reminderReason,
  restoredReason,
  tagChangedReason,
  tagChangedTodo,
  unknownSince,
  unknownTodo,
} from "./reasons-of-addresses.ts";

const addresses = list(
  object({
    kind: { enum: ["public", "private", "outbound"] },
    location: text,
    baseline: texts,
    current: texts,
    added: texts,
    removed: texts,
  }),
);
const causes = list(
  object({
    cause: text,
    likelihood: { enum: ["likely", "possible", "unlikely"] },
    for: texts,
    against: texts,
  }),
);
const drifted = {
  kind: "public",
  location: "westeurope",
  baseline: ["203.0.113.10"],
  current: ["203.0.113.11"],
  added: ["203.0.113.11"],
  removed: ["203.0.113.10"],
};
const zones = {
  cause: "availability zones changed",
  likelihood: "likely",
  for: ["availability zones in westeurope: none became 1, 2, 3, observed at 2026-11-24T12:15:00.000Z"],
  against: [],
};
const at = "2026-11-24T12:15:00.000Z";
const todo = driftTodo(
  "/subscriptions/…/resourceGroups/rg-apim/providers/Microsoft.ApiManagement/service/apim-orders",
  { current: drifted.current, files: [] },
);

/** The alerts about addresses. */
export const kindsOfAddresses = {
  "Drawbridge.ServiceGone": {
    meaning:
      "Azure has answered twice, more than a minute apart, that a service does not exist. Its addresses may be assigned to another customer.",
    subject: "the service's ARM id",
    required: { ...reason, since: instant, addresses, affected: texts },
    example: {
      reason: goneReason("service"),
      since: at,
      addresses: [{ ...drifted, current: drifted.baseline, added: [], removed: [] }],
      affected: [relyingParties.public],
    },
  },
  "Drawbridge.AddressDrifted": {
    meaning: "Addresses differ from their baseline, or a watched public IP resource is gone.",
    subject: "the ARM id of the service or the public IP resource",
    required: { ...reason, since: instant, addresses, affected: texts },
    optional: { drift: text, lastSeenRight: instant, causes, todo: text },
    example: {
      drift: "5f0c4e1a9b7d4c3e8f2a6b1d0c9e8f7a",
      reason: driftedReason([describeDifference(drifted)], [zones]),
      since: at,
      lastSeenRight: "2026-11-24T12:00:00.000Z",
      addresses: [drifted],
      causes: [zones],
      affected: [relyingParties.public],
      todo,
    },
  },
  "Drawbridge.AddressRestored": {
    meaning: "Addresses that had drifted equal their baseline again.",
    subject: "the ARM id of the service or the public IP resource",
    required: { ...reason, since: instant, addresses },
    example: {
      reason: restoredReason([drifted]),
      since: at,
      addresses: [{ ...drifted, current: drifted.baseline, added: [], removed: [] }],
    },
  },
  "Drawbridge.AddressReminder": {
    meaning: "Addresses still differ from their baseline. Raised once a day, or an hour after they flapped.",
    subject: "the ARM id of the service or the public IP resource",
    required: { ...reason, since: instant, addresses, causes, affected: texts, todo: text },
    example: {
      reason: reminderReason(at, [describeDifference(drifted)]),
      since: at,
      addresses: [drifted],
      causes: [zones],
      affected: [relyingParties.public],
      todo,
    },
  },
  "Drawbridge.AddressNotJudged": {
    meaning:
      "Addresses that somebody may rely on cannot be judged: they have been unknown for a day, or the service's new tier has none of its own.",
    subject: "the ARM id of the service or the public IP resource",
    required: { ...reason, since: instant, addresses, affected: texts, todo: text },
    example: {
      reason: notJudgedReason([drifted], unknownSince(at, noAddressInAnswer)),
      since: at,
      addresses: [{ ...drifted, current: drifted.baseline, added: [], removed: [] }],
      affected: [relyingParties.public],
      todo: unknownTodo,
    },
  },
  "Drawbridge.ServiceTagChanged": {
    meaning:
      "The prefixes of a service tag changed that stands for the addresses of a tier without addresses of its own.",
    subject: "the name of the tag, such as `AzureCloud.westeurope`",
    exampleSubject: "AzureCloud.westeurope",
    required: {
      ...reason,
      tag: text,
      region: text,
      changeNumber: text,
      previousChangeNumber: text,
      added: texts,
      removed: texts,
      services: texts,
      todo: text,
    },
    example: {
      reason: tagChangedReason("AzureCloud.westeurope", 1, 0),
      tag: "AzureCloud.westeurope",
      region: "westeurope",
      changeNumber: "64",
      previousChangeNumber: "63",
      added: ["198.51.100.0/24"],
      removed: [],
      services: [
        "/subscriptions/11111111-1111-4111-8111-111111111111/resourceGroups/rg-apim/providers/Microsoft.ApiManagement/service/apim-v2",
      ],
      todo: tagChangedTodo,
    },
  },
  "Drawbridge.AddressAcknowledged": {
    meaning: "A person, or a file in git, says that addresses that had drifted are right.",
    subject: "the ARM id of the service or the public IP resource",
    required: { ...reason, by: text, why: text, addresses },
    example: {
      reason: acknowledgedReason([drifted], "ana", "zones, as planned"),
      by: "ana",
      why: "zones, as planned",
      addresses: [drifted],
    },
  },
} as const satisfies Readonly<Record<string, AlertKind>>;
