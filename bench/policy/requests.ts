import {
  Chance,
  domains,
  farLocations,
  homeTenants,
  nearLocations,
  printAddress,
  skus,
  type Team,
  type World,
} from "./world.ts";

type Value = string | number | boolean | readonly string[];

/** The facts of one request by name, every string in lower case. A missing one is absent. */
export type Request = Readonly<Record<string, Value>>;

interface Service {
  readonly name: string;
  readonly subscription: string;
  readonly group: string;
  readonly location: string;
  readonly sku: string;
  readonly capacity: number;
  readonly environment: string;
  readonly domain: string;
}

/** Kinds of deviating requests, with their share of all requests. */
const kinds = [
  ["clean", 0.57],
  ["near miss", 0.6],
  ["foreign", 0.63],
  ["nonprod", 0.69],
  ["sandbox", 0.72],
  ["legacy", 0.75],
  ["freeze", 0.8],
  ["full", 0.84],
  ["temporary", 0.86],
] as const;

type Kind = (typeof kinds)[number][0] | "unmatched";

export function createRequests(count: number, world: World, seed = 424_242): Request[] {
  const chance = new Chance(seed);
  const services = Array.from({ length: 300 }, (_, index) => createService(index, chance));
  return Array.from({ length: count }, () => createRequest(world, services, chance));
}

function createService(index: number, chance: Chance): Service {
  return {
    name: index < 60 ? `apim-shared-${index}` : `apim-${index}`,
    subscription: chance.guid(),
    group: `rg-apim-${index}`,
    location: chance.pick(nearLocations),
    sku: chance.pick(skus),
    capacity: 1 + chance.below(4),
    environment: chance.pick(["prod", "nonprod", "dev"]),
    domain: domains[index % 10] ?? "",
  };
}

function createRequest(world: World, services: readonly Service[], chance: Chance): Request {
  const share = chance.next();
  const kind: Kind = kinds.find(([, upTo]) => share < upTo)?.[0] ?? "unmatched";
  // Some teams send many requests.
  const team = world.teams[Math.floor(900 * chance.next() ** 1.7)] as Team;
  const other = chance.pick(world.teams);
  const missing = kind === "near miss" ? chance.below(4) : -1;
  const environment = kind === "nonprod" && team.environment === "prod" ? "dev" : team.environment;
  const wanted = kind === "nonprod" ? "prod" : environment;
  const service = chance.pick(
    services.filter((each) => each.environment === wanted && team.domains.includes(each.domain)),
  );
  const subscription = kind === "unmatched" ? chance.guid() : chance.pick(team.subscriptions);
  const domain = chance.pick(team.domains);
  const asker = { kind, missing, team, other, environment, domain, subscription };
  return {
    ...requesterOf(asker, chance),
    ...endpointOf(asker, chance),
    ...tagsOf(asker, chance),
    ...connectionOf(kind, team, service, chance),
    ...serviceOf(service, chance),
    ...countsOf(kind, chance),
    ...timeOf(kind, chance),
  };
}

interface Asker {
  readonly kind: Kind;
  /** Index of the team's condition that is not met; -1 if all are. */
  readonly missing: number;
  readonly team: Team;
  readonly other: Team;
  readonly environment: string;
  readonly domain: string;
  readonly subscription: string;
}

function requesterOf({ kind, team, environment, domain, subscription }: Asker, chance: Chance): Request {
  const unit = `mg-bu-${team.unit}`;
  const groups = ["mg-root", "mg-corp", unit, `${unit}-${environment}`];
  return {
    "requester.tenantId":
      kind === "foreign"
        ? chance.guid()
        : chance.happens(0.9)
          ? (homeTenants[0] ?? "")
          : (homeTenants[1] ?? ""),
    "endpoint.subscriptionId": subscription,
    "requester.subscriptionName": `sub-${team.name}-${domain}-${environment}`,
    "requester.managementGroups":
      kind === "sandbox" ? ["mg-root", "mg-sandbox"] : kind === "unmatched" ? ["mg-root"] : groups,
  };
}

