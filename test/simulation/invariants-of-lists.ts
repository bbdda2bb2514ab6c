import {
  phases,
  type ConnectionRecord,
  type Entry,
} from "../../src/lib/connections/record/connection-record.ts";
import type { Page, PageRequest } from "../../src/lib/page.ts";
import { alertPrefix, allOwners } from "../../src/lib/state/keys.ts";
import { rowsAlerts, rowsListings } from "../../src/lib/state/listings.ts";
import { everyRow } from "../../src/lib/state/rows.ts";
import type { Running } from "./run.ts";

/**
 * The lists over all services say what the table holds: every record under its phase, every entry and alert once,
 * newest first. `entries` are those of the table.
 */
export async function checkLists(
  running: Running,
  records: readonly ConnectionRecord[],
  entries: readonly Entry[],
): Promise<void> {
  const { rows } = running;
  const listings = rowsListings(rows);
  const listed = await everyItem((page) => listings.connections({}, page));
  compare(
    running,
    "connection",
    records.map(({ id }) => id.text),
    listed.map(({ id }) => id.text),
  );
  for (const phase of phases) {
    const found = await everyItem((page) => listings.connections({ phase }, page));
    const expected = records.filter((record) => record.phase === phase);
    compare(
      running,
      `connection that is ${phase}`,
      expected.map(({ id }) => id.text),
      found.map(({ id }) => id.text),
    );
  }
  const found = await everyItem((page) => listings.entries({}, page));
  compareByTime(
    running,
    "entry",
    entries.map(({ id, at }) => ({ id, at })),
    found.map(({ id, at }) => ({ id, at })),
  );
}

/** The list of alerts, likewise. */
export async function checkAlertList(running: Running): Promise<void> {
  const { rows } = running;
  const alerts = await everyItem((page) => rowsAlerts(rows)({}, page));
  const stored: { id: string; at: string }[] = [];
  for await (const { value } of everyRow(rows, { partition: allOwners, prefix: alertPrefix }))
    stored.push({ id: value.id as string, at: value.time as string });
  compareByTime(
    running,
    "alert",
    stored,
    alerts.map(({ id, time }) => ({ id, at: time })),
  );
}

async function everyItem<T>(list: (page: PageRequest) => Promise<Page<T>>): Promise<T[]> {
  const items: T[] = [];
  let continuation: string | undefined;
  do {
    const page: Page<T> = await list({ top: 50, ...(continuation === undefined ? {} : { continuation }) });
    items.push(...page.items);
    ({ continuation } = page);
  } while (continuation !== undefined);
  return items;
}

interface Timed {
  readonly id: string;
  readonly at: string;
}

/** What is old enough for the archive may be off the list already, while a run of the archive is about to move it. */
function compareByTime(
  running: Running,
  what: string,
  stored: readonly Timed[],
  listed: readonly Timed[],
): void {
  const { sim, options } = running;
  const oldest = new Date(sim.time.now() - options.archive.ageMs - options.archive.everyMs).toISOString();
  const young = ({ at }: Timed) => !options.timers.includes("archiveRecords") || at >= oldest;
  const idOf = ({ id, at }: Timed) => `${id} of ${at}`;
  compare(running, what, stored.filter(young).map(idOf), listed.filter(young).map(idOf));
  listed.forEach(({ id, at }, index) => {
    if (at > (listed[index - 1]?.at ?? "~")) sim.violated("I22 lists", `${what} ${id} is not in order`);
  });
}

function compare({ sim }: Running, what: string, stored: readonly string[], listed: readonly string[]): void {
  const [expected, found] = [new Set(stored), new Set(listed)];
  for (const each of expected)
    if (!found.has(each)) sim.violated("I22 lists", `${what} ${each} is not listed`);
  for (const each of found)
    if (!expected.has(each)) sim.violated("I22 lists", `${what} ${each} is listed and not stored`);
  if (found.size < listed.length) sim.violated("I22 lists", `a ${what} is listed twice`);
}
