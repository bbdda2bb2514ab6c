import { fields, type Source } from "./fields.ts";
import type { UnknownReason } from "../values/fact.ts";

interface Permission {
  readonly action: string;
  readonly on: string;
}

const requesters = "the requester's subscription";

/** The permission that the app needs to read each source of fields. */
export const permissions: Readonly<Partial<Record<Source, Permission>>> = {
  connection: {
    action: "Microsoft.ApiManagement/service/privateEndpointConnections/read",
    on: "the service",
  },
  service: { action: "Microsoft.ApiManagement/service/read", on: "the service" },
  endpoint: { action: "Microsoft.Network/privateEndpoints/read", on: requesters },
  network: { action: "Microsoft.Network/virtualNetworks/read", on: requesters },
  requester: { action: "Microsoft.Resources/subscriptions/read", on: requesters },
};

/** The missing permission that makes a fact unknown; undefined if it is unknown for another reason. */
export function missingPermission(field: string, reason: UnknownReason): string | undefined {
  const found = fields.find(({ name }) => field === name || /^[.[]/.test(suffix(field, name)));
  const right = found && permissions[found.source];
  if (found === undefined || right === undefined) return undefined;
  // Resource Graph silently leaves out what the app may not read.
  const lacks =
    reason === "forbidden" ||
    reason === "not-visible" ||
    (reason === "not-found" && found.source === "requester");
  if (!lacks) return undefined;
  const counted = found.name.startsWith("counts.") && found.source !== "service";
  const on = counted ? "the subscriptions of all approved endpoints" : right.on;
  return `grant ${right.action} on ${on}`;
}

function suffix(field: string, name: string): string {
  return field.startsWith(name) ? field.slice(name.length) : "";
}
