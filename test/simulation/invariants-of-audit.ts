import { chainVerifier } from "../../src/lib/connections/verify-chain.ts";
import type { ConnectionRecord, Entry } from "../../src/lib/connections/record/connection-record.ts";
import type { Running } from "./run.ts";
import { observedCallsOf, type PutCheck } from "./observed-calls.ts";

/** I9, at each PUT: its connection's record is being applied, and its decision is recorded. */
export function checkRecorded(
  { violated }: PutCheck,
  record: ConnectionRecord | undefined,
  entry: Entry | undefined,
): boolean {
  const isRecorded = record?.phase === "Applying" && entry?.kind === "decision";
  if (!isRecorded)
    violated(
      "I9 audit",
      `its record is ${record?.phase ?? "missing"}, its decision ${entry?.kind ?? "missing"}`,
    );
  return isRecorded;
}

/** I9: the chain verifies, over the archive and the table, and over the table alone. */
export function checkChains({ sim }: Running, inTable: readonly Entry[], all: readonly Entry[]): void {
  for (const chain of [inTable, all]) {
    const chains = chainVerifier();
    for (const entry of chain) chains.take(entry);
    for (const { id, why } of [...chains.broken, ...chains.headless()])
      sim.violated("I9 audit", `${id}: ${why}`);
  }
}

/** I9: each PUT stands between its decision and an entry that records its outcome. */
export function checkAudit(running: Running, entries: readonly Entry[]): void {
  const { sim } = running;
  const { puts } = observedCallsOf(running);
  for (const put of puts) {
    const decided = entries.findIndex(({ id }) => id === put.decision);
    const after = entries
      .slice(decided + 1)
      .some((each) => "connection" in each && each.connection === put.id);
    if (decided < 0 || !after) sim.violated("I9 audit", `no entry records the outcome of a PUT on ${put.id}`);
  }
}
