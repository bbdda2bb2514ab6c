import type { Routes } from "../alerts/sink.ts";
import type { Clock } from "../clock.ts";
import type { ServiceId } from "../azure/resource-id.ts";
import type { Ledger } from "../connections/ledger.ts";
import type { Adoption, ConnectionRecord, Phase } from "../connections/record/connection-record.ts";
import { headAfter, headWrite, linkAfter, readHead } from "./chain.ts";
import * as keys from "./keys.ts";
import { recordOf, recordWrite } from "./connection-row.ts";
import { listNew } from "./connection-list-row.ts";
import { everyRow, retryOnConflict, RowConflict, type Rows } from "./rows.ts";
import type { CachedHeads } from "./cached-heads.ts";
import { commitListed } from "./timeline.ts";

type Found = Omit<ConnectionRecord, "version">;
type Next = Parameters<Ledger["adopt"]>[2];

/** Azure accepts 100 rows in a transaction. The entry, the head and the alerts need some of them. */
const recordsMax = 80;

/** The heads of services, and what is written when one is first read. */
export function adoptions(
  rows: Rows,
  routes: Routes,
  clock: Clock,
  heads: CachedHeads,
): Pick<Ledger, "head" | "adopt" | "leave"> {
  /** The phases of the service's records. A connection that already has a record for another reason is not adopted. */
  async function phases(service: ServiceId): Promise<Map<string, Phase>> {
    const there = new Map<string, Phase>();
    const partition = keys.servicePartition(service);
    for await (const row of everyRow(rows, { partition, prefix: keys.connectionPrefix })) {
      const { id, phase } = recordOf(row);
      there.set(id.text, phase);
    }
    return there;
  }

  async function adoptOnce(service: ServiceId, found: readonly Found[], next: Next): Promise<void> {
    const partition = keys.servicePartition(service);
    const head = await readHead(rows, partition);
    if (head.head.adoptedAt !== undefined) return;
    const there = await phases(service);
    const records = found.filter(({ id }) => !there.has(id.text));
    // Listed before they are stored, so that none is missing from the list.
    await listNew(rows, records);
    // Records that do not fit into the transaction of the entry are written first. An adoption that is interrupted here
    // starts again and finds them.
    while (records.length > recordsMax)
      await rows.commit(partition, records.splice(0, recordsMax).map(recordWrite));
    const adoptedAt = clock.now().toISOString();
    const draft = adoptionOf(
      service,
      found.filter(({ id }) => (there.get(id.text) ?? "Adopted") === "Adopted"),
    );
    if (draft.connections.length === 0) {
      await rows.commit(partition, [headWrite(head, { ...head.head, adoptedAt })]);
      return;
    }
    const entry = linkAfter(head.head, partition, draft, clock);
    const writes = [
      ...records.map(recordWrite),
      headWrite(head, { ...headAfter(head.head, entry), adoptedAt }),
    ];
    await commitListed(rows, partition, writes, { entry, alerts: next(entry), routes });
  }

  async function leaveOnce(service: ServiceId): Promise<void> {
    const head = await readHead(rows, keys.servicePartition(service));
    const { adoptedAt, ...rest } = head.head;
    if (adoptedAt !== undefined) await rows.commit(keys.servicePartition(service), [headWrite(head, rest)]);
    await closeReviews(rows, service);
  }

  return {
    head: async (service) => {
      const { head } = await heads.read(keys.servicePartition(service));
      const { promised = [], adoptedAt, writing } = head;
      return {
        reservations: promised,
        ...(adoptedAt === undefined ? {} : { adoptedAt }),
        ...(writing === undefined ? {} : { writeLock: writing }),
      };
    },
    adopt: (service, found, next) => retryOnConflict(() => adoptOnce(service, found, next)),
    leave: (service) => retryOnConflict(() => leaveOnce(service)),
  };
}

function adoptionOf({ text }: ServiceId, found: readonly Found[]): Adoption {
  return {
    kind: "adoption",
    service: text,
    connections: found.map(({ id, state = "" }) => ({ id: id.text, state })),
  };
}

/** Nothing is unfinished where nothing is governed. A service that is governed again is read again. */
async function closeReviews(rows: Rows, service: ServiceId): Promise<void> {
  for await (const { etag, ...key } of everyRow(rows, keys.openConnections(service)))
    try {
      await rows.remove(key, etag);
    } catch (error) {
      // A review was opened again in the meantime. The next read of the service closes it.
      if (!(error instanceof RowConflict)) throw error;
    }
}
