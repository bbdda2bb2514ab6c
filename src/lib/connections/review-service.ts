import type { Read } from "../estate/read.ts";
import type { ServiceId } from "../azure/resource-id.ts";
import { plusMs } from "../clock.ts";
import { adopt } from "./review/adopt.ts";
import type { Connection, Service } from "./azure.ts";
import { deciderInForce } from "./review/evaluate.ts";
import { recordsOf } from "./ledger.ts";
import { needsReview } from "./review/needs-review.ts";
import type { ConnectionRecord } from "./record/record.ts";
import { reviewBy } from "./review/review.ts";
import type { ReviewRequest, ReviewResult, ReviewServices } from "./review/review-services.ts";
import { readGoverned } from "../estate/scope.ts";

/** The last may take a minute more where Azure is slow, and a function five on the smallest plan. */
const timeMaxMs = 2 * 60_000;

/**
 * Reads a service itself, and reviews every connection of it that needs it; one that was never read before is adopted
 * first. Undefined where it could not be read.
 */
export async function reviewService(
  services: ReviewServices,
  id: ServiceId,
  request: Omit<ReviewRequest, "id">,
): Promise<readonly ReviewResult[] | undefined> {
  if (services.mode === "off") return [];
  const { alerts, clock, digests, ledger } = services;
  const readAt = clock.now().toISOString();
  const read = await services.azure.service(id);
  const governed = await readGoverned(services, id, read);
  if (governed === "no") {
    await ledger.leave(id);
    await digests.forget(id);
    return [];
  }
  const found = connectionsOf(read);
  if (found === undefined || governed === "unknown") return undefined;
  const { listed, isWhole } = found;
  const firstSight = (await ledger.head(id)).adoptedAt === undefined;
  const [adopted] = listed;
  // Set before the adoption, so that a sweep tells of it should this end in between.
  const mark = firstSight && adopted !== undefined ? await ledger.open(adopted.id) : undefined;
  if (firstSight && read.kind === "known") await adopt(services, read.value);
  const records = await recordsOf(ledger, id);
  // Somebody who tells of a service wants everything looked at; a sweep leaves alone what has its time.
  const eager = request.cause !== "sweep";
  const due = await selectDue(services, listed, isWhole ? records : among(records, listed), eager);
  const results: ReviewResult[] = [];
  const deadline = plusMs(clock.now(), timeMaxMs);
  // One after the other: Azure serialises writes to one service, and refuses those that overlap.
  for (const each of due) {
    const result = await reviewBy(services, { ...request, firstSight, id: each }, deadline);
    if (result === undefined) break;
    results.push(result);
  }
  await alerts.announce(id);
  // One that had a record before may wait for something, which the mark does not say any more: a sweep looks at it.
  const wasAdopted = records.some(
    ({ id: each, phase }) => each.text === mark?.id.text && phase === "Adopted",
  );
  if (mark !== undefined && wasAdopted) await ledger.settle(mark, undefined);
  // What there was no time for is still due, as the next sweep sees; the service counts as read when none of it is left.
  if (request.cause === "sweep" && results.length === due.length && isWhole)
    await digests.read(
      id,
      read.kind === "unknown" ? { readAt, goneSince: readAt } : { readAt, ...emptied(listed) },
    );
  return results;
}

interface Found {
  readonly listed: readonly Connection[];
  /** Whether these are all that the service has, so that what is not among them is missing. */
  readonly isWhole: boolean;
}

/**
 * A service that is not there has none any more: each that we know is then looked at by its name. What can be read of a list
 * that is not whole is looked at too, since nobody knows when it will be.
 */
function connectionsOf(service: Read<Service>): Found | undefined {
  if (service.kind === "unknown")
    return service.reason === "not-found" ? { listed: [], isWhole: true } : undefined;
  const { connections, readable } = service.value;
  return { listed: readable, isWhole: connections.kind === "known" };
}

function among(records: readonly ConnectionRecord[], listed: readonly Connection[]): ConnectionRecord[] {
  const texts = new Set(listed.map(({ id }) => id.text));
  return records.filter(({ id }) => texts.has(id.text));
}

function emptied(listed: readonly Connection[]): { readonly empty?: true } {
  return listed.length === 0 ? { empty: true } : {};
}

/** The connections of a service that need a review: those listed, and those that we know and Azure no longer lists. */
export async function selectDue(
  { policy, mode, clock }: Pick<ReviewServices, "policy" | "mode" | "clock">,
  listed: readonly Pick<Connection, "id" | "state" | "endpointId" | "description">[],
  records: readonly ConnectionRecord[],
  eager: boolean,
): Promise<ReviewRequest["id"][]> {
  const known = new Map(records.map((record) => [record.id.text, record]));
  const criteria = { now: clock.now(), decider: deciderInForce(await policy(), mode), eager };
  const due = listed.filter((connection) => needsReview(connection, known.get(connection.id.text), criteria));
  const present = new Set(listed.map(({ id }) => id.text));
  // A list may lag or be partial, so that a connection is missing from it proves nothing: its review asks for it by name.
  const vanished = records.filter(({ id, phase }) => phase !== "Gone" && !present.has(id.text));
  return [...due, ...vanished].map(({ id }) => id);
}
