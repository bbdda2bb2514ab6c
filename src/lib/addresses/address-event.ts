import { parsePublicIpId, parseServiceId } from "../azure/resource-id.ts";
import { firstNamed, readHint } from "../estate/event-hint.ts";
import type { Addressed } from "./model/baseline.ts";

/** The resource that an event asks to check, or why the event is ignored. */
export type AddressEvent =
  { readonly kind: "check"; readonly resource: Addressed } | { readonly kind: "malformed" | "irrelevant" };

const service = "microsoft.apimanagement/service";
const publicIp = "microsoft.network/publicipaddresses";
/**
 * Writes, deletes and actions of a service itself (Azure's list of operations has no complete word for a migration).
 */
const ofService = /^microsoft\.apimanagement\/service\/(write|delete|[a-z0-9]+\/action)$/;
const ofPublicIp = /^microsoft\.network\/publicipaddresses\/(write|delete)$/;

/** Reads one event. Only the name of the resource is used. */
export function readAddressEvent(event: unknown): AddressEvent {
  const hint = readHint(event);
  if (hint === undefined) return { kind: "malformed" };
  const { operation, names, resource } = hint;
  const about = operation === undefined ? resource?.type : typeOf(operation);
  if (about !== service && about !== publicIp) return { kind: "irrelevant" };
  const parse = about === service ? parseServiceId : parsePublicIpId;
  // The resource URI of an action may end with the action's name.
  const found = firstNamed<Addressed>(names, (name) => parse(name.split("/").slice(0, 9).join("/")));
  return found === undefined ? { kind: "malformed" } : { kind: "check", resource: found };
}

/** The type of the resource whose addresses an operation may change; undefined for other operations. */
function typeOf(operation: string): string | undefined {
  if (ofService.test(operation)) return service;
  return ofPublicIp.test(operation) ? publicIp : undefined;
}
