import type { Read } from "../estate/read.ts";
import type { ServiceId } from "../azure/resource-id.ts";
import { minuteMs, plusMs } from "../clock.ts";
import { adopt } from "./review/adopt.ts";
import type { Connection, Service } from "./azure-connections.ts";
import type { DirectRead } from "./digests.ts";
import { deciderInForce, revokingDecider } from "./review/evaluate.ts";
import { recordsOf } from "./ledger.ts";
import { needsReview } from "./review/is-review-due.ts";
import type { ConnectionRecord } from "./record/connection-record.ts";
import { revokes } from "./revocation.ts";
import { reviewBy } from "./review/review.ts";
import type { ReviewRequest, ReviewResult, ReviewServices } from "./review/ports.ts";
import { readGoverned } from "../estate/scope.ts";

/** Reviews begin within this time. The last may take a minute more, and a function five on the smallest plan. */
const timeMaxMs = 2 * minuteMs;

/**
 * Reads a service directly and reviews each of its connections that needs a review. A service that was never read
 * before is adopted first. Undefined if the service could not be read.
 */
export async function reviewService(
  services: ReviewServices,
  id: ServiceId,
  request: Omit<ReviewRequest, "id">,
): Promise<readonly ReviewResult[] | undefined> {
  if (services.mode === "off") return [];
  const { alerts, clock, digests, eventLimiter, ledger, unknownNameLimiter } = services;
  if (request.cause === "event" && !(await mayRead(services, id, request.requestedAt))) return [];
  const began = clock.now();
  const readAt = began.toISOString();
  const read = await services.azure.service(id);
  if (request.cause === "event" && read.kind === "unknown" && read.reason === "not-found")
    unknownNameLimiter.missed();
  const governed = await readGoverned(services, id, read);
  if (governed === "no") {
    await ledger.leave(id);
    await digests.forget(id);
    return [];
  }
  const found = connectionsOf(read);
  if (found === undefined || governed === "unknown") return undefined;
  const { listed, isComplete } = found;
  const firstSight = (await ledger.head(id)).adoptedAt === undefined;
  const [adopted] = listed;
  // Set before the adoption, so that a sweep announces its alert if the process ends in between.
  const open = firstSight && adopted !== undefined ? await ledger.openReview(adopted.id) : undefined;
  if (firstSight && read.kind === "known") await adopt(services, read.value);
  const records = await recordsOf(ledger, id);
  const judgedBy = revokingDecider(await services.policy(), services.mode);
  // An event or a person asks for everything Pending; a sweep leaves out what is not due.
  const eager = request.cause !== "sweep";
  const due = await selectDue(
    services,
    listed,
    isComplete ? records : recordsOfListed(records, listed),
    eager,
  );
  const results: ReviewResult[] = [];
  const deadline = plusMs(clock.now(), timeMaxMs);
  // One after the other: Azure serialises the writes to a service and refuses overlapping ones.
  for (const each of due) {
    const result = await reviewBy(services, { ...request, firstSight, id: each }, deadline);
    if (result === undefined) break;
    results.push(result);
  }
  await alerts.announce(id);
  // A record that existed before may wait for something, and opening the review has overwritten for what: a sweep
  // reviews it.
  const wasAdopted = records.find(
    ({ id: each, phase }) => each.text === open?.id.text && phase === "Adopted",
  );
  if (open !== undefined && wasAdopted !== undefined) await ledger.endAttempt(open, undefined, wasAdopted);
  // The service counts as read only if every due connection was reviewed; the next sweep finds the others.
  const isRead = results.length === due.length && isComplete;
  // A sweep leaves out what is not due, so that it does not answer an event.
  if (isRead && eager) eventLimiter.wasRead(id, began);
  if (isRead && !eager)
    await digests.read(
      id,
      read.kind === "unknown" ? { readAt, goneSince: readAt } : fullRead(readAt, listed, judgedBy),
    );
  return results;
}

function fullRead(readAt: string, listed: readonly Connection[], judgedBy: string | undefined): DirectRead {
  return {
    readAt,
    ...(listed.length === 0 ? ({ empty: true } as const) : {}),
    ...(judgedBy === undefined ? {} : { judgedBy }),
  };
}

/** Whether an event that arrived then may cause a read of the service. Sweeps find what changed meanwhile. */
async function mayRead(
  { eventLimiter, ledger, unknownNameLimiter }: ReviewServices,
  id: ServiceId,
  at: Date,
): Promise<boolean> {
  if (eventLimiter.isRead(id, at)) return false;
  if (unknownNameLimiter.isFull() && (await ledger.head(id)).adoptedAt === undefined) return false;
  return eventLimiter.admits(id);
}

interface ListedConnections {
  readonly listed: readonly Connection[];
  /** Whether these are all connections of the service, so that any other is missing. */
  readonly isComplete: boolean;
}

/**
 * The connections of a service. A deleted service has none, so every recorded one is reviewed by its name. The readable
 * part of an incomplete list is reviewed too, because the list may stay incomplete.
 */
function connectionsOf(service: Read<Service>): ListedConnections | undefined {
  if (service.kind === "unknown")
    return service.reason === "not-found" ? { listed: [], isComplete: true } : undefined;
  const { connections, readable } = service.value;
  return { listed: readable, isComplete: connections.kind === "known" };
}

function recordsOfListed(
  records: readonly ConnectionRecord[],
  listed: readonly Connection[],
): ConnectionRecord[] {
  const texts = new Set(listed.map(({ id }) => id.text));
  return records.filter(({ id }) => texts.has(id.text));
}

/** The connections of a service that need a review: listed ones, and recorded ones that Azure no longer lists. */
export async function selectDue(
  { policy, mode, clock }: Pick<ReviewServices, "policy" | "mode" | "clock">,
  listed: readonly Pick<Connection, "id" | "state" | "endpointId" | "description">[],
  records: readonly ConnectionRecord[],
  eager: boolean,
): Promise<ReviewRequest["id"][]> {
  const known = new Map(records.map((record) => [record.id.text, record]));
  const loaded = await policy();
  const decider = deciderInForce(loaded, mode);
  const criteria = { now: clock.now(), decider, eager, revokes: revokes(loaded, mode) };
  const due = listed.filter((connection) => needsReview(connection, known.get(connection.id.text), criteria));
  const present = new Set(listed.map(({ id }) => id.text));
  // Absence from a list proves nothing, since the list may lag or be partial: the review reads the connection by name.
  const vanished = records.filter(({ id, phase }) => phase !== "Gone" && !present.has(id.text));
  return [...due, ...vanished].map(({ id }) => id);
}
