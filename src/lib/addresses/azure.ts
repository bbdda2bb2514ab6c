import type { PublicIpId, ServiceId } from "../azure/resource-id.ts";
import type { InventoryPage, Within } from "../estate/inventory-page.ts";
import type { Read } from "../estate/read.ts";
import type { Tags } from "../estate/scope.ts";
import type { Subscriptions } from "../estate/subscription.ts";

/** A service's addresses and what they depend on, as one answer of Azure has them. Texts are as Azure wrote them. */
export interface ServiceAnswer {
  readonly id: ServiceId;
  readonly tags: Read<Tags>;
  readonly sku?: string;
  /** ISO 8601, UTC. */
  readonly createdAt?: string;
  readonly provisioningState?: string;
  /** What it is on the way to; empty or absent where it is on no way. */
  readonly targetProvisioningState?: string;
  /** None, External or Internal. */
  readonly virtualNetworkType?: string;
  /** Type, name and certificate of each hostname; undefined where they were not told. */
  readonly hostnames?: readonly string[];
  /** The service's own location first, then the additional ones that could be read. */
  readonly places: readonly PlaceAnswer[];
  /** Set where the list of additional locations was not in the answer, or has a member that could not be read. */
  readonly placesUntold?: true;
}

/** A service in one of its locations. A list that is undefined was not in the answer, which is not "none". */
export interface PlaceAnswer {
  readonly location: string;
  readonly publicAddresses?: readonly string[];
  readonly privateAddresses?: readonly string[];
  readonly outboundAddresses?: readonly string[];
  /** Empty where it has none of its own. */
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
  /** Absent while a Dynamic one is attached to nothing. */
  readonly address?: string;
  /** Another one after the resource was deleted and made again. */
  readonly guid?: string;
  /** What it is attached to; absent where it is attached to nothing. */
  readonly attachedTo?: string;
  /** Static or Dynamic. */
  readonly allocation?: string;
  readonly sku?: string;
  readonly zones: readonly string[];
  readonly provisioningState?: string;
}

/** Azure, as far as addresses need it. Nothing here throws for what Azure may answer. */
export interface AddressAzure {
  service(id: ServiceId): Promise<Read<ServiceAnswer>>;
  publicIp(id: PublicIpId): Promise<Read<PublicIpAnswer>>;
  /** A page of every service in these subscriptions, or in all that the app may read, by the inventory, which may lag. */
  services(within: Within, from?: string): Promise<Read<InventoryPage<ServiceAnswer>>>;
  /** Every service of a subscription, by its own provider rather than by the inventory. */
  servicesOf(subscriptionId: string): Promise<Read<readonly ServiceAnswer[]>>;
  /** A page of public IP addresses, as the inventory has them. */
  publicIps(within: Within, from?: string): Promise<Read<InventoryPage<PublicIpAnswer>>>;
  /** Those of these that the inventory has, by their ids' text; one call for each two hundred. */
  publicIpsOf(ids: readonly PublicIpId[]): Promise<Read<ReadonlyMap<string, PublicIpAnswer>>>;
  /** At most five minutes old. */
  subscriptions(ids: readonly string[] | "all"): Promise<Read<Subscriptions>>;
}
