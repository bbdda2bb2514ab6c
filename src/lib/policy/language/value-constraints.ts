import {
  connectionProvisioningStates,
  connectionsMax,
  connectionStates,
  platformVersions,
  publicNetworkAccesses,
  serviceTiers,
  virtualNetworkTypes,
} from "../../azure-values.ts";

/** The documented values of a field, in Azure's spelling. */
export interface KnownValues {
  readonly of: readonly string[];
  /** Whether there are no others. Azure may add values to its own lists, so those are open. */
  readonly closed: boolean;
}

/** The format that all values of a field have. */
export type Form =
  | { readonly kind: "subscription" }
  /** An ARM id of this type, `Microsoft.Network/privateEndpoints`. */
  | { readonly kind: "id"; readonly type: string }
  | { readonly kind: "managementGroup" }
  | { readonly kind: "address" }
  | { readonly kind: "range" };

/** The whole numbers that a field can have. `most` is a documented limit, which Azure may change. */
interface Range {
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

export interface ValueConstraints {
  readonly values?: KnownValues;
  readonly form?: Form;
  /** The format of each member of a list. */
  readonly memberForm?: Form;
  readonly range?: Range;
  /** Set if values are always lower case: ids and names, which Azure compares ignoring case, are folded when read. */
  readonly lowerCase?: true;
  /** Set for a list that is never empty when it was read. */
  readonly nonEmpty?: true;
  /** Set if it is the same for every requester, so that it cannot distinguish them. */
  readonly sameForEveryone?: true;
}

const count: ValueConstraints = { range: { least: 0, most: connectionsMax } };
const lowerCase: ValueConstraints = { lowerCase: true };
const service = "Microsoft.ApiManagement/service";
const network = "Microsoft.Network/virtualNetworks";

/**
 * What Azure documents about values (the REST API's "Api Management Service", "Private Endpoint Connection" and
 * "Private Endpoints"), and what we guarantee when we read them.
 */
const named: Readonly<Record<string, ValueConstraints>> = {
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

/** What is known about the values of a field. */
export function constraintsOf(name: string): ValueConstraints {
  return named[name] ?? (name.startsWith("counts.") ? count : {});
}
