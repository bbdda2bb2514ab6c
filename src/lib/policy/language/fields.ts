import { azureFieldReplacement, azureFunctionReplacement } from "./azure-names.ts";
import { constraintsOf, type ValueConstraints } from "./value-constraints.ts";
import { didYouMean } from "../source/nearest.ts";
import { parsePath, type Step } from "../values/path.ts";

export type FieldType =
  "string" | "location" | "locations" | "number" | "boolean" | "strings" | "object" | "instant" | "any";

export interface Field extends ValueConstraints {
  readonly name: string;
  readonly type: FieldType;
  /** Who asserts the value. A requester's value can narrow an approve rule, but never suffices for it. */
  readonly assertedBy: "platform" | "requester";
  /** For an ARM id: the indexes of the segments that the platform asserts; the requester chose the others. */
  readonly platformSegments?: readonly number[];
  /** The response of Azure that it is read from. */
  readonly source: Source;
  readonly description: string;
}

export type Source = "connection" | "service" | "endpoint" | "network" | "requester" | "time" | "document";

/** Declares a field. Its source is the first part of its name unless given. */
function field<Asserted extends Field["assertedBy"]>(assertedBy: Asserted) {
  return (type: FieldType, description: string, source?: Source) => ({
    type,
    assertedBy,
    description,
    ...(source === undefined ? {} : { source }),
  });
}

const platform = field("platform");
const requester = field("requester");

/** Declares a field for an ARM id of which the requester chose some segments. */
function identifier(platformSegments: readonly number[], description: string, source?: Source) {
  return { ...requester("string", description, source), platformSegments };
}

/** The subscription in `/subscriptions/{2}/resourceGroups/{4}/…`, and in a connection's id the whole service. */
const endpointSegments = [2];
const connectionSegments = [2, 4, 8];

/** Every field of the policy language. The JSON Schema and the documentation are generated from this table. */
const declared = {
  "connection.id": identifier(
    connectionSegments,
    "ARM id of the connection: the service's id, and the connection's name",
  ),
  "connection.name": requester("string", "Name of the connection, as the requester wrote it"),
  "connection.state": platform("string", "Pending, Approved or Rejected"),
  "connection.provisioningState": platform("string", "Creating, Deleting, Failed, Succeeded or Updating"),
  "connection.groupId": platform("string", "Sub-resource asked for; for API Management always Gateway"),
  "connection.message": requester("string", "Text that the requester sent along, at most 140 characters"),
  "endpoint.id": identifier(
    endpointSegments,
    "ARM id of the private endpoint: subscription, resource group and name",
    "connection",
  ),
  "endpoint.subscriptionId": platform("string", "Subscription of the private endpoint", "connection"),
  "endpoint.resourceGroup": requester("string", "Resource group of the private endpoint", "connection"),
  "endpoint.name": requester("string", "Name of the private endpoint", "connection"),
  "endpoint.location": platform("location", "Region of the private endpoint"),
  "endpoint.tags": requester("object", "Tags of the private endpoint"),
  "endpoint.subnet.id": platform("string", "ARM id of the subnet that the endpoint lies in"),
  "endpoint.subnet.name": platform("string", "Name that its owner gave the subnet"),
  "endpoint.subnet.addressPrefixes": platform(
    "strings",
    "Address ranges that its owner gave the subnet",
    "network",
  ),
  "endpoint.virtualNetwork.id": platform("string", "ARM id of the subnet's virtual network"),
  "endpoint.virtualNetwork.name": platform("string", "Name that its owner gave the virtual network"),
  "endpoint.virtualNetwork.addressPrefixes": platform(
    "strings",
    "Address ranges that its owner gave the virtual network",
    "network",
  ),
  "endpoint.virtualNetwork.tags": requester("object", "Tags of the virtual network", "network"),
  "endpoint.privateAddresses": platform("strings", "Private addresses of the endpoint"),
  "endpoint.applicationSecurityGroups": platform("strings", "ARM ids of its application security groups"),
  "endpoint.manual": platform("boolean", "Whether the requester asked for approval by hand"),
  "requester.tenant": platform("string", "ours or foreign, as ARM reports it"),
  "requester.subscriptionName": platform("string", "Display name of the endpoint's subscription"),
  "requester.managementGroups": platform(
    "strings",
    "Ids (not display names) of the management groups above it, nearest first",
  ),
  "requester.subscriptionTags": requester("object", "Tags of the endpoint's subscription"),
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
  "counts.approved": platform(
    "number",
    "Connections of the service that are approved, or decided to be",
    "service",
  ),
  "counts.pending": platform("number", "Pending connections of the service", "service"),
  "counts.fromSubscription": platform(
    "number",
    "Approved connections from the requester's subscription",
    "service",
  ),
  "counts.fromVirtualNetwork": platform(
    "number",
    "Approved connections from the endpoint's virtual network",
    "endpoint",
  ),
  "counts.fromManagementGroup": platform(
    "object",
    "Approved connections by management group of the requester",
    "requester",
  ),
  "counts.fromSubscriptionTag": requester(
    "object",
    "Approved ones by tag of the requester's subscription, with the same value",
    "requester",
  ),
  "counts.headroom": platform("number", "Connections left of the 100 that Azure allows a service", "service"),
  "time.now": platform("instant", "The time of the review"),
} as const;

