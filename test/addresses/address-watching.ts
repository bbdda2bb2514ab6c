import type { Alert } from "../../src/lib/alerts/alert.ts";
import type { PlaceAnswer, ServiceAnswer } from "../../src/lib/addresses/azure-addresses.ts";
import type { AddressRecord, Change, Revision, Watched } from "../../src/lib/addresses/model/baseline.ts";
import { byResource, type DeclaredAddresses } from "../../src/lib/addresses/model/declared.ts";
import type { Observation } from "../../src/lib/addresses/model/observation.ts";
import { observeService } from "../../src/lib/addresses/model/observe.ts";
import type { AddressKind } from "../../src/lib/addresses/model/tier.ts";
import { assessDrift } from "../../src/lib/addresses/watch/assess-drift.ts";
import { minuteMs } from "../../src/lib/clock.ts";
import { knownRead } from "../../src/lib/estate/read.ts";
import { parseServiceId, type ServiceId } from "../../src/lib/azure/resource-id.ts";
import { alertProblems } from "../alert-problems.ts";

export const resource = parseServiceId(
  "/subscriptions/11111111-1111-4111-8111-111111111111/resourceGroups/rg/providers/Microsoft.ApiManagement/service/a",
) as ServiceId;

/** Overrides of an answer's properties. Undefined removes a property from the answer. */
export type Incomplete<T> = { readonly [K in keyof T]?: T[K] | undefined };

/** A location of a healthy service of a classic tier, without a NAT gateway. */
export function place(more: Incomplete<PlaceAnswer> = {}): PlaceAnswer {
  return raisedAlerts({
    location: "West Europe",
    zones: [],
    natGatewayState: "Disabled",
    ...more,
  }) as PlaceAnswer;
}

export function answer(more: Incomplete<ServiceAnswer> = {}): ServiceAnswer {
  return raisedAlerts({
    id: resource,
    tags: knownRead({}),
    sku: "Premium",
    provisioningState: "Succeeded",
    virtualNetworkType: "None",
    hostnames: [],
    places: [place({ publicAddresses: ["203.0.113.10"] })],
    ...more,
  }) as ServiceAnswer;
}

function raisedAlerts(properties: object): object {
  return Object.fromEntries(Object.entries(properties).filter(([, value]) => value !== undefined));
}

export interface Watching {
  /** Assesses an answer of the service, as confirmed, 15 or more minutes after the previous one. */
  readonly see: (answer: ServiceAnswer, minutesLater?: number) => void;
  readonly fail: (why: string, minutesLater?: number) => void;
  readonly declare: (addresses: readonly string[], kind?: AddressKind, location?: string) => void;
  readonly record: (kind?: AddressKind, location?: string) => AddressRecord | undefined;
  /** Whether the last assessment needs no confirmation by a second answer. */
  readonly isBelieved: () => boolean;
  readonly alerts: readonly Alert[];
  /** The types of the alerts, without their prefix. */
  readonly raisedAlerts: () => readonly string[];
  readonly history: readonly Change[];
}

/** A resource that is assessed repeatedly, without Azure and without a table. */
export function watching(): Watching {
  let watched: Watched = { head: undefined, records: [] };
  let [now, believed] = [new Date(Date.UTC(2026, 0, 1)), true];
  const [alerts, history, declared]: [Alert[], Change[], DeclaredAddresses[]] = [[], [], []];

  function look(observation: Observation, minutesLater: number): void {
    now = new Date(now.getTime() + minutesLater * minuteMs);
    const weighed = assessDrift(watched, observation, { resource, declared: byResource(declared), now });
    believed = weighed?.needsConfirmation !== true;
    if (weighed === undefined) return;
    watched = merged(watched, weighed.revision);
    const problems = weighed.revision.alerts.flatMap(alertProblems);
    if (problems.length > 0) throw new Error(problems.join("; "));
    alerts.push(...weighed.revision.alerts);
    history.push(...weighed.revision.changes);
  }

  return {
    alerts,
    history,
    see: (each, minutesLater = 15) => {
      look(observeService(each, { subscriptionState: "Enabled", publicIps: new Map() }), minutesLater);
    },
    fail: (why, minutesLater = 15) => {
      look({ kind: "unread", why }, minutesLater);
    },
    declare: (addresses, kind = "public", location = "westeurope") => {
      const file = `addresses/prod.yaml:${declared.length + 2}`;
      declared.unshift({ resource: resource.text, kind, location, addresses, file });
    },
    record: (kind = "public", location = "westeurope") =>
      watched.records.find((each) => each.kind === kind && each.location === location),
    isBelieved: () => believed,
    raisedAlerts: () => alerts.map(({ type }) => type.slice("Drawbridge.".length)),
  };
}

/** Applies a revision as the table does: other records stay as they are. */
function merged({ records }: Watched, revision: Revision): Watched {
  const all = new Map(records.map((each) => [`${each.kind} ${each.location}`, each]));
  for (const each of revision.records)
    all.set(`${each.kind} ${each.location}`, { ...each, version: "written" });
  return { head: { ...revision.head, version: "written" }, records: [...all.values()] };
}
