import type { AddressAzure, ServiceAnswer } from "../../src/lib/addresses/azure-addresses.ts";
import type { AddressRecord } from "../../src/lib/addresses/model/baseline.ts";
import type { Alert } from "../../src/lib/alerts/alert.ts";
import { dayMs } from "../../src/lib/clock.ts";
import { rowsBaselines } from "../../src/lib/state/baselines.ts";
import type { Row } from "../../src/lib/state/rows.ts";
import type { RowCheck } from "./rows.ts";
import type { Running } from "./run.ts";
import { setOf } from "./world.ts";

/** The addresses in Azure's latest own answer, by invocation and service. */
const looks = new WeakMap<Running, Map<string, readonly string[]>>();

/** Azure as the address checks see it; records each answer. */
export function watchAddresses(running: Running, azure: AddressAzure): AddressAzure {
  const seen = new Map<string, readonly string[]>();
  const known = looks.get(running) ?? seen;
  looks.set(running, known);
  return {
    ...azure,
    service: async (id) => {
      const read = await azure.service(id);
      const key = `${running.sim.invocation().id} ${id.text}`;
      known.set(key, read.kind === "known" ? setsIn(read.value) : []);
      return read;
    },
  };
}

function setsIn({ places }: ServiceAnswer): readonly string[] {
  return places.map(({ location, publicAddresses = [] }) => setOf(location.toLowerCase(), publicAddresses));
}

/** I11: what an address row may become. */
export const checkBaselines: RowCheck = (running, { row, value }, before) => {
  if (row.startsWith("address-public-")) checkRevision(running, before, value as unknown as AddressRecord);
};

function checkRevision(running: Running, row: Row | undefined, after: AddressRecord): void {
  const { sim, world } = running;
  const before = row?.value as unknown as AddressRecord | undefined;
  const service = world.services.get(after.resource.toLowerCase());
  const violated = (what: string) => {
    sim.violated("I11 baseline", `${after.resource.split("/").at(-1)} ${after.location}: ${what}`);
  };
  const same = (one: readonly string[], other: readonly string[]) => setOf("", one) === setOf("", other);
  const had = (addresses: readonly string[]) => service?.had.has(setOf(after.location, addresses)) === true;
  if (!had(after.baseline))
    violated(`${after.baseline.join(", ")} is the baseline, but the service never had it`);
  const moved = before !== undefined && !same(before.baseline, after.baseline);
  if (moved && !(after.origin.kind === "acknowledged" && before.drift !== undefined))
    violated("the baseline changed without an acknowledgement");
  if (moved && !same(before.current, after.baseline))
    violated("the acknowledged set is not the one that had drifted");
  const isThere = [service?.addresses, service?.addressesBefore].every(
    (each) => each?.places[after.location] !== undefined,
  );
  if (after.vacatedAt !== undefined && before?.vacatedAt === undefined && isThere)
    violated("it is recorded as vacated, but the service is there");
  if (after.advice !== undefined)
    violated("it is recorded as not applicable, but its tier has dedicated addresses");
  if (after.drift === undefined) return;
  if (!had(after.current))
    violated(`${after.current.join(", ")} is recorded as current, but the service never had it`);
  if (same(after.baseline, after.current)) violated("a permutation is recorded as drift");
  const isNew = before?.drift === undefined || !same(before.current, after.current);
  const look = looks.get(running)?.get(`${sim.invocation().id} ${after.resource}`) ?? [];
  if (isNew && !look.includes(setOf(after.location, after.current)))
    violated("a drift was recorded without a read of Azure's own answer");
}

/** Checks what must hold for addresses once the faults have stopped and the app has recovered. */
export async function checkAddressesAtEnd(running: Running): Promise<void> {
  const { sim, rows, loggedAlerts } = running;
  const { items } = await rowsBaselines(rows, () => []).list({ kind: "public" }, { top: 1_000 });
  for (const each of lostAddresses(running, items)) sim.violated("I6 nothing lost", each);
  const once = [...new Map(loggedAlerts.map((each) => [each.id, each])).values()];
  for (const record of items) if (record.vacatedAt === undefined) checkAlerted(running, record, once);
  checkOnce(running, once);
}

/** How records differ from the addresses of the world, a line each. */
export function lostAddresses({ world }: Running, items: readonly AddressRecord[]): string[] {
  const lost: string[] = [];
  for (const service of world.services.values()) {
    const records = items.filter(({ resource }) => resource.toLowerCase() === service.id.toLowerCase());
    const name = service.id.split("/").at(-1);
    for (const [location, addresses] of Object.entries(service.addresses.places)) {
      const record = records.find((each) => each.location === location);
      if (record === undefined || setOf("", record.current) !== setOf("", addresses))
        lost.push(`${name} is at ${addresses.join()}, but its record says ${record?.current.join()}`);
    }
    for (const { location, vacatedAt } of records)
      if (vacatedAt === undefined && service.addresses.places[location] === undefined)
        lost.push(`${location} was vacated, but its record does not say so`);
  }
  return lost;
}

/** A difference from the baseline is an open drift with an alert; where there is none, no drift is open. */
function checkAlerted({ sim }: Running, record: AddressRecord, alerts: readonly Alert[]): void {
  const { baseline, current, drift, resource, location } = record;
  const differs = setOf("", baseline) !== setOf("", current);
  if (differs !== (drift !== undefined))
    sim.violated(
      "I8 alerts",
      `${location}: ${differs ? "no drift is open for a difference" : "a drift is open without a difference"}`,
    );
  if (!differs) return;
  const last = alerts.findLast(
    (each) =>
      each.subject === resource && /Address(Drifted|Reminder)$/.test(each.type) && about(each, record),
  );
  if (last === undefined) sim.violated("I8 alerts", `${location}: no alert names ${current.join()}`);
}

interface AlertedAddresses {
  readonly location: string;
  readonly current: readonly string[];
  readonly baseline: readonly string[];
}

function addressesIn({ data }: Alert): readonly AlertedAddresses[] {
  return data.addresses as readonly AlertedAddresses[];
}

function about(alert: Alert, { location, current }: AddressRecord): boolean {
  return addressesIn(alert).some(
    (each) => each.location === location && setOf("", each.current) === setOf("", current),
  );
}

/** The same change from the same baseline raises one alert a day, however often it comes and goes. */
function checkOnce({ sim }: Running, alerts: readonly Alert[]): void {
  const lastAt = new Map<string, number>();
  for (const alert of alerts) {
    if (!/Address(Drifted|Acknowledged)$/.test(alert.type)) continue;
    for (const { location, current, baseline } of addressesIn(alert)) {
      const place = `${alert.subject} ${location}`;
      if (alert.type.endsWith("Acknowledged")) {
        for (const key of lastAt.keys()) if (key.startsWith(place)) lastAt.delete(key);
        continue;
      }
      const key = `${place} ${baseline.join()} ${current.join()}`;
      if (Date.parse(alert.time) - (lastAt.get(key) ?? -Infinity) < dayMs)
        sim.violated("I11 baseline", `${location}: ${current.join()} raised two alerts within a day`);
      lastAt.set(key, Date.parse(alert.time));
    }
  }
}