export type FieldName = keyof typeof declared;

export const fields: readonly (Field & { readonly name: FieldName })[] = Object.entries(declared).map(
  ([name, each]) => ({
    name: name as FieldName,
    source: name.split(".")[0] as Source,
    ...each,
    ...constraintsOf(name),
  }),
);

/** A field, its slot in the facts, and the steps into its value. */
export interface FieldReference {
  readonly field: Field;
  readonly slot: number;
  /** `['owner']` in `endpoint.tags['owner']`; `[*]` for each element. */
  readonly steps: readonly Step[];
}

/** The fields that conditions may use. */
export interface Catalogue {
  readonly fields: readonly Field[];
  resolve(text: string): FieldReference | { readonly problem: string };
  /** Advice on a function of Azure's that is not available; undefined for other names. */
  functionReplacement(functionName: string): string | undefined;
}

/** Advice on Azure's names for authors who migrate a policy. */
interface Replacements {
  readonly field: (text: string) => string | undefined;
  readonly function: (name: string) => string | undefined;
}

const noReplacements: Replacements = { field: () => undefined, function: () => undefined };

/** A closed catalogue: a misspelt field is an error at load. */
export function catalogue(list: readonly Field[], instead = noReplacements): Catalogue {
  const slots = new Map(list.map(({ name }, slot) => [name.toLowerCase(), slot]));
  return {
    fields: list,
    functionReplacement: instead.function,
    resolve(text) {
      const steps = parsePath(text) ?? [];
      for (let taken = steps.length; taken > 0; taken--) {
        const slot = slots.get(nameOf(steps.slice(0, taken)) ?? "");
        const found = slot === undefined ? undefined : list[slot];
        if (slot !== undefined && found !== undefined) return resolveInside(found, slot, steps.slice(taken));
      }
      return { problem: unknownField(text, list, instead) };
    },
  };
}

export const connectionCatalogue = catalogue(fields, {
  field: azureFieldReplacement,
  function: azureFunctionReplacement,
});

/** The lower-cased dotted name of steps that are all keys; undefined for others. */
function nameOf(steps: readonly Step[]): string | undefined {
  const keys = steps.map((each) => (each.kind === "key" ? each.key : undefined));
  return keys.includes(undefined) ? undefined : keys.join(".").toLowerCase();
}

function resolveInside(found: Field, slot: number, steps: readonly Step[]): ReturnType<Catalogue["resolve"]> {
  const [first, second] = steps;
  const isList = found.type === "strings" || found.type === "locations";
  const fits =
    first === undefined || (first.kind === "each" ? isList : found.type === "object") || found.type === "any";
  if (fits && second === undefined) return { field: found, slot, steps };
  const inside: Partial<Record<FieldType, string>> = {
    object: `write a key as ${found.name}['key']`,
    strings: `write its members as ${found.name}[*]`,
    locations: `write its members as ${found.name}[*]`,
  };
  const advice = inside[found.type] ?? "it has no members";
  return { problem: `${found.name} is ${nouns[found.type]}; ${advice}` };
}

const nouns: Readonly<Record<FieldType, string>> = {
  string: "text",
  location: "a location",
  locations: "a list of locations",
  number: "a number",
  boolean: "true or false",
  strings: "a list of texts",
  object: "an object",
  instant: "an instant",
  any: "any value",
};

function unknownField(text: string, list: readonly Field[], instead: Replacements): string {
  const ours = instead.field(text);
  const unknown = `unknown field "${text.slice(0, 100)}"`;
  if (ours !== undefined) return `${unknown}; ${ours}`;
  const names = list.map(({ name }) => name);
  return `${unknown}${didYouMean(text.replace(/\[.*$/s, ""), names)}`;
}
