import type { AddressAzure, ServiceAnswer } from "../../src/lib/addresses/azure.ts";
import type { AddressRecord } from "../../src/lib/addresses/model/baseline.ts";
import type { Alert } from "../../src/lib/alerts/alert.ts";
import { rowsBaselines } from "../../src/lib/state/baselines.ts";
import type { Row, Rows } from "../../src/lib/state/rows.ts";
import type { Running } from "./run.ts";
import { setOf } from "./world.ts";

const dayMs = 24 * 60 * 60_000;

/** By invocation: what Azure's own answers showed of each service last, by location. */
const looks = new WeakMap<Running, Map<string, readonly string[]>>();

/** Azure as the checks have it, with somebody who sees what it answered. */
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

/** The table, with somebody who sees each write of an address's row (I11). */
export function watchBaselines(running: () => Running, rows: Rows): Rows {
  return {
    ...rows,
    commit: async (partition, writes) => {
      const records = writes.filter(({ row }) => row.startsWith("address-public-"));
      const before = await Promise.all(records.map(({ row }) => rows.read({ partition, row })));
      const etags = await rows.commit(partition, writes);
      records.forEach(({ value }, index) => {
        checkRevision(running(), before[index], value as unknown as AddressRecord);
      });
      return etags;
    },
  };
}

function checkRevision(running: Running, row: Row | undefined, after: AddressRecord): void {
  const { sim, world } = running;
  const before = row?.value as unknown as AddressRecord | undefined;
  const service = world.services.get(after.resource.toLowerCase());
  const violated = (what: string) => {
    sim.violated("I11 baseline", `${after.resource.split("/").at(-1)} ${after.location}: ${what}`);
  };
  const same = (one: readonly string[], other: readonly string[]) => setOf("", one) === setOf("", other);
  const had = (addresses: readonly string[]) => service?.had.has(setOf(after.location, addresses)) === true;
  if (!had(after.baseline)) violated(`${after.baseline.join(", ")} is the baseline, and was never there`);
  const moved = before !== undefined && !same(before.baseline, after.baseline);
  if (moved && !(after.origin.kind === "acknowledged" && before.drift !== undefined))
    violated("its baseline became another, and nobody acknowledged it");
  if (moved && !same(before.current, after.baseline))
    violated("another set was acknowledged than what had drifted");
  const isThere = [service?.addresses, service?.addressesBefore].every(
    (each) => each?.places[after.location] !== undefined,
  );
  if (after.vacatedAt !== undefined && before?.vacatedAt === undefined && isThere)
    violated("it is said to be vacated, and the service is there");
  if (after.advice !== undefined) violated("it is said not to apply, and its tier has addresses of its own");
  if (after.drift === undefined) return;
  if (!had(after.current)) violated(`${after.current.join(", ")} is said to be there, and never was`);
  if (same(after.baseline, after.current)) violated("a permutation is said to have drifted");
  const isNew = before?.drift === undefined || !same(before.current, after.current);
  const look = looks.get(running)?.get(`${sim.invocation().id} ${after.resource}`) ?? [];
  if (isNew && !look.includes(setOf(after.location, after.current)))
    violated("it is said to have drifted, and Azure's own answer was not looked at");
}

/** What must hold of addresses when the faults have stopped and time has passed. */
export async function checkAddressesAtEnd(running: Running): Promise<void> {
  const { sim, rows, world, told } = running;
  const { items } = await rowsBaselines(rows, () => []).list({ kind: "public" }, { top: 1_000 });
  const once = [...new Map(told.map((each) => [each.id, each])).values()];
  for (const service of world.services.values()) {
    const records = items.filter(({ resource }) => resource.toLowerCase() === service.id.toLowerCase());
    for (const [location, addresses] of Object.entries(service.addresses.places)) {
      const record = records.find((each) => each.location === location);
      if (record === undefined || setOf("", record.current) !== setOf("", addresses))
        sim.violated(
          "I6 nothing lost",
          `${service.id.split("/").at(-1)} is at ${addresses.join()}, known ${record?.current.join()}`,
        );
      else checkTold(running, record, once);
    }
    for (const { location, vacatedAt } of records)
      if (vacatedAt === undefined && service.addresses.places[location] === undefined)
        sim.violated("I6 nothing lost", `${location} was vacated, and nobody noticed`);
  }
  checkOnce(running, once);
}

/** What differs from what is right was told to a person, and is told to be so; what does not was not left as a drift. */
function checkTold({ sim }: Running, record: AddressRecord, told: readonly Alert[]): void {
  const { baseline, current, drift, resource, location } = record;
  const differs = setOf("", baseline) !== setOf("", current);
  if (differs !== (drift !== undefined))
    sim.violated(
      "I8 alerts",
      `${location}: ${differs ? "a drift is not open" : "a drift is open for nothing"}`,
    );
  if (!differs) return;
  const last = told.findLast(
    (each) =>
      each.subject === resource && /Address(Drifted|Reminder)$/.test(each.type) && about(each, record),
  );
  if (last === undefined) sim.violated("I8 alerts", `${location}: nobody was told of ${current.join()}`);
}

interface Told {
  readonly location: string;
  readonly current: readonly string[];
  readonly baseline: readonly string[];
}

function addressesIn({ data }: Alert): readonly Told[] {
  return data.addresses as readonly Told[];
}

function about(alert: Alert, { location, current }: AddressRecord): boolean {
  return addressesIn(alert).some(
    (each) => each.location === location && setOf("", each.current) === setOf("", current),
  );
}

/** The same change from the same baseline is told once a day, however often it comes and goes. */
function checkOnce({ sim }: Running, told: readonly Alert[]): void {
  const lastAt = new Map<string, number>();
  for (const alert of told) {
    if (!/Address(Drifted|Acknowledged)$/.test(alert.type)) continue;
    for (const { location, current, baseline } of addressesIn(alert)) {
      const place = `${alert.subject} ${location}`;
      if (alert.type.endsWith("Acknowledged")) {
        for (const key of lastAt.keys()) if (key.startsWith(place)) lastAt.delete(key);
        continue;
      }
      const key = `${place} ${baseline.join()} ${current.join()}`;
      if (Date.parse(alert.time) - (lastAt.get(key) ?? -Infinity) < dayMs)
        sim.violated("I11 baseline", `${location}: ${current.join()} was told twice within a day`);
      lastAt.set(key, Date.parse(alert.time));
    }
  }
}
