import { fields, type FieldName, type Source } from "./fields.ts";
import type { Facts } from "../values/fact.ts";
import type { UnknownReason } from "../values/unknown-reason.ts";

/** A right that the app lacks, so that a fact is unknown. */
export interface MissingRight {
  readonly action: string;
  /** Which of the app's roles has it: the one on its own side, or the one on the requesters' side. */
  readonly role: "approver" | "reader";
  /** Whose subscription it is missing in. A count rests on those of all approved endpoints. */
  readonly whose: "service" | "requester" | "approved endpoints";
  /** Its id, where it is one and known. */
  readonly subscription?: string;
}

type Permission = Pick<MissingRight, "action" | "role">;

/** The permission that the app needs to read each source of fields. */
export const permissions: Readonly<Partial<Record<Source, Permission>>> = {
  connection: {
    action: "Microsoft.ApiManagement/service/privateEndpointConnections/read",
    role: "approver",
  },
  service: { action: "Microsoft.ApiManagement/service/read", role: "approver" },
  endpoint: { action: "Microsoft.Network/privateEndpoints/read", role: "reader" },
  network: { action: "Microsoft.Network/virtualNetworks/read", role: "reader" },
  requester: { action: "Microsoft.Resources/subscriptions/read", role: "reader" },
};

/** The missing right that makes a fact unknown; undefined if it is unknown for another reason. */
export function missingRight(field: string, reason: UnknownReason, facts: Facts): MissingRight | undefined {
  const found = fields.find(({ name }) => field === name || /^[.[]/.test(suffix(field, name)));
  const right = found && permissions[found.source];
  if (found === undefined || right === undefined) return undefined;
  // Resource Graph silently leaves out what the app may not read.
  const lacks =
    reason === "forbidden" ||
    reason === "not-visible" ||
    (reason === "not-found" && found.source === "requester");
  if (!lacks) return undefined;
  const isCounted = found.name.startsWith("counts.") && found.source !== "service";
  const whose = isCounted ? "approved endpoints" : right.role === "approver" ? "service" : "requester";
  const subscription = subscriptionOf(whose, facts);
  return { ...right, whose, ...(subscription === undefined ? {} : { subscription }) };
}

/** How a missing right is granted, in the middle of a sentence. */
export function describeGrant({ action, whose, subscription }: MissingRight): string {
  const id = subscription === undefined ? "" : ` ${subscription}`;
  const on = {
    service: "the service",
    requester: `the requester's subscription${id}`,
    "approved endpoints": "the subscriptions of all approved endpoints",
  };
  return `grant ${action} on ${on[whose]}`;
}

const slotOf = (name: FieldName) => fields.findIndex((field) => field.name === name);
const [connectionSlot, requesterSlot] = [slotOf("connection.id"), slotOf("endpoint.subscriptionId")];

function subscriptionOf(whose: MissingRight["whose"], facts: Facts): string | undefined {
  switch (whose) {
    case "service":
      return textIn(facts, connectionSlot)?.split("/")[2];
    case "requester":
      return textIn(facts, requesterSlot);
    case "approved endpoints":
      return undefined;
  }
}

function textIn(facts: Facts, slot: number): string | undefined {
  const fact = facts[slot];
  return fact?.kind === "known" && typeof fact.value === "string" ? fact.value : undefined;
}

function suffix(field: string, name: string): string {
  return field.startsWith(name) ? field.slice(name.length) : "";
}
