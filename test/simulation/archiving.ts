import { ArchiveDiffers, type ArchiveServices } from "../../src/lib/archive/archive.ts";
import { chainVerifier } from "../../src/lib/connections/verify-chain.ts";
import type { Entry } from "../../src/lib/connections/record/record.ts";
import { rowsOldRecords } from "../../src/lib/state/old-records.ts";
import type { Log } from "../../src/lib/log.ts";
import type { Running } from "./run.ts";

/** The archive behind a network, for what is older than so many milliseconds: days are too long for a simulation. */
export function simulatedArchive({ sim, distant, archive, options }: Running, log: Log): ArchiveServices {
  const clock = { now: () => sim.now() };
  const old = rowsOldRecords(distant, clock);
  const ofAge = () => {
    const before = new Date(sim.time.now() - options.archive.ageMs);
    return old.batches({ before, chainsFrom: before });
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

/** What of the archive has this beginning, in order, a line each. */
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

/** Every entry that ever was: of the archive, and then of the table. The chain holds over both, and the table's by itself. */
export function everyEntry(running: Running, entries: readonly Entry[]): Entry[] {
  const all = [...(archived(running, "decisions/") as Entry[]), ...entries];
  for (const chain of [entries, all]) {
    const chains = chainVerifier();
    for (const entry of chain) chains.take(entry);
    for (const { id, why } of [...chains.broken, ...chains.headless()])
      running.sim.violated("I9 audit", `${id}: ${why}`);
  }
  return all;
}
