import { fields, type Source } from "./field.ts";
import type { UnknownReason } from "../values/fact.ts";

interface Permission {
  readonly action: string;
  readonly on: string;
}

const requesters = "the requester's subscription";

/** What the app has to be allowed to do to read what a field comes from. */
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

/** What an unknown fact would be known by, where a right is all that is lacking; undefined elsewhere. */
export function missingPermission(field: string, reason: UnknownReason): string | undefined {
  const found = fields.find(({ name }) => field === name || /^[.[]/.test(suffix(field, name)));
  const right = found && permissions[found.source];
  if (found === undefined || right === undefined) return undefined;
  // Resource Graph shows what may be read and is silent about the rest.
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
