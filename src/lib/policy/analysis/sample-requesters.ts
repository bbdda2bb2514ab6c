import { connectionsMax } from "../../azure-values.ts";
import { absent, known, type Fact, type Facts, type FactValue } from "../values/fact.ts";
import type { Catalogue } from "../language/fields.ts";

/** Invented requesters that no policy names, each with its own network, names, groups and service. */
const identities = [
  { name: "a", prefix: "10.0.0.0/16", address: "10.0.0.4", region: "westeurope", approved: 0 },
  { name: "Contoso Prod 1", prefix: "172.16.5.0/24", address: "172.16.5.7", region: "eastus2", approved: 3 },
  { name: "zz-9", prefix: "192.168.1.0/24", address: "192.168.1.9", region: "swedencentral", approved: 17 },
  { name: "0001", prefix: "100.64.0.0/20", address: "100.64.3.1", region: "brazilsouth", approved: 42 },
  { name: "Größe_x", prefix: "10.200.7.0/26", address: "10.200.7.8", region: "japaneast", approved: 63 },
  { name: "m.n.o", prefix: "203.0.113.0/25", address: "203.0.113.11", region: "northeurope", approved: 88 },
  {
    name: "shared-services-of-the-whole-company",
    prefix: "172.31.255.0/28",
    address: "172.31.255.5",
    region: "uksouth",
    approved: 99,
  },
] as const;

const tiers = ["Premium", "Developer", "StandardV2"];
const lineage = ["team", "area", "unit", "division", "region", "country"];
const networks = ["None", "External", "Internal"];

const idOf = (index: number, digit: number) =>
  `${digit}${index}7f3a1c-4b${index}e-4d2a-9c6${index}-5e8f0a1b2c${index}${digit}`;
const pickBy = (index: number) => (list: readonly string[]) => list[index % list.length] ?? "";
const serviceId = (index: number) =>
  `/subscriptions/${idOf(index, 8)}/resourcegroups/rg-${index}/providers/microsoft.apimanagement/service/s${index}`;

function serviceFacts(index: number): Readonly<Record<string, FactValue>> {
  const at = pickBy(index);
  return {
    "service.id": serviceId(index),
    "service.subscriptionId": idOf(index, 8),
    "service.resourceGroup": `rg-${index}`,
    "service.name": `s${index}`,
    "service.location": at(["francecentral", "westus", "koreacentral", "uksouth"]),
    "service.sku": at(tiers),
    "service.virtualNetworkType": at(networks),
    "service.publicNetworkAccess": at(["Enabled", "Disabled"]),
    "service.platformVersion": at(["stv2", "stv2.1", "stv1"]),
    "service.tags": index % 3 === 0 ? {} : { stage: at(["prod", "test"]) },
    "service.locations": [at(["francecentral", "westus", "koreacentral", "uksouth"])],
  };
}

/** The facts of each by field name; they are consistent with each other, as Azure's are. */
const sampleSheets: readonly Readonly<Record<string, FactValue>>[] = identities.map((each, index) => {
  const { name, approved, region, prefix, address } = each;
  const at = pickBy(index);
  const subscription = idOf(index, 3);
  const named = name.replaceAll(" ", "-");
  const inNetwork = `/subscriptions/${subscription}/resourcegroups/rg-${named}/providers/microsoft.network`;
  const groups = [...lineage.slice(0, index), `${named}-group`, `g${index}`, idOf(index, 1)].slice(index % 3);
  const tags = index % 2 === 0 ? {} : { owner: named };
  return {
    "connection.id": `${serviceId(index)}/privateendpointconnections/pe-${named}.${index}`,
    "connection.name": `pe-${named}.${index}`,
    "connection.state": "Pending",
    "connection.provisioningState": at(["Succeeded", "Creating"]),
    "connection.groupId": "Gateway",
    "connection.message": `from ${name}`,
    "endpoint.id": `${inNetwork}/privateendpoints/pe-${named}`,
    "endpoint.subscriptionId": subscription,
    "endpoint.resourceGroup": `rg-${named}`,
    "endpoint.name": `pe-${named}`,
    "endpoint.location": region,
    "endpoint.tags": tags,
    "endpoint.subnet.id": `${inNetwork}/virtualnetworks/v-${named}/subnets/${named}`,
    "endpoint.subnet.name": named,
    "endpoint.subnet.addressPrefixes": [prefix],
    "endpoint.virtualNetwork.id": `${inNetwork}/virtualnetworks/v-${named}`,
    "endpoint.virtualNetwork.name": `v-${named}`,
    "endpoint.virtualNetwork.addressPrefixes": [prefix],
    "endpoint.virtualNetwork.tags": tags,
    "endpoint.privateAddresses": [address],
    "endpoint.applicationSecurityGroups":
      index % 2 === 0 ? [] : [`${inNetwork}/applicationsecuritygroups/${named}`],
    "endpoint.manual": index % 2 === 0,
    "requester.tenant": at(["ours", "foreign"]),
    "requester.subscriptionName": name,
    "requester.managementGroups": groups,
    "requester.subscriptionTags": tags,
    ...serviceFacts(index),
    "counts.approved": approved,
    "counts.pending": 1 + index * 4,
    "counts.fromSubscription": Math.floor(approved / 2),
    "counts.fromVirtualNetwork": Math.floor(approved / 3),
    "counts.fromManagementGroup": Object.fromEntries(
      groups.map((group) => [group, Math.floor(approved / 2)]),
    ),
    "counts.fromSubscriptionTag": Object.fromEntries(Object.keys(tags).map((tag) => [tag, index])),
    "counts.headroom": connectionsMax - approved,
    "time.now": "2026-01-01T00:00:00.000Z",
  };
});

const byCatalogue = new WeakMap<Catalogue, readonly Facts[]>();

/** The facts of the sample requesters by a catalogue's slots; none if the catalogue is not about connections. */
export function sampleFacts(catalogue: Catalogue): readonly Facts[] {
  const before = byCatalogue.get(catalogue);
  if (before !== undefined) return before;
  const { fields } = catalogue;
  const isOfConnections = fields.some(({ name }) => name === "connection.state");
  const facts = isOfConnections
    ? sampleSheets.map((sheet) =>
        fields.map(({ name }): Fact => (name in sheet ? known(sheet[name]) : absent)),
      )
    : [];
  byCatalogue.set(catalogue, facts);
  return facts;
}
