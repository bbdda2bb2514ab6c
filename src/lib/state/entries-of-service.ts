import type { ServiceId } from "../azure/resource-id.ts";
import type { EntryFilter } from "../connections/ledger.ts";
import type { Entry } from "../connections/record/connection-record.ts";
import { ContinuationInvalid, pageMax, type Page, type PageRequest } from "../page.ts";
import { readHead } from "./chain.ts";
import * as keys from "./keys.ts";
import { fits } from "./ledger.ts";
import { valueOf } from "./row-version.ts";
import { everyRow, type Rows } from "./rows.ts";

/** Parts of a chain that one page of the list may read. */
const partsMax = 20;

/** The table chooses by these; the chain is not for a list by verdict. */
type Filter = Omit<EntryFilter, "verdict">;

/**
 * The entries of one service, newest first. Their sequences have no gaps, so that the chain itself is read from its
 * end, a part at a time. It needs no index, and has the entries that were written before there was one.
 */
export async function entriesOfService(
  rows: Rows,
  service: ServiceId,
  filter: Filter,
  { top, continuation }: PageRequest,
): Promise<Page<Entry>> {
  const partition = keys.servicePartition(service);
  const first = await firstSequence(rows, partition);
  let below =
    continuation === undefined
      ? (await readHead(rows, partition)).head.sequence + 1
      : sequenceIn(continuation);
  const items: Entry[] = [];
  for (let parts = 0; parts < partsMax && below > first; parts++) {
    const from = Math.max(first, below - partSize(filter, top - items.length));
    for (const entry of (await part(rows, partition, { from, below, filter })).toReversed()) {
      if (entry.at < (filter.from ?? "")) return { items };
      if (!fits(entry, filter)) continue;
      items.push(entry);
      below = entry.sequence;
      if (items.length === top) return { items, ...continuing(below, first) };
    }
    below = from;
  }
  return { items, ...continuing(below, first) };
}

/**
 * As many entries as are missing where each is one; more where the table leaves out, or we do, those that do not match.
 */
function partSize({ connection, kind, to }: Filter, missing: number): number {
  return [connection, kind, to].every((each) => each === undefined) ? missing : pageMax;
}

async function part(
  rows: Rows,
  partition: string,
  {
    from,
    below,
    filter: { connection, kind },
  }: { readonly from: number; readonly below: number; readonly filter: Filter },
): Promise<Entry[]> {
  const entries: Entry[] = [];
  const query = {
    partition,
    prefix: keys.entryPrefix,
    after: keys.entryRow(from - 1),
    below: keys.entryRow(below),
    where: { ...(connection === undefined ? {} : { connection }), ...(kind === undefined ? {} : { kind }) },
  };
  for await (const row of everyRow(rows, query)) entries.push(valueOf<Entry>(row));
  return entries;
}

/** Those before are in the archive. */
async function firstSequence(rows: Rows, partition: string): Promise<number> {
  const { rows: found } = await rows.list({ partition, prefix: keys.entryPrefix, top: 1 });
  return found[0] === undefined ? Infinity : valueOf<Entry>(found[0]).sequence;
}

function continuing(below: number, first: number): { readonly continuation?: string } {
  return below > first ? { continuation: String(below) } : {};
}

/** @throws {ContinuationInvalid} for a text that is no sequence */
function sequenceIn(text: string): number {
  if (!/^[1-9]\d{0,11}$/.test(text))
    throw new ContinuationInvalid("this continuation was not given by this list");
  return Number(text);
}
