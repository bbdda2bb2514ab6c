import { noAddressInAnswer } from "../../alerts/reasons-of-addresses.ts";
import { normaliseLocation } from "../../policy/values/location.ts";
import { parsePublicIpId } from "../../azure/resource-id.ts";
import { addressSet, without } from "./address.ts";
import type { PlaceAnswer, PublicIpAnswer, ServiceAnswer } from "../azure-addresses.ts";
import { circumstanceKey, type Aspect, type Circumstances } from "./cause-evidence.ts";
import type { Observation, Seen, ObservedAddresses } from "./observation.ts";
import { addressKinds, expected, type AddressKind, type Expected } from "./tier.ts";
import { foldName } from "../../fold-name.ts";

/** What is known besides a service's own answer. */
export interface ObservationContext {
  /** State of its subscription: Enabled, Warned, PastDue, Disabled or Deleted; undefined if it could not be read. */
  readonly subscriptionState: string | undefined;
  /** The public IP resources that it names, by their ids' text; without those that could not be read. */
  readonly publicIps: ReadonlyMap<string, PublicIpAnswer>;
}

/**
 * States under which a service may lose its addresses (Azure's document on API Management's addresses: disabled or
 * warned).
 */
const suspended = ["disabled", "warned", "deleted"];
/** Failed is among them: after a failed update, a service still reports the addresses that it has. */
const judged = ["succeeded", "failed"];

/** Observes the addresses in a service's answer. An empty, partial or transitional answer never counts as "none". */
export function observeService(answer: ServiceAnswer, beside: ObservationContext): Observation {
  const { provisioningState: state = "unknown", targetProvisioningState: target = "" } = answer;
  const { subscriptionState = "" } = beside;
  if (suspended.includes(subscriptionState.toLowerCase()))
    return { kind: "unsettled", why: `its subscription is ${subscriptionState}`, suspended: true };
  if (!judged.includes(state.toLowerCase()))
    return { kind: "unsettled", why: `it is ${state}`, suspended: state.toLowerCase() === "stopped" };
  if (target !== "" && target.toLowerCase() !== state.toLowerCase())
    return { kind: "unsettled", why: `it is becoming ${target}`, suspended: false };
  return {
    kind: "settled",
    observed: answer.places.flatMap((place) => addressKinds.map((kind) => observedIn(kind, place, answer))),
    ...(answer.placesIncomplete === undefined ? {} : { placesIncomplete: true }),
    circumstances: circumstancesOf(answer, beside),
  };
}

function observedIn(kind: AddressKind, place: PlaceAnswer, answer: ServiceAnswer): ObservedAddresses {
  const { sku, virtualNetworkType } = answer;
  const { natGatewayState, publicAddresses, privateAddresses, outboundAddresses } = place;
  const texts = { public: publicAddresses, private: privateAddresses, outbound: outboundAddresses };
  const due = expected(kind, { sku, virtualNetworkType, natGatewayState });
  const seen = seenOf(texts[kind], due);
  return {
    kind,
    location: normaliseLocation(place.location),
    seen: kind === "outbound" && due.has !== "yes" ? withoutNatGateway(seen, publicAddresses, due) : seen,
  };
}

function seenOf(texts: readonly string[] | undefined, due: Expected): Seen {
  // Addresses that a shared tier shows are not the service's own. Under an unknown tier, nothing tells whether they
  // are.
  if (due.has === "no" && due.advice !== undefined) return { kind: "none", advice: due.advice };
  if (due.has === "unknown tier") return { kind: "unknown", why: due.why, expected: true };
  if (texts !== undefined && texts.length > 0) {
    const addresses = addressSet(texts);
    if (addresses !== undefined) return { kind: "addresses", addresses };
    return { kind: "unknown", why: "an address in the answer cannot be read", expected: true };
  }
  if (due.has === "no") return { kind: "none" };
  return due.has === "yes"
    ? { kind: "unknown", why: noAddressInAnswer, expected: true }
    : { kind: "unknown", why: "the answer does not say whether there are any", expected: false };
}

