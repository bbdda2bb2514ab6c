import type { Read } from "../../estate/read.ts";
import type { Service } from "../azure.ts";

/** Azure's document "Private endpoints for API Management", availability. */
const without: readonly string[] = ["consumption", "basicv2"];
const classic: readonly string[] = ["developer", "basic", "standard", "premium"];

/** Why a service cannot have private endpoints at all; undefined where it can, and where it could not be read. */
export function whyNoEndpoints(service: Read<Service>): string | undefined {
  if (service.kind === "unknown") return undefined;
  const { sku: tier, virtualNetworkType: type } = service.value;
  // What was not told is no reason to say that it cannot.
  const sku = tier.kind === "known" ? tier.value : "";
  const virtualNetworkType = type.kind === "known" ? type.value : "None";
  if (without.includes(sku.toLowerCase()))
    return `a service of the tier ${sku} cannot have private endpoints`;
  if (classic.includes(sku.toLowerCase()) && virtualNetworkType.toLowerCase() !== "none")
    return `a service that is injected into a virtual network (${virtualNetworkType}) cannot have private endpoints`;
  return undefined;
}
