import { alert } from "../alerts/alert.ts";
import type { ConnectionRecord } from "../connections/record/connection-record.ts";
import type { Page, PageRequest } from "../page.ts";
import { approval, connectionId, type LedgerFixture } from "./ledger-fixture.contract.ts";

/** Stores a decision about a connection as a review does: in an open review, with an alert, and closes it. */
export async function decided(
  fixture: LedgerFixture,
  service: string,
  connection: string,
  verdict: "approve" | "hold",
): Promise<ConnectionRecord> {
  const id = connectionId(service, connection);
  const record = (await fixture.ledger.find(id)) ?? (await fixture.seen(id));
  const open = await fixture.ledger.openReview(id);
  const entry = { ...approval(id), verdict: { kind: verdict, reasons: [], unknown: [], alerts: [] } };
  const after = await fixture.ledger.append(record, entry, ({ at: decidedAt, id: decisionId }) => ({
    record: { ...record, phase: "Held", verdict, decidedAt, decisionId },
    alerts: [alert("Drawbridge.ConnectionHeld", id.text, { version: decisionId, time: decidedAt, data: {} })],
  }));
  await fixture.ledger.endAttempt(open, { until: after.decidedAt ?? "" }, after);
  return after;
}

/** The items of all pages of a list. */
export async function everyPage<T>(
  list: (page: PageRequest) => Promise<Page<T>>,
  top: number,
): Promise<readonly T[]> {
  const items: T[] = [];
  let continuation: string | undefined;
  do {
    const page: Page<T> = await list({ top, ...(continuation === undefined ? {} : { continuation }) });
    if (page.items.length > top) throw new Error(`a page of ${top} has ${page.items.length} items`);
    items.push(...page.items);
    ({ continuation } = page);
  } while (continuation !== undefined);
  return items;
}
