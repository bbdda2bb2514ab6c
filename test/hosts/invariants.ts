import { setTimeout as sleep } from "node:timers/promises";
import { parseConnectionId } from "../../src/lib/azure/resource-id.ts";
import type { Ledger } from "../../src/lib/connections/ledger.ts";
import type { Decision, Entry, Link } from "../../src/lib/connections/record/connection-record.ts";
import { chainVerifier } from "../../src/lib/connections/verify-chain.ts";
import { rowsLedger } from "../../src/lib/state/ledger.ts";
import { tableClient } from "../../src/lib/state/table-client.ts";
import { tableRows } from "../../src/lib/state/table-rows.ts";
import { everyRow, type Rows } from "../../src/lib/state/rows.ts";

/** The state of the tables after a load. */
export interface TableReport {
  /** The number of connections that were decided to be approved. */
  readonly decided: number;
  /** Violated invariants. */
  readonly broken: readonly string[];
}

/** Checks the invariants of reliability.md on the real tables, once every request is settled or the time is up. */
export async function checkTables(options: {
  readonly connectionString: string;
  readonly ids: readonly string[];
  /** What each connection says on Azure, which begins with our decision; undefined where that is not known. */
  readonly descriptions?: readonly string[];
  readonly timeoutMs: number;
}): Promise<TableReport> {
  const { connectionString, ids } = options;
  const rows = tableRows(tableClient({ kind: "connection-string", connectionString }));
  const ledger = rowsLedger(rows, () => [], { now: () => new Date() });
  const unsettled = await waitUntilSettled(ledger, ids, options.timeoutMs);
  const entries = await everyEntry(ledger);
  const chains = chainVerifier();
  for (const entry of entries) chains.take(entry);
  const decisions = entries.filter((each) => each.kind === "decision");
  const approved = new Set(
    decisions.filter(({ action }) => action === "approve").map(({ connection }) => connection),
  );
  const failed = entries.filter((each) => each.kind === "outcome" && each.phase === "Failed");
  return {
    decided: approved.size,
    broken: [
      ...unsettled.map((each) => `I6 nothing lost: ${each}`),
      ...unjustified(options, decisions),
      ...chains.broken.map(({ id, why }) => `I9 audit: ${id}: ${why}`),
      ...failed.map((each) => `no Failed by waiting: ${"reason" in each ? each.reason : ""}`),
      ...(await undelivered(rows)).map((row) => `I8 alerts: ${row} was never delivered`),
    ],
  };
}

/** Connections whose description on Azure names no decision to approve them. */
function unjustified(
  { ids, descriptions }: Pick<Parameters<typeof checkTables>[0], "ids" | "descriptions">,
  decisions: readonly (Decision & Link)[],
): string[] {
  if (descriptions === undefined) return [];
  const byId = new Map(decisions.map((decision) => [decision.id, decision]));
  return ids.flatMap((id, index) => {
    const [, named = ""] = /^drawbridge ([0-9a-f]+-\d+):/.exec(descriptions[index] ?? "") ?? [];
    const decision = byId.get(named);
    const isOurs = decision?.connection === id && decision.verdict.kind === "approve";
    return isOurs ? [] : [`I1 justified: ${id} names no decision to approve it`];
  });
}

/** Waits until every record is Applied or the time is up, and returns the others. */
async function waitUntilSettled(
  ledger: Ledger,
  ids: readonly string[],
  timeoutMs: number,
): Promise<string[]> {
  const deadline = performance.now() + timeoutMs;
  for (;;) {
    const records = await Promise.all(
      ids.map(async (text) => {
        const id = parseConnectionId(text);
        return id === undefined ? undefined : ledger.find(id);
      }),
    );
    const open = records.flatMap((record, index) =>
      record?.phase === "Applied"
        ? []
        : [`${ids[index]?.split("/").at(-1)} is ${record?.phase ?? "unknown"}`],
    );
    if (open.length === 0 || performance.now() > deadline) return open;
    await sleep(1_000);
  }
}

async function everyEntry(ledger: Ledger): Promise<readonly Entry[]> {
  const all: Entry[] = [];
  let continuation: string | undefined;
  do {
    const page = await ledger.entries(
      {},
      { top: 1_000, ...(continuation === undefined ? {} : { continuation }) },
    );
    all.push(...page.items);
    ({ continuation } = page as { readonly continuation?: string });
  } while (continuation !== undefined);
  return all;
}

/** Alerts in the outbox. They are normally delivered within seconds. */
async function undelivered(rows: Rows): Promise<readonly string[]> {
  const left: string[] = [];
  for await (const { row } of everyRow(rows, { partition: { from: "s-", to: "s." }, prefix: "outbox-" }))
    left.push(row);
  return left;
}
