import { bounds } from "../oracle.ts";
import type { Request } from "../requests.ts";

/** The facts as a programmer would represent them for exactly these rules: one object shape, ranges as numbers. */
export interface Facts {
  readonly tenant: string;
  readonly subscription: string;
  readonly groups: readonly string[];
  readonly location: string;
  readonly from: number;
  readonly to: number;
  readonly subnet: string;
  readonly message: string;
  readonly groupId: string;
  readonly environment: string | undefined;
  readonly team: string | undefined;
  readonly costCenter: string | undefined;
  readonly owner: string | undefined;
  readonly dataClass: string | undefined;
  readonly customDns: boolean;
  readonly service: string;
  readonly sku: string;
  readonly capacity: number;
  readonly publicAccess: string;
  readonly serviceEnvironment: string;
  readonly serviceDomain: string;
  readonly serviceClass: string;
  readonly exposure: string;
  readonly approved: number;
  readonly pending: number;
  readonly fromSubscription: number;
  readonly fromVirtualNetwork: number;
  readonly rejected: number;
  readonly hour: number;
  readonly weekday: number;
  readonly freeze: boolean;
}

export function factsOf(request: Request): Facts {
  const text = (name: string) => request[name] as string;
  const number = (name: string) => request[name] as number;
  const [from, to] = bounds(text("endpoint.subnet.addressPrefix"));
  return {
    tenant: text("requester.tenantId"),
    subscription: text("endpoint.subscriptionId"),
    groups: request["requester.managementGroups"] as readonly string[],
    location: text("endpoint.location"),
    from,
    to,
    subnet: text("endpoint.subnet.name"),
    message: text("connection.message"),
    groupId: text("connection.groupId"),
    environment: text("endpoint.tags.environment"),
    team: text("endpoint.tags.team"),
    costCenter: text("endpoint.tags.costcenter"),
    owner: text("endpoint.tags.owner"),
    dataClass: text("endpoint.tags.dataclass"),
    customDns: request["endpoint.virtualNetwork.customDns"] === true,
    service: text("service.name"),
    sku: text("service.sku"),
    capacity: number("service.capacity"),
    publicAccess: text("service.publicNetworkAccess"),
    serviceEnvironment: text("service.tags.environment"),
    serviceDomain: text("service.tags.domain"),
    serviceClass: text("service.tags.dataclass"),
    exposure: text("service.tags.exposure"),
    approved: number("counts.approved"),
    pending: number("counts.pending"),
    fromSubscription: number("counts.fromSubscription"),
    fromVirtualNetwork: number("counts.fromVirtualNetwork"),
    rejected: number("counts.rejectedFromSubscription"),
    hour: number("time.hour"),
    weekday: number("time.weekday"),
    freeze: request["time.freeze"] === true,
  };
}
