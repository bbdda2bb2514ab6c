import { isDue, plusMs, type Clock } from "../clock.ts";
import type { Log } from "../log.ts";

/** A blob's worth of what has had its time. */
export interface Batch {
  /** Of the blob. The same rows make the same name and the same text, however often they are tried. */
  readonly name: string;
  /** A JSON value each. */
  readonly lines: readonly string[];
  /** Why it must stay where it is, so that it can be looked into; undefined where all is well. */
  readonly broken?: string;
  /** Removes it from the table; called once the blob is there. */
  readonly remove: () => Promise<void>;
}

/** When records are old. */
export interface Age {
  /** What was written before this. */
  readonly before: Date;
  /** Of a chain only where its beginning was written before this, so that its archive is not a blob a day. */
  readonly chainsFrom: Date;
}

/** What is older than it has to be at hand, a batch at a time; one that is not forgotten does not come again. */
export interface OldRecords {
  batches(age: Age): AsyncIterable<Batch>;
}

/** Where what is old goes. */
export interface Archive {
  /** @throws {ArchiveDiffers} where something else has this name: nothing is ever overwritten */
  put(name: string, text: string): Promise<void>;
}

export class ArchiveDiffers extends Error {
  override readonly name = "ArchiveDiffers";
}

export interface ArchiveServices {
  readonly old: OldRecords;
  readonly archive: Archive;
  readonly keepDays: number;
  readonly clock: Clock;
  readonly log: Log;
}

const dayMs = 24 * 3_600_000;
const monthMs = 30 * dayMs;
/** Functions on the Consumption plan end after five minutes; what is left is for the next day. */
const longestMs = 4 * 60_000;

/**
 * Moves what is older than it has to be kept into the archive: first it is there, then it is removed, so that ending
 * anywhere in between loses nothing. Returns how many records were moved.
 */
export async function archiveOld({ old, archive, keepDays, clock, log }: ArchiveServices): Promise<number> {
  const begun = clock.now();
  const before = new Date(begun.getTime() - keepDays * dayMs);
  const chainsFrom = new Date(before.getTime() - monthMs);
  let moved = 0;
  for await (const { name, lines, broken, remove } of old.batches({ before, chainsFrom })) {
    if (broken !== undefined) {
      log.error("what is old stays where it is: something is wrong with it", { id: name, why: broken });
      continue;
    }
    await archive.put(name, lines.map((line) => `${line}\n`).join(""));
    await remove();
    moved += lines.length;
    if (isDue(plusMs(begun, longestMs), clock.now())) break;
  }
  return moved;
}
