import {
  connectionProvisioningStates,
  connectionsMax,
  connectionStates,
  platformVersions,
  publicNetworkAccesses,
  serviceTiers,
  virtualNetworkTypes,
} from "../../azure-values.ts";

/** The values that a field is known to take, in Azure's own spelling. */
export interface KnownValues {
  readonly of: readonly string[];
  /** Whether there can be no others: of Azure's own lists there may be, since Azure adds to them. */
  readonly closed: boolean;
}

/** How a text is built, where all values of a field are built alike. */
export type Form =
  | { readonly kind: "subscription" }
  /** An ARM id of this type, `Microsoft.Network/privateEndpoints`. */
  | { readonly kind: "id"; readonly type: string }
  | { readonly kind: "managementGroup" }
  | { readonly kind: "address" }
  | { readonly kind: "range" };

/** The whole numbers that a field can be. `most` is what Azure documents, and no law of nature. */
export interface Range {
  readonly least: number;
  readonly most?: number;
}

function open(...of: readonly string[]): KnownValues {
  return { of, closed: false };
}

function closed(...of: readonly string[]): KnownValues {
  return { of, closed: true };
}

const subscription: Form = { kind: "subscription" };

function id(type: string): Form {
  return { kind: "id", type };
}

export interface Known {
  readonly values?: KnownValues;
  readonly form?: Form;
  /** The form of each member of a list. */
  readonly memberForm?: Form;
  readonly range?: Range;
  /** Set where no value has a capital: what Azure compares without case, as ids and names, is folded when it is read. */
  readonly lowerCase?: true;
  /** Set on a list that has a member wherever it was read. */
  readonly nonEmpty?: true;
  /** Set where it is the same whoever asks, so that it tells no requester from another. */
  readonly sameForEveryone?: true;
}

const count: Known = { range: { least: 0, most: connectionsMax } };
const lowerCase: Known = { lowerCase: true };
const service = "Microsoft.ApiManagement/service";
const network = "Microsoft.Network/virtualNetworks";

/**
 * What Azure documents of its values (the REST API's "Api Management Service", "Private Endpoint Connection" and "Private
 * Endpoints"), and what we make of its answers ourselves.
 */
const named: Readonly<Record<string, Known>> = {
  "connection.id": { form: id(`${service}/privateEndpointConnections`) },
  "connection.state": { values: open(...connectionStates), sameForEveryone: true },
  "connection.provisioningState": {
    values: open(...connectionProvisioningStates),
    sameForEveryone: true,
  },
  "connection.groupId": { values: open("Gateway"), sameForEveryone: true },
  "endpoint.id": { form: id("Microsoft.Network/privateEndpoints") },
  "connection.name": lowerCase,
  "endpoint.subscriptionId": { form: subscription, ...lowerCase },
  "endpoint.resourceGroup": lowerCase,
  "endpoint.name": lowerCase,
  "endpoint.location": lowerCase,
  "endpoint.subnet.name": lowerCase,
  "endpoint.virtualNetwork.name": lowerCase,
  "endpoint.applicationSecurityGroups": lowerCase,
  "endpoint.subnet.addressPrefixes": { nonEmpty: true, memberForm: { kind: "range" } },
  "endpoint.subnet.id": { form: id(`${network}/subnets`), ...lowerCase },
  "endpoint.virtualNetwork.addressPrefixes": { nonEmpty: true, memberForm: { kind: "range" } },
  "endpoint.privateAddresses": { nonEmpty: true, memberForm: { kind: "address" } },
  "endpoint.virtualNetwork.id": { form: id(network) },
  "requester.managementGroups": { nonEmpty: true, memberForm: { kind: "managementGroup" } },
  "requester.tenant": { values: closed("ours", "foreign"), ...lowerCase },
  "service.id": { form: id(service) },
  "service.subscriptionId": { form: subscription, ...lowerCase },
  "service.resourceGroup": lowerCase,
  "service.name": lowerCase,
  "service.location": lowerCase,
  "service.locations": { nonEmpty: true, ...lowerCase },
  "service.sku": { values: open(...serviceTiers) },
  "service.virtualNetworkType": { values: open(...virtualNetworkTypes) },
  "service.publicNetworkAccess": { values: open(...publicNetworkAccesses) },
  "service.platformVersion": { values: open(...platformVersions) },
};

/** What is known of a field's values by its name. */
export function knownOf(name: string): Known {
  return named[name] ?? (name.startsWith("counts.") ? count : {});
}
