import { parsePublicIpId, parseServiceId } from "../azure/resource-id.ts";
import type { Addressed } from "./baseline.ts";

/** What an event makes us check, or why it is passed over. */
export type AddressEvent =
  { readonly kind: "check"; readonly resource: Addressed } | { readonly kind: "malformed" | "irrelevant" };

/** Writes, deletes and actions of a service itself (Azure's list of operations has no complete word for a migration). */
const ofService = /^microsoft\.apimanagement\/service\/(write|delete|[a-z0-9]+\/action)$/;
const ofPublicIp = /^microsoft\.network\/publicipaddresses\/(write|delete)$/;

/** Reads one event, in Event Grid's schema or as a CloudEvent; nothing of it is believed but the name of what to check. */
export function readAddressEvent(event: unknown): AddressEvent {
  const data = property(event, "data");
  const name = property(data, "operationName");
  const uri = property(data, "resourceUri") ?? property(event, "subject");
  if (typeof name !== "string" || typeof uri !== "string") return { kind: "malformed" };
  const operation = name.toLowerCase();
  if (!ofService.test(operation) && !ofPublicIp.test(operation)) return { kind: "irrelevant" };
  // An action's address may have the action's name behind the resource's.
  const text = uri.split("/").slice(0, 9).join("/");
  const resource = ofService.test(operation) ? parseServiceId(text) : parsePublicIpId(text);
  return resource === undefined ? { kind: "malformed" } : { kind: "check", resource };
}

function property(value: unknown, name: string): unknown {
  return typeof value === "object" && value !== null && Object.hasOwn(value, name)
    ? (value as Readonly<Record<string, unknown>>)[name]
    : undefined;
}