/**
 * Without a NAT gateway a service calls from its public addresses, and some answers list those as outbound ones too
 * (recorded of stv2). They are not a kind of their own: a change of them is a change of the public ones, and reported
 * once. Different ones contradict an answer without a NAT gateway: one of the two lists may be late.
 */
function withoutNatGateway(seen: Seen, publicAddresses: readonly string[] | undefined, due: Expected): Seen {
  if (seen.kind !== "addresses") return seen;
  const own = addressSet(publicAddresses ?? []);
  if (own === undefined || own.length === 0)
    return { kind: "unknown", why: "they may be the public ones, which cannot be read", expected: true };
  if (without(seen.addresses, own).length === 0) return { kind: "none" };
  return due.has === "no"
    ? { kind: "unknown", why: "they are not the public ones, and there is no NAT gateway", expected: false }
    : seen;
}

function circumstancesOf(answer: ServiceAnswer, { publicIps }: ObservationContext): Circumstances {
  const { createdAt, virtualNetworkType, hostnames, sku } = answer;
  const found: [Aspect, string | undefined, string?][] = [
    ["created", createdAt],
    ["network", virtualNetworkType],
    ["hostnames", hostnames && listed(hostnames)],
    ["sku", sku],
  ];
  for (const place of answer.places) {
    const location = normaliseLocation(place.location);
    const publicIp = parsePublicIpId(place.publicIpId ?? "");
    found.push(
      ["zones", place.zones && listed(place.zones), location],
      ["subnet", (place.subnetId && foldName(place.subnetId)) ?? noneIn(virtualNetworkType), location],
      ["public-ip", place.publicIpId === "" ? "none" : publicIp?.text, location],
      ["nat-gateway", place.natGatewayState, location],
      ["platform", place.platformVersion, location],
      ...publicIpAspects(publicIps.get(publicIp?.text ?? ""), location),
    );
  }
  return named(found);
}

/**
 * A service without a virtual network has no subnet. In a virtual network, a subnet that is not in the answer is
 * unknown.
 */
function noneIn(virtualNetworkType: string | undefined): string | undefined {
  return virtualNetworkType?.toLowerCase() === "none" ? "none" : undefined;
}

/** Observes the address in a public IP resource's answer. */
export function observePublicIp(answer: PublicIpAnswer): Observation {
  const { provisioningState: state = "unknown", address, allocation = "", attachedTo } = answer;
  if (state.toLowerCase() !== "succeeded")
    return { kind: "unsettled", why: `it is ${state}`, suspended: false };
  const location = normaliseLocation(answer.location);
  // A Dynamic address is released while the resource is not attached. Any other missing address is unknown.
  const released =
    address === undefined && attachedTo === undefined && allocation.toLowerCase() === "dynamic";
  const seen = seenOf(address === undefined ? undefined : [address], { has: released ? "no" : "yes" });
  return {
    kind: "settled",
    observed: [{ kind: "public", location, seen }],
    circumstances: named(publicIpAspects(answer, location)),
  };
}

function publicIpAspects(
  answer: PublicIpAnswer | undefined,
  location: string,
): [Aspect, string | undefined, string][] {
  if (answer === undefined) return [];
  const { guid, attachedTo, allocation, sku } = answer;
  return [
    ["public-ip-guid", guid, location],
    ["public-ip-attachment", (attachedTo && foldName(attachedTo)) ?? "nothing", location],
    ["public-ip-allocation", allocation, location],
    ["public-ip-sku", sku, location],
  ];
}

function named(found: readonly [Aspect, string | undefined, string?][]): Circumstances {
  return Object.fromEntries(
    found.flatMap(([aspect, value, location]) =>
      value === undefined ? [] : [[circumstanceKey(aspect, location), value]],
    ),
  );
}

function listed(texts: readonly string[] | undefined): string | undefined {
  return texts?.length === 0
    ? "none"
    : texts
        ?.map((each) => each.toLowerCase())
        .toSorted()
        .join(", ");
}
