import { dayMs, hasElapsed, minuteMs, type Clock } from "../clock.ts";
import type { Log } from "../log.ts";

/** Old records for one blob. */
export interface Batch {
  /** Name of the blob. The same rows make the same name and the same text at every attempt. */
  readonly name: string;
  /** One JSON value each. */
  readonly lines: readonly string[];
  /** Why the records must stay in the table for investigation; undefined if they are intact. */
  readonly broken?: string;
  /** Removes the records from the table; called once the blob is written. */
  readonly remove: () => Promise<void>;
}

/** The limits from which records count as old. */
export interface Age {
  /** Records written before this instant are old. */
  readonly before: Date;
  /**
   * A chain is archived only if its first entry was written before this instant, so that it does not make a blob each
   * day.
   */
  readonly chainsFrom: Date;
}

/** The old records in batches. A batch that is not removed is not returned a second time. */
export interface OldRecords {
  /** @param isOver whether the run has used up its time; then what is left stays for the next one */
  batches(age: Age, isOver: () => boolean): AsyncIterable<Batch>;
}

/** The destination of old records. */
export interface Archive {
  /** Never overwrites. @throws {ArchiveDiffers} if a different text has this name */
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

const monthMs = 30 * dayMs;
/**
 * A function on the Consumption plan is ended after five minutes. A run that stops after three has time for the call in
 * progress; a call is given up after a minute.
 */
const timeMaxMs = 3 * minuteMs;

/**
 * Moves old records to the archive. A batch is removed from the table only after its blob was written, so that an
 * interrupted run loses nothing; what is left when the time is used up is left to the next run. Returns how many
 * records were moved.
 */
export async function archiveOld({ old, archive, keepDays, clock, log }: ArchiveServices): Promise<number> {
  const begun = clock.now();
  const before = new Date(begun.getTime() - keepDays * dayMs);
  const chainsFrom = new Date(before.getTime() - monthMs);
  const isOver = () => hasElapsed(timeMaxMs, begun, clock.now());
  let moved = 0;
  for await (const { name, lines, broken, remove } of old.batches({ before, chainsFrom }, isOver)) {
    if (isOver()) break;
    if (broken !== undefined) {
      log.error("old records are broken, and stay in the table for investigation", { id: name, why: broken });
      continue;
    }
    await archive.put(name, lines.map((line) => `${line}\n`).join(""));
    await remove();
    moved += lines.length;
  }
  return moved;
}
