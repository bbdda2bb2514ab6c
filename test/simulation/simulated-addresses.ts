import type {
  AddressAzure,
  PlaceAnswer,
  PublicIpAnswer,
  ServiceAnswer,
} from "../../src/lib/addresses/azure-addresses.ts";
import { knownRead } from "../../src/lib/estate/read.ts";
import { found, type ArmCalls } from "./arm-calls.ts";
import { subscriptionsNow } from "./simulated-azure.ts";
import type { Simulation } from "./simulation.ts";
import type { SimAddresses, SimService, World } from "./world.ts";

/** How often an answer lacks something: a list is empty or missing, or the tier or a location is missing. */
const lacking = 0.05;

/** The simulated Azure behind the port that reads addresses. The order of addresses differs between answers. */
export function simulatedAddresses(
  sim: Simulation,
  world: World,
  { get, query }: ArmCalls,
  chance: () => number,
): AddressAzure {
  const answerOf = ({ parsed }: SimService, addresses: SimAddresses) => answer(parsed, addresses, chance);
  return {
    subscriptions: () => query(() => subscriptionsNow(sim)),
    service: (id) => {
      const read = (which: "addresses" | "addressesBefore") => () => {
        const service = world.services.get(id.text.toLowerCase());
        return found(service && answerOf(service, service[which]));
      };
      return get(id.text, read("addresses"), read("addressesBefore"));
    },
    services: () =>
      query(() => {
        const shown = [...world.services.values()].filter(({ hidden }) => !hidden);
        const items = shown.map((service) => answerOf(service, service.addressesShown));
        return found({ items, unreadable: 0 });
      }),
    servicesOf: (subscription) =>
      get(`/subscriptions/${subscription}/providers/Microsoft.ApiManagement/service`, () =>
        found([...world.services.values()].map((service) => answerOf(service, service.addresses))),
      ),
    // No service of the simulation has a tier that shares addresses.
    serviceTags: (subscription, location) =>
      get(
        `/subscriptions/${subscription}/providers/Microsoft.Network/locations/${location}/serviceTags`,
        () => found(new Map()),
      ),
    publicIp: (id) => get(id.text, () => found<PublicIpAnswer>(undefined)),
    publicIps: () => query(() => found({ items: [], unreadable: 0 })),
    publicIpsOf: () => query(() => found(new Map())),
  };
}

function answer(
  id: ServiceAnswer["id"],
  { state, places, zones }: SimAddresses,
  chance: () => number,
): ServiceAnswer {
  const answered = Object.entries(places).map(([location, addresses]) =>
    placeOf(location, addresses, zones, chance),
  );
  const short = answered.filter(({ omitted }, index) => omitted !== "location" || index === 0);
  return {
    id,
    tags: knownRead({}),
    ...(answered.some(({ omitted }) => omitted === "tier") ? {} : { sku: "Premium" }),
    createdAt: "2025-01-01T00:00:00.000Z",
    provisioningState: state,
    virtualNetworkType: "None",
    hostnames: [],
    places: short.map(({ place }) => place),
    ...(short.length < answered.length ? { placesIncomplete: true } : {}),
  };
}

interface LocationAnswer {
  readonly place: PlaceAnswer;
  readonly omitted?: "tier" | "location";
}

function placeOf(
  location: string,
  addresses: readonly string[],
  zones: readonly string[],
  chance: () => number,
): LocationAnswer {
  const place = {
    location: chance() < 0.5 ? location : location.toUpperCase(),
    zones,
    natGatewayState: "Disabled",
    platformVersion: "stv2",
  };
  const lack = chance() / lacking;
  if (lack < 0.4) return { place: { ...place, publicAddresses: [] } };
  if (lack < 0.6) return { place };
  const publicAddresses = lack > 1 && chance() < 0.5 ? addresses : addresses.toReversed();
  const answered = { place: { ...place, publicAddresses } };
  return lack > 1 ? answered : { ...answered, omitted: lack < 0.8 ? "tier" : "location" };
}
