import { ArchiveDiffers, type ArchiveServices, type OldRecords } from "../../src/lib/archive/archive.ts";
import type { Entry } from "../../src/lib/connections/record/connection-record.ts";
import { rowsOldRecords } from "../../src/lib/state/records-to-archive.ts";
import type { Log } from "../../src/lib/log.ts";
import type { Running } from "./run.ts";

/** The archive behind a network. It takes what is older than `archive.ageMs`: days are too long for a simulation. */
export function simulatedArchive({ sim, distant, archive, options }: Running, log: Log): ArchiveServices {
  const clock = { now: () => sim.now() };
  const old = rowsOldRecords(distant, clock);
  const ofAge: OldRecords["batches"] = (_, isOver) => {
    const before = new Date(sim.time.now() - options.archive.ageMs);
    return old.batches({ before, chainsFrom: before }, isOver);
  };
  const put = (name: string, text: string) =>
    sim.reach("archive put", name, {
      apply: () => {
        if ((archive.get(name) ?? text) !== text) throw new ArchiveDiffers(name);
        archive.set(name, text);
      },
      fail: (fault) => {
        throw new Error(`the archive failed: ${fault}`);
      },
    });
  return { old: { batches: ofAge }, archive: { put }, keepDays: 30, clock, log };
}

/** The lines of the blobs whose name begins with this prefix, in order. */
export function archived({ archive }: Running, prefix: string): unknown[] {
  return [...archive]
    .filter(([name]) => name.startsWith(prefix))
    .toSorted(([a], [b]) => (a < b ? -1 : 1))
    .flatMap(([, text]) => text.trimEnd().split("\n"))
    .map((line) => JSON.parse(line) as unknown);
}

export function archivedEntry(running: Running, id: string): Entry | undefined {
  return (archived(running, "decisions/") as Entry[]).find((each) => each.id === id);
}

/** Every entry, first of the archive, then of the table. */
export function everyEntry(running: Running, inTable: readonly Entry[]): Entry[] {
  return [...(archived(running, "decisions/") as Entry[]), ...inTable];
}
