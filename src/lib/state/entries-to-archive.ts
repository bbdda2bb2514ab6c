import type { Age, Batch } from "../archive/archive.ts";
import { parseConnectionId, parseServiceId, type ServiceId } from "../azure/resource-id.ts";
import type { Clock } from "../clock.ts";
import type { Archival, Entry } from "../connections/record/connection-record.ts";
import { chainVerifier } from "../connections/verify-chain.ts";
import { toSafeJson } from "../json.ts";
import { headAfter, headWrite, linkAfter, readHead, type HeadRow } from "./chain.ts";
import { rowsInTime } from "./archive-batches.ts";
import * as keys from "./keys.ts";
import { valueOf } from "./row-version.ts";
import { everyRow, retryOnConflict, type Rows } from "./rows.ts";
import { commitListed } from "./timeline.ts";

/** Limits of a batch, because a blob is built in memory. */
const entriesMax = 1000;
const charactersMax = 16 * 1024 * 1024;

interface Run {
  readonly rows: Rows;
  readonly clock: Clock;
  /** Entries written before this instant are old. */
  readonly before: Date;
  readonly isOver: () => boolean;
}

/**
 * Batches of the old entries of every chain. The chain's head records the step, and each step can be repeated:
 * `writing` fixes the batch, so that every attempt makes the same blob. `removing` follows once the archival is an
 * entry of the chain. The step is cleared after the entries were removed.
 */
export async function* oldEntries(
  rows: Rows,
  clock: Clock,
  { before, chainsFrom }: Age,
  isOver: () => boolean,
): AsyncGenerator<Batch> {
  const due = chainsFrom.toISOString();
  for await (const row of rowsInTime(rows, { partition: keys.allServices, prefix: keys.headRow }, isOver)) {
    const { oldestAt, moving } = valueOf<HeadRow>(row);
    if (moving !== undefined || (oldestAt !== undefined && oldestAt < due))
      yield* oldOfChain({ rows, clock, before, isOver }, row.partition);
  }
}

/** Batches of a chain's old entries, oldest first. Each requires that the previous one was removed. */
async function* oldOfChain(run: Run, partition: string): AsyncGenerator<Batch> {
  const { rows, clock, before, isOver } = run;
  for (let removed = true; removed && !isOver();) {
    removed = false;
    const { moving } = (await readHead(rows, partition)).head;
    if (moving?.step === "removing") await remove(run, partition, moving.to);
    const plan = await retryOnConflict(() => planOnce(rows, partition, before));
    if (plan === undefined) return;
    const { archival, entries, broken } = plan;
    yield {
      name: archival.blob,
      lines: entries.map((entry) => toSafeJson(entry)),
      ...(broken === undefined ? {} : { broken }),
      remove: async () => {
        removed = await retryOnConflict(() => archiveOnce(rows, clock, partition, archival));
        if (removed) await remove(run, partition, archival.to);
      },
    };
  }
}

interface Plan {
  readonly archival: Archival;
  readonly entries: readonly Entry[];
  readonly broken?: string;
}

/**
 * Plans the next batch and records it in the head; undefined if nothing is old, or if another run is removing a batch.
 */
async function planOnce(rows: Rows, partition: string, before: Date): Promise<Plan | undefined> {
  const found = await readHead(rows, partition);
  const { moving } = found.head;
  const entries = await entriesToMove(rows, partition, moving?.to, before);
  const [first, last] = [entries[0], entries.at(-1)];
  if (moving?.step === "removing" || first === undefined || last === undefined) return undefined;
  const broken = brokenIn(entries);
  if (broken === undefined && moving === undefined) {
    const head: HeadRow = { ...found.head, moving: { to: last.sequence, step: "writing" } };
    await rows.commit(partition, [headWrite(found, head)]);
  }
  return { archival: archivalOf(first, last), entries, ...(broken === undefined ? {} : { broken }) };
}

async function entriesToMove(
  rows: Rows,
  partition: string,
  to: number | undefined,
  before: Date,
): Promise<readonly Entry[]> {
  const entries: Entry[] = [];
  let characters = 0;
  for await (const row of everyRow(rows, { partition, prefix: keys.entryPrefix })) {
    const entry = valueOf<Entry>(row);
    characters += JSON.stringify(entry).length;
    const isOne = to === undefined ? Date.parse(entry.at) < before.getTime() : entry.sequence <= to;
    const fits = to !== undefined || (entries.length < entriesMax && characters <= charactersMax);
    if (!isOne || (!fits && entries.length > 0)) break;
    entries.push(entry);
  }
  return entries;
}

function archivalOf(first: Entry, { sequence: to }: Entry): Archival {
  const { id, sequence: from } = first;
  const chain = id.slice(0, id.lastIndexOf("-"));
  const blob = `decisions/${chain}/${keys.padded(from)}-${keys.padded(to)}.jsonl`;
  return { kind: "archival", service: serviceOf(first).text, from, to, blob };
}

function serviceOf(entry: Entry): ServiceId {
  const service =
    "service" in entry ? parseServiceId(entry.service) : parseConnectionId(entry.connection)?.service;
  if (service === undefined) throw new Error(`the entry ${entry.id} names no service`);
  return service;
}

function brokenIn(entries: readonly Entry[]): string | undefined {
  const chain = chainVerifier();
  for (const entry of entries) chain.take(entry);
  const [broken] = chain.broken;
  return broken && `${broken.id}: ${broken.why}`;
}

/**
 * Appends the archival to the chain: which entries were moved, and to which blob. Returns false if another run took
 * over.
 */
async function archiveOnce(
  rows: Rows,
  clock: Clock,
  partition: string,
  archival: Archival,
): Promise<boolean> {
  const found = await readHead(rows, partition);
  const { moving } = found.head;
  if (moving?.to !== archival.to) return false;
  if (moving.step === "removing") return true;
  const entry = linkAfter(found.head, partition, archival, clock);
  const next = await rows.read({ partition, row: keys.entryRow(archival.to + 1) });
  const oldestAt = next === undefined ? entry.at : valueOf<Entry>(next).at;
  const head: HeadRow = {
    ...headAfter(found.head, entry),
    oldestAt,
    moving: { to: archival.to, step: "removing" },
  };
  await commitListed(rows, partition, [headWrite(found, head)], { entry, alerts: [], routes: () => [] });
  return true;
}

/** Removes the archived entries, oldest first. Where the time ends before, the head keeps the step for the next run. */
async function remove({ rows, isOver }: Run, partition: string, to: number): Promise<void> {
  const below = keys.entryRow(to + 1);
  for await (const row of everyRow(rows, { partition, prefix: keys.entryPrefix, below })) {
    if (isOver()) return;
    await rows.remove(row, row.etag);
  }
  await retryOnConflict(async () => {
    const found = await readHead(rows, partition);
    const { moving, ...head } = found.head;
    if (moving?.to === to) await rows.commit(partition, [headWrite(found, head)]);
  });
}