function endpointOf({ kind, missing, team, other, subscription }: Asker, chance: Chance): Request {
  const base = baseOf(kind, missing === 3 ? other.base : team.base, chance);
  const bits = chance.pick([24, 25, 26, 27, 28]);
  const size = 2 ** (32 - bits);
  const network = (base + chance.below(8192 / size) * size) >>> 0;
  const group = `rg-${team.name}-${chance.pick(["app", "net", "data"])}`;
  const virtualNetwork = `vnet-${team.name}-${chance.below(4)}`;
  const subnet =
    kind === "unmatched" && chance.happens(0.5)
      ? "default"
      : chance.pick(["snet-apim", "snet-pe", "snet-apim-pe", "snet-workload"]);
  const prefix = `/subscriptions/${subscription}/resourcegroups/${group}/providers/microsoft.network`;
  const name = `pe-${team.name}-${chance.below(100_000)}`;
  return {
    "endpoint.id": `${prefix}/privateendpoints/${name}`,
    "endpoint.name": name,
    "endpoint.resourceGroup": group,
    "endpoint.provisioningState": "succeeded",
    "endpoint.location":
      kind === "unmatched" || missing === 2 ? chance.pick(farLocations) : chance.pick(team.locations),
    "endpoint.virtualNetwork.id": `${prefix}/virtualnetworks/${virtualNetwork}`,
    "endpoint.virtualNetwork.name": virtualNetwork,
    "endpoint.virtualNetwork.addressPrefixes": [`${printAddress(base)}/19`],
    "endpoint.virtualNetwork.customDns": chance.happens(0.3),
    "endpoint.virtualNetwork.flowTimeout": 4 + chance.below(26),
    "endpoint.subnet.id": `${prefix}/virtualnetworks/${virtualNetwork}/subnets/${subnet}`,
    "endpoint.subnet.name": subnet,
    "endpoint.subnet.addressPrefix": `${printAddress(network)}/${bits}`,
    "endpoint.privateAddress": printAddress(network + 4),
  };
}

function baseOf(kind: Kind, own: number, chance: Chance): number {
  if (kind === "legacy") return (172 * 2 ** 24 + (16 + chance.below(16)) * 2 ** 16) >>> 0;
  if (kind === "unmatched") return (192 * 2 ** 24 + 168 * 2 ** 16 + chance.below(32) * 2048) >>> 0;
  return own;
}

function tagsOf({ kind, missing, team, environment, domain }: Asker, chance: Chance): Request {
  const known = kind !== "unmatched";
  return {
    ...(known || chance.happens(0.2) ? { "endpoint.tags.environment": environment } : {}),
    ...(known && missing !== 0 ? { "endpoint.tags.team": team.name } : {}),
    ...(known && missing !== 1 ? { "endpoint.tags.costcenter": team.costCenter } : {}),
    ...(known ? { "endpoint.tags.owner": `owner${chance.below(500)}@contoso.example` } : {}),
    ...(known && chance.happens(0.7) ? { "endpoint.tags.domain": domain } : {}),
    ...(chance.happens(0.6)
      ? { "endpoint.tags.dataclass": chance.pick(["internal", "confidential", "internal"]) }
      : {}),
  };
}

function connectionOf(kind: Kind, team: Team, service: Service, chance: Chance): Request {
  const ticket = `chg-${100_000 + chance.below(900_000)}`;
  const usual = [
    `${ticket} connect ${team.name} to ${service.name}`,
    `approved under ${ticket}`,
    `connection for ${team.name}`,
  ];
  const strange = ["please approve", "", "needed asap by the vendor", "new connection for data team"];
  return {
    "connection.name": `pe.${chance.guid()}`,
    "connection.groupId": "gateway",
    "connection.ageMinutes": chance.below(10_000),
    "connection.manual": true,
    "connection.message":
      kind === "temporary"
        ? `temporary access for load test ${chance.below(1000)}`
        : chance.pick(kind === "unmatched" ? strange : usual),
  };
}

function serviceOf(service: Service, chance: Chance): Request {
  const { name, subscription, group, location, sku, capacity, environment, domain } = service;
  return {
    "service.id": `/subscriptions/${subscription}/resourcegroups/${group}/providers/microsoft.apimanagement/service/${name}`,
    "service.name": name,
    "service.subscriptionId": subscription,
    "service.resourceGroup": group,
    "service.location": location,
    "service.sku": sku,
    "service.capacity": capacity,
    "service.publicNetworkAccess": chance.pick(["enabled", "disabled"]),
    "service.tags.environment": environment,
    "service.tags.domain": domain,
    "service.tags.dataclass": chance.pick(["internal", "public", "internal", "confidential"]),
    "service.tags.exposure": chance.pick(["internal", "partner"]),
  };
}

function countsOf(kind: Kind, chance: Chance): Request {
  return {
    "counts.approved": kind === "full" ? 90 + chance.below(11) : chance.below(88),
    "counts.pending": chance.below(20),
    "counts.fromSubscription": kind === "unmatched" ? 20 + chance.below(10) : chance.below(18),
    "counts.fromVirtualNetwork": chance.below(12),
    "counts.rejectedFromSubscription": chance.below(4),
  };
}

function timeOf(kind: Kind, chance: Chance): Request {
  const seconds = 1_767_225_600 + chance.below(86_400 * 90);
  const at = new Date(seconds * 1000);
  return {
    "time.epochSeconds": seconds,
    "time.hour": at.getUTCHours(),
    "time.weekday": at.getUTCDay(),
    "time.freeze": kind === "freeze",
  };
}
