import type { ServiceId } from "../azure/resource-id.ts";
import type { Connection } from "./azure.ts";
import { deciderHash } from "./consider.ts";
import type { Ledger } from "./ledger.ts";
import { needsReview } from "./needs-review.ts";
import type { ConnectionRecord } from "./record.ts";
import { review, type ReviewRequest, type ReviewResult, type ReviewServices } from "./review.ts";
import { governsById } from "./scope.ts";

/** Reviews every connection of a service that needs it. Undefined where the service could not be read. */
export async function reviewService(
  services: ReviewServices,
  id: ServiceId,
  request: Omit<ReviewRequest, "id">,
): Promise<readonly ReviewResult[] | undefined> {
  if (services.mode === "off" || governsById(services.scope, id) === "no") return [];
  const read = await services.azure.service(id);
  if (read.kind === "unknown" || read.value.connections.kind === "unknown") return undefined;
  const records = await recordsOf(services.ledger, id);
  const due = await thoseDue(services, read.value.connections.value, records, true);
  const results: ReviewResult[] = [];
  // One after the other: Azure serialises writes to one service, and refuses those that overlap.
  for (const connection of due) results.push(await review(services, { ...request, id: connection }));
  return results;
}

/** The connections of a service that need a review: those listed, and those that we know and Azure no longer lists. */
export async function thoseDue(
  { policy, mode, clock }: Pick<ReviewServices, "policy" | "mode" | "clock">,
  listed: readonly Connection[],
  records: readonly ConnectionRecord[],
  eager: boolean,
): Promise<ReviewRequest["id"][]> {
  const known = new Map(records.map((record) => [record.id.text, record]));
  const criteria = { now: clock.now(), decider: deciderHash(await policy(), mode), eager };
  const due = listed.filter((connection) => needsReview(connection, known.get(connection.id.text), criteria));
  const present = new Set(listed.map(({ id }) => id.text));
  // A list may lag or be partial, so that a connection is missing from it proves nothing: its review asks for it by name.
  const vanished = records.filter(({ id, phase }) => phase !== "Gone" && !present.has(id.text));
  return [...due, ...vanished].map(({ id }) => id);
}

/** Every record of a service; Azure allows a service 100 connections, but records of gone ones stay. */
export async function recordsOf(ledger: Ledger, service: ServiceId): Promise<ConnectionRecord[]> {
  const records: ConnectionRecord[] = [];
  let continuation: string | undefined;
  do {
    const page = await ledger.connections(
      { service },
      { top: 200, ...(continuation === undefined ? {} : { continuation }) },
    );
    records.push(...page.items);
    continuation = page.continuation;
  } while (continuation !== undefined);
  return records;
}
