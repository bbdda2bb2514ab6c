import type { PublicIpId, ServiceId } from "../azure/resource-id.ts";
import type { InventoryPage, Within } from "../estate/inventory-page.ts";
import type { Read } from "../estate/read.ts";
import type { Tags } from "../estate/scope.ts";
import type { Subscriptions } from "../estate/subscription.ts";

/** A service's addresses and what they depend on, from one answer of Azure. Strings are as Azure wrote them. */
export interface ServiceAnswer {
  readonly id: ServiceId;
  readonly tags: Read<Tags>;
  readonly sku?: string;
  /** ISO 8601, UTC. */
  readonly createdAt?: string;
  readonly provisioningState?: string;
  /** The state that a transition leads to; empty or absent without a transition. */
  readonly targetProvisioningState?: string;
  /** None, External or Internal. */
  readonly virtualNetworkType?: string;
  /** Type, name and certificate of each hostname; undefined if not in the answer. */
  readonly hostnames?: readonly string[];
  /** The service in its primary location, then in the additional ones that could be read. */
  readonly places: readonly PlaceAnswer[];
  /** Set if the list of additional locations is not in the answer, or has a member that could not be read. */
  readonly placesIncomplete?: true;
}

/** A service in one of its locations. An undefined list was not in the answer, which does not mean "none". */
export interface PlaceAnswer {
  readonly location: string;
  readonly publicAddresses?: readonly string[];
  readonly privateAddresses?: readonly string[];
  readonly outboundAddresses?: readonly string[];
  /** Empty if it has none of its own. */
  readonly publicIpId?: string;
  readonly subnetId?: string;
  readonly zones?: readonly string[];
  /** Enabled, Disabled or Unsupported. */
  readonly natGatewayState?: string;
  /** stv1, stv2, stv2.1, mtv1 or undetermined. */
  readonly platformVersion?: string;
}

export interface PublicIpAnswer {
  readonly id: PublicIpId;
  readonly tags?: Readonly<Record<string, string>>;
  readonly location: string;
  /** Absent while a Dynamic address is not attached. */
  readonly address?: string;
  /** Changes when the resource is deleted and re-created. */
  readonly guid?: string;
  /** What it is attached to; absent if it is not attached. */
  readonly attachedTo?: string;
  /** Static or Dynamic. */
  readonly allocation?: string;
  readonly sku?: string;
  readonly zones: readonly string[];
  readonly provisioningState?: string;
}

/** A service tag of Azure: prefixes that a service or a region uses. */
export interface ServiceTag {
  readonly name: string;
  /** Increases with each change of the tag. */
  readonly changeNumber: string;
  /** Canonical, as a set. */
  readonly prefixes: readonly string[];
}

/** What the address watch reads from Azure. No method throws for an answer that Azure may give. */
export interface AddressAzure {
  service(id: ServiceId): Promise<Read<ServiceAnswer>>;
  publicIp(id: PublicIpId): Promise<Read<PublicIpAnswer>>;
  /** A page of the services in these subscriptions, or in all readable ones, from the inventory, which may lag. */
  services(within: Within, from?: string): Promise<Read<InventoryPage<ServiceAnswer>>>;
  /** Every service of a subscription, listed by its resource provider instead of the inventory. */
  servicesOf(subscriptionId: string): Promise<Read<readonly ServiceAnswer[]>>;
  /** A page of public IP addresses, from the inventory. */
  publicIps(within: Within, from?: string): Promise<Read<InventoryPage<PublicIpAnswer>>>;
  /** The resources with these ids that the inventory has, by the ids' text. One call for each two hundred. */
  publicIpsOf(ids: readonly PublicIpId[]): Promise<Read<ReadonlyMap<string, PublicIpAnswer>>>;
  /**
   * The named service tags, each by its name. Azure's answer holds those of the whole cloud, whichever subscription and
   * location are asked.
   */
  serviceTags(
    subscriptionId: string,
    location: string,
    names: readonly string[],
  ): Promise<Read<ReadonlyMap<string, Read<ServiceTag>>>>;
  /** At most five minutes old. */
  subscriptions(ids: readonly string[] | "all"): Promise<Read<Subscriptions>>;
}
