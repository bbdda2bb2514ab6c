import { parseEndpointId } from "../azure/resource-id.ts";
import type { ConnectionRecord, PersonsDecision } from "../connections/record/connection-record.ts";
import { listedKey } from "./keys.ts";
import { rowValue } from "./row-version.ts";
import { insertMissing, type Rows, type Write } from "./rows.ts";

/** What the list sorts and filters by. */
export type Listed = Pick<
  ConnectionRecord,
  "phase" | "state" | "verdict" | "rule" | "restrained" | "waitsForPermit" | "opensAt"
> & {
  readonly id: string;
  /** When it was decided, or else first seen. */
  readonly at: string;
  readonly requester?: string;
  /** Who made that decision instead of the policy. */
  readonly person?: Pick<PersonsDecision, "by" | "verdict">;
  /** When the approval ends. */
  readonly endsAt?: string;
  /** When the approval is revoked, if that is announced. */
  readonly revokesAt?: string;
};

export function listedWrite(record: Omit<ConnectionRecord, "version">): Write & { readonly kind: "put" } {
  return { kind: "put", row: listedKey(record.id).row, value: rowValue(listedFrom(record)) };
}

export function listedFrom(record: Omit<ConnectionRecord, "version">): Listed {
  const { id, phase, state, verdict, rule, restrained, decidedAt, firstSeenAt, endpointId } = record;
  const { term, revocation, opensAt, waitsForPermit, person } = record;
  const requester = endpointId === undefined ? undefined : parseEndpointId(endpointId)?.subscriptionId;
  return {
    id: id.text,
    at: decidedAt ?? firstSeenAt,
    phase,
    ...(state === undefined ? {} : { state }),
    ...(verdict === undefined ? {} : { verdict }),
    ...(rule === undefined ? {} : { rule }),
    ...(restrained === undefined ? {} : { restrained }),
    ...(waitsForPermit === undefined ? {} : { waitsForPermit }),
    ...(opensAt === undefined ? {} : { opensAt }),
    ...(requester === undefined ? {} : { requester }),
    ...(person === undefined ? {} : { person: { by: person.by, verdict: person.verdict } }),
    ...(term === undefined ? {} : { endsAt: term.until }),
    ...(revocation === undefined ? {} : { revokesAt: revocation.dueAt }),
  };
}

/** Lists records of one service before they are stored. A connection that is listed stays as it is. */
export async function listNew(
  rows: Rows,
  records: readonly Omit<ConnectionRecord, "version">[],
): Promise<void> {
  const [first] = records;
  if (first === undefined) return;
  const writes = records.map((record) => ({ ...listedWrite(record), kind: "insert" as const }));
  await insertMissing(rows, listedKey(first.id).partition, writes);
}
