import { privateZone } from "../../alerts/reasons-of-connections.ts";
import type { DnsReadiness } from "../record/connection-record.ts";
import { parseEndpointId } from "../../azure/resource-id.ts";
import { thenRead, valueOf } from "../../estate/read.ts";
import type { Azure } from "../azure-connections.ts";
import { approvedOf } from "../facts/counts.ts";
import type { Snapshot } from "../facts/snapshot.ts";
import type { ConnectionRecord } from "../record/connection-record.ts";

/**
 * Reads whether a private DNS zone resolves the service to the endpoint. Called after an approval, which gives the
 * endpoint its address. The approval stands even if this is unknown.
 */
export async function dnsReadinessOf(
  azure: Azure,
  { id, endpointId }: ConnectionRecord,
): Promise<DnsReadiness> {
  const endpoint = parseEndpointId(endpointId ?? "");
  if (endpoint === undefined) return { dns: "unknown", reason: "no-endpoint" };
  const zones = await azure.dnsZones(endpoint);
  if (zones.kind === "unknown") return { dns: "unknown", reason: zones.reason };
  if (zones.value.includes(privateZone)) return { dns: "zone-group" };
  const read = await azure.endpoint(endpoint);
  const addresses = valueOf(thenRead(read, (found) => found.privateAddresses)) ?? [];
  return { dns: "by-hand", record: { name: `${id.service.serviceName}.${privateZone}`, addresses } };
}

/**
 * Whether a service with its first approved connection still answers on its public address, which many people expect a
 * private endpoint to close. It is alerted once per service, and never changed by us.
 */
export async function isPublicAccessOpen(
  azure: Azure,
  { id }: ConnectionRecord,
  snapshot?: Snapshot,
): Promise<boolean> {
  const service = snapshot?.service ?? (await azure.service(id.service));
  if (service.kind === "unknown" || service.value.connections.kind === "unknown") return false;
  const others = approvedOf(service).filter((each) => each.id.text !== id.text);
  return valueOf(service.value.publicNetworkAccess) === "Enabled" && others.length === 0;
}
