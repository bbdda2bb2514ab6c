import { nearest } from "./nearest.ts";

export type FieldType =
  "string" | "location" | "locations" | "number" | "boolean" | "strings" | "object" | "instant";

export interface Field {
  readonly name: string;
  readonly type: FieldType;
  /** Who vouches for the value. What the requester chose may narrow a policy, and never suffices. */
  readonly assertedBy: "platform" | "requester";
  readonly description: string;
}

const platform = (type: FieldType, description: string) =>
  ({ type, assertedBy: "platform", description }) as const;
const requester = (type: FieldType, description: string) =>
  ({ type, assertedBy: "requester", description }) as const;

/** Every field that a policy may name. A field is listed once Drawbridge reads it, never before. */
const declared = {
  "connection.id": platform("string", "ARM id of the connection"),
  "connection.name": platform("string", "Name of the connection, chosen by Azure"),
  "connection.state": platform("string", "Pending, Approved or Rejected"),
  "connection.provisioningState": platform("string", "Creating, Deleting, Failed or Succeeded"),
  "connection.groupId": platform("string", "Sub-resource asked for; for API Management always Gateway"),
  "connection.message": requester("string", "Text that the requester sent along, at most 140 characters"),
  "endpoint.id": platform("string", "ARM id of the private endpoint"),
  "endpoint.subscriptionId": platform("string", "Subscription of the private endpoint"),
  "endpoint.resourceGroup": requester("string", "Resource group of the private endpoint"),
  "endpoint.name": requester("string", "Name of the private endpoint"),
  "endpoint.location": platform("location", "Region of the private endpoint"),
  "endpoint.tags": requester("object", "Tags of the private endpoint"),
  "endpoint.subnet.id": platform("string", "ARM id of the endpoint's subnet"),
  "endpoint.subnet.name": platform("string", "Name of the endpoint's subnet"),
  "endpoint.virtualNetwork.id": platform("string", "ARM id of the endpoint's virtual network"),
  "endpoint.virtualNetwork.name": platform("string", "Name of the endpoint's virtual network"),
  "endpoint.privateAddresses": platform("strings", "Private addresses of the endpoint"),
  "endpoint.applicationSecurityGroups": platform("strings", "ARM ids of its application security groups"),
  "endpoint.manual": platform("boolean", "Whether the requester asked for approval by hand"),
  "requester.tenant": platform("string", "ours or foreign, on ARM's own word"),
  "service.id": platform("string", "ARM id of the API Management service"),
  "service.subscriptionId": platform("string", "Subscription of the service"),
  "service.resourceGroup": platform("string", "Resource group of the service"),
  "service.name": platform("string", "Name of the service"),
  "service.location": platform("location", "Primary region of the service"),
  "service.sku": platform("string", "Tier of the service"),
  "service.virtualNetworkType": platform("string", "None, External or Internal"),
  "service.publicNetworkAccess": platform("string", "Enabled or Disabled"),
  "service.platformVersion": platform("string", "stv1, stv2, mtv1, stv2.1 or undetermined"),
  "service.tags": platform("object", "Tags of the service"),
  "service.locations": platform("locations", "Every region of the service, normalised"),
  "counts.approved": platform("number", "Approved connections of the service"),
  "counts.pending": platform("number", "Pending connections of the service"),
  "counts.fromSubscription": platform("number", "Approved connections from the requester's subscription"),
  "counts.headroom": platform("number", "Connections left of the 100 that Azure allows a service"),
  "time.now": platform("instant", "The time of the review"),
} as const;

export type FieldName = keyof typeof declared;

export const fields: readonly (Field & { readonly name: FieldName })[] = Object.entries(declared).map(
  ([name, field]) => ({ name: name as FieldName, ...field }),
);

/** A field's place in the facts. */
export interface FieldReference {
  readonly field: Field;
  readonly slot: number;
  /** The key inside an object field: `owner` in `endpoint.tags['owner']`. */
  readonly key?: string;
}

/** The fields that conditions may name; closed, so that a misspelt field is found when the policy loads. */
export interface Catalogue {
  readonly fields: readonly Field[];
  resolve(text: string): FieldReference | { readonly problem: string };
}

export function catalogue(list: readonly Field[]): Catalogue {
  const slots = new Map(list.map((field, slot) => [field.name.toLowerCase(), slot]));
  return {
    fields: list,
    resolve(text) {
      const { name, key } = splitKey(text);
      const slot = slots.get(name.toLowerCase());
      const field = slot === undefined ? undefined : list[slot];
      if (slot === undefined || field === undefined) return { problem: unknownField(text, list) };
      if (key === undefined) return { field, slot };
      if (field.type !== "object")
        return { problem: `${field.name} is a ${field.type}, so it has no ['${key}']` };
      return { field, slot, key };
    },
  };
}

export const connectionCatalogue = catalogue(fields);

/** `endpoint.tags['owner']` and `endpoint.tags.owner` name the same key, as in Azure Policy. */
function splitKey(text: string): { name: string; key?: string } {
  const open = text.indexOf("['");
  if (open > 0 && text.endsWith("']")) return { name: text.slice(0, open), key: text.slice(open + 2, -2) };
  const tags = text.toLowerCase().indexOf(".tags.");
  if (tags > 0) return { name: text.slice(0, tags + 5), key: text.slice(tags + 6) };
  return { name: text };
}

function unknownField(text: string, list: readonly Field[]): string {
  const suggestion = nearest(
    text,
    list.map((field) => field.name),
  );
  return `there is no field "${text}"${suggestion === undefined ? "" : `; did you mean "${suggestion}"?`}`;
}
