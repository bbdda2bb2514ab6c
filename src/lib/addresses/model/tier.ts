/** Clients call public and private addresses. A service calls its backends from outbound ones. */
export type AddressKind = "public" | "private" | "outbound";
export const addressKinds: readonly AddressKind[] = ["public", "private", "outbound"];

/**
 * Whether a service must have addresses of its own of a kind. `no` may come with advice what to use instead. With an
 * unknown tier, any addresses in the answer may be shared ones.
 */
export type Expected =
  | { readonly has: "yes" | "not in answer" }
  | { readonly has: "no"; readonly advice?: string }
  | { readonly has: "unknown tier"; readonly why: string };

export interface Tier {
  readonly sku: string | undefined;
  readonly virtualNetworkType: string | undefined;
  readonly natGatewayState: string | undefined;
}

/**
 * Tiers with shared addresses, which change without notice (Azure's document "IP addresses of Azure API Management").
 */
const sharing = ["consumption", "basicv2", "standardv2", "premiumv2"];
const classic = ["developer", "basic", "standard", "premium", "isolated"];

const advice = (sku: string) =>
  `the tier ${sku} has no public address of its own, neither for calls to it nor for calls from it, and those that it uses ` +
  "change without notice. Where an address has to be allowed, Azure's documents advise the service tag AzureCloud.<region>, " +
  "or, where the tier can, a virtual network with a NAT gateway for what it calls and a private endpoint for what calls it";

/** Whether a tier has no addresses of its own but those of its virtual network. */
export function sharesAddresses(sku: string): boolean {
  return sharing.includes(sku.toLowerCase());
}

/**
 * What a tier has (Azure's document "IP addresses of Azure API Management", and the properties' own descriptions). A
 * private address follows from the virtual network, whatever the tier: a Premium v2 that is injected has one.
 */
export function expected(kind: AddressKind, { sku, virtualNetworkType, natGatewayState }: Tier): Expected {
  if (kind === "private") return byState(virtualNetworkType, { yes: "internal", no: ["none", "external"] });
  const tier = sku?.toLowerCase() ?? "";
  if (sku !== undefined && sharing.includes(tier)) return { has: "no", advice: advice(sku) };
  if (!classic.includes(tier))
    return {
      has: "unknown tier",
      why:
        sku === undefined ? "the answer does not say the tier" : `${sku} is not a tier that Drawbridge knows`,
    };
  if (kind === "public") return { has: "yes" };
  return byState(natGatewayState, { yes: "enabled", no: ["disabled", "unsupported"] });
}

function byState(state: string | undefined, { yes, no }: { yes: string; no: readonly string[] }): Expected {
  const folded = state?.toLowerCase() ?? "";
  if (folded === yes) return { has: "yes" };
  return { has: no.includes(folded) ? "no" : "not in answer" };
}
