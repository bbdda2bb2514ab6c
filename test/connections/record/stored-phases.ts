import type { Ledger } from "../../../src/lib/connections/ledger.ts";
import type { ConnectionRecord, Phase } from "../../../src/lib/connections/record/connection-record.ts";

/** A ledger that notes each stored change of phase: a record's version identifies the one that it replaces. */
export function watched(ledger: Ledger, stored: Set<string>): Partial<Ledger> {
  const phaseOf = new Map<string, Phase>();
  const keyOf = ({ id: each, version }: ConnectionRecord) => `${each.text} ${version}`;
  const remember = <R extends ConnectionRecord | undefined>(record: R): R => {
    if (record !== undefined) phaseOf.set(keyOf(record), record.phase);
    return record;
  };
  const note = (replaced: ConnectionRecord, next: ConnectionRecord | undefined) => {
    const from = phaseOf.get(keyOf(replaced));
    if (from !== undefined && next !== undefined) stored.add(`${from} → ${next.phase}`);
    return remember(next);
  };
  return {
    find: async (each) => remember(await ledger.find(each)),
    add: async (record) => {
      stored.add(`(none) → ${record.phase}`);
      return remember(await ledger.add(record));
    },
    save: async (record) => note(record, await ledger.save(record)) as ConnectionRecord,
    saveWithWriteLock: async (record, until) => note(record, await ledger.saveWithWriteLock(record, until)),
    append: async (record, entry, next, counted) =>
      note(record, await ledger.append(record, entry, next, counted)) as ConnectionRecord,
  };
}
