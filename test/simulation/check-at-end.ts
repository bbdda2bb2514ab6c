import { rowsLedger } from "../../src/lib/state/ledger.ts";
import { everyEntry } from "./archiving.ts";
import { checkAlerts, checkRecordsAlerted } from "./invariants-of-alerts.ts";
import { checkAudit, checkChains } from "./invariants-of-audit.ts";
import { checkPersonsAtEnd } from "./invariants-of-persons.ts";
import { checkLists } from "./invariants-of-lists.ts";
import { checkApplied } from "./invariants-of-puts.ts";
import { checkBreakers } from "./invariants-of-quota.ts";
import { checkDecided, checkIdentity, checkLost } from "./invariants-of-records.ts";
import { checkTermsAtEnd } from "./invariants-of-terms.ts";
import type { Running } from "./run.ts";

/** Checks what must hold of connections once the faults have stopped and the app has recovered. */
export async function checkAtEnd(running: Running): Promise<void> {
  const { sim, rows } = running;
  const ledger = rowsLedger(rows, () => [], { now: () => sim.now() });
  const readAt = sim.time.now();
  const { items: records } = await ledger.connections({}, { top: 5_000 });
  const { items: inTable } = await ledger.entries({}, { top: 20_000 });
  await checkLists(running, records, inTable);
  const entries = everyEntry(running, inTable);
  checkChains(running, inTable, entries);
  checkLost(running, records);
  checkIdentity(running, records, entries);
  checkAudit(running, entries);
  checkApplied(running, entries);
  checkPersonsAtEnd(running, entries);
  checkTermsAtEnd(running, records, entries);
  await checkDecided(running, records);
  checkAlerts(running, entries, readAt);
  checkBreakers(running);
  checkRecordsAlerted(running, records);
}
