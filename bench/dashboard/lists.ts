import type { Answer } from "../../src/functions/http/answers.ts";
import { serviceOfNumber, type EstateRecord } from "./estate.ts";

/**
 * The lists of a large estate, as the app answers them: full pages of what is held, decisions and alerts, and every
 * address.
 */
export type ListAnswer = (query: URLSearchParams) => object;

export function listsOf(
  records: readonly EstateRecord[],
  services: number,
): Readonly<Record<string, ListAnswer>> {
  const newest = records.toSorted((one, other) => (atOf(one) < atOf(other) ? 1 : -1));
  const held = newest
    .filter(({ phase }) => phase === "Held")
    .toReversed()
    .map(connectionOf);
  const recent = newest.slice(0, recentMax);
  const [entries, raised] = [recent.map(entryOf), recent.map(alertOf)];
  const sets = Array.from({ length: services }, (_, service) => addressSetsOf(service)).flat();
  return {
    "/api/held": (query) => ({
      held: held.slice(0, topOf(query)),
      waitingForWindow: 0,
      waitingForMode: 0,
      waitingForBreaker: 0,
      ...(held.length > topOf(query) ? { continuation: "more" } : {}),
    }),
    "/api/decisions": (query) => ({ decisions: newestOf(entries, ({ at }) => at, query) }),
    "/api/alerts": (query) => ({ alerts: newestOf(raised, ({ time }) => time, query) }),
    "/api/addresses": (query) => {
      const from = Number(query.get("continuation") ?? 0);
      const to = from + topOf(query);
      return {
        addresses: sets.slice(from, to),
        ...(to < sets.length ? { continuation: String(to) } : {}),
      };
    },
  };
}

/** More than the page asks for at once. */
const recentMax = 500;

const topOf = (query: URLSearchParams) => Number(query.get("top") ?? 100);
const atOf = ({ decidedAt, firstSeenAt }: EstateRecord) => decidedAt ?? firstSeenAt;

function newestOf<T>(all: readonly T[], timeOf: (item: T) => string, query: URLSearchParams): readonly T[] {
  const from = query.get("from") ?? "";
  return all.filter((each) => timeOf(each) >= from).slice(0, topOf(query));
}

function connectionOf({ id, write: _, lease: _lease, ...record }: EstateRecord): Answer<"Connection"> {
  return { connection: id.text, service: id.service.text, ...record };
}

/** Facts of a usual number, so that an entry is as large as a real one. */
function factsOf({ id, endpointId = "", state = "Pending" }: EstateRecord) {
  const [, , subscription = ""] = endpointId.split("/");
  const network = `/subscriptions/${subscription}/resourceGroups/rg-network/providers/Microsoft.Network/virtualNetworks/vnet-spoke`;
  return {
    "connection.id": id.text,
    "connection.name": id.connectionName,
    "connection.state": state,
    "connection.provisioningState": "Succeeded",
    "connection.groupId": "Gateway",
    "endpoint.id": endpointId,
    "endpoint.subscriptionId": subscription,
    "endpoint.resourceGroup": "rg-app",
    "endpoint.location": "westeurope",
    "endpoint.subnet.id": `${network}/subnets/snet-endpoints`,
    "endpoint.subnet.name": "snet-endpoints",
    "endpoint.subnet.addressPrefixes": ["10.20.30.0/24"],
    "endpoint.virtualNetwork.id": network,
    "endpoint.virtualNetwork.addressPrefixes": ["10.20.0.0/16"],
    "endpoint.privateAddresses": ["10.20.30.4"],
    "endpoint.manual": true,
    "requester.tenant": "ours",
    "requester.subscriptionName": "sub-landing-zone",
    "requester.managementGroups": ["corp", "landing-zones", "contoso"],
    "service.id": id.service.text,
    "service.location": "westeurope",
    "service.sku": "Premium",
    "service.publicNetworkAccess": "Disabled",
    "service.locations": ["westeurope", "northeurope"],
    "counts.approved": 9,
    "counts.pending": 1,
    "counts.headroom": 90,
  };
}

function entryOf(record: EstateRecord): Answer<"Entry"> {
  const { id, decisionId = "", verdict = "hold", rule = "", reason = "", message = "" } = record;
  const isHeld = verdict === "hold";
  return {
    id: decisionId,
    sequence: 1,
    at: atOf(record),
    previous: "0".repeat(64),
    hash: "0".repeat(64),
    hashVersion: 2,
    kind: "decision",
    connection: id.text,
    cause: "event",
    actor: "the app",
    mode: "enforce",
    policy: { name: "landing zones", hash: "0".repeat(64) },
    action: isHeld ? "none" : "approve",
    message,
    verdict: {
      kind: verdict,
      rule,
      reasons: [reason],
      unknown: isHeld ? [{ field: "endpoint.tags['owner']", reason: "forbidden" }] : [],
      alerts: [],
    },
    facts: { known: factsOf(record), unknown: isHeld ? { "endpoint.tags": "forbidden" } : {} },
    trace: [{ name: rule, effect: "approve", result: isHeld ? "unknown" : "true", condition }],
  };
}

const condition = {
  expression: "allOf",
  result: "unknown",
  members: [
    {
      expression: "requester.managementGroups",
      operator: "contains",
      targetValue: "landing-zones",
      result: "true",
    },
    { expression: "endpoint.tags['owner']", operator: "exists", targetValue: true, result: "unknown" },
  ],
};

function alertOf({ id, verdict, reason = "", ...record }: EstateRecord): Answer<"Alerts">["alerts"][number] {
  const isHeld = verdict === "hold";
  return {
    id: `alert-${id.connectionName}`,
    type: isHeld ? "Drawbridge.ConnectionHeld" : "Drawbridge.ConnectionApproved",
    subject: id.text,
    time: record.decidedAt ?? record.firstSeenAt,
    severity: isHeld ? "warning" : "info",
    data: { reason, decisionId: record.decisionId ?? "", verdict, mode: "enforce", unknown: [] },
    sinks: ["log", "eventgrid", "teams"],
  };
}

const observedAt = "2026-11-01T00:00:00.000Z";

/** Each service has the three kinds; one of ten has a second region, and one of two hundred has drifted. */
function addressSetsOf(service: number): Answer<"AddressSet">[] {
  const locations = service % 10 === 1 ? ["westeurope", "northeurope"] : ["westeurope"];
  return locations.flatMap((location) =>
    (["public", "private", "outbound"] as const).map((kind, index) => {
      const drifted = kind === "public" && service % 200 === 7;
      const address = `198.18.${service % 256}.${index}`;
      const cause = {
        cause: "availability zones changed",
        likelihood: "likely",
        for: [],
        against: [],
      } as const;
      return {
        resource: serviceOfNumber(service),
        kind,
        location,
        state: drifted ? "drifted" : "right",
        current: [drifted ? `203.0.113.${service % 256}` : address],
        currentAt: observedAt,
        baseline: [address],
        baselineAt: observedAt,
        origin: { kind: "learned" },
        ...(drifted
          ? { drift: { id: `drift-${service}`, since: observedAt, causes: [cause], remindAt: observedAt } }
          : {}),
      };
    }),
  );
}
