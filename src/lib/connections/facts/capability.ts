import type { Read } from "../../estate/read.ts";
import type { Service } from "../azure-connections.ts";

/**
 * Tiers by their support of private endpoints; Azure's document "Private endpoints for API Management", availability.
 */
const unsupportedTiers: readonly string[] = ["consumption", "basicv2"];
const classicTiers: readonly string[] = ["developer", "basic", "standard", "premium"];

/** Why a service cannot have private endpoints; undefined if it can, or if that is unknown. */
export function unsupportedReason(service: Read<Service>): string | undefined {
  if (service.kind === "unknown") return undefined;
  const { sku: tier, virtualNetworkType: type } = service.value;
  // An unknown property is no proof that it cannot.
  const sku = tier.kind === "known" ? tier.value : "";
  const virtualNetworkType = type.kind === "known" ? type.value : "None";
  if (unsupportedTiers.includes(sku.toLowerCase()))
    return `a service of the tier ${sku} cannot have private endpoints`;
  if (classicTiers.includes(sku.toLowerCase()) && virtualNetworkType.toLowerCase() !== "none")
    return `a service that is injected into a virtual network (${virtualNetworkType}) cannot have private endpoints`;
  return undefined;
}
