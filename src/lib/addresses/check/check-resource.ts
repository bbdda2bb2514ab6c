import { isDue, type Clock } from "../../clock.ts";
import { canonicalJson } from "../../canonical-json.ts";
import { isBug } from "../../is-bug.ts";
import { sha256 } from "../../hash.ts";
import { mapConcurrent } from "../../map-concurrent.ts";
import type { Addressed } from "../model/baseline.ts";
import type { DeclaredAddresses } from "../model/declared.ts";
import type { AddressDigest, DigestUpdate } from "../model/digest.ts";
import { reconcileAddresses, type Reconciliation } from "../watch/reconcile.ts";
import { isComplete, type Observation } from "../model/observation.ts";
import type { AddressServices } from "../services.ts";
import type { CheckPass } from "./check-pass.ts";

/** A resource as the inventory shows it. */
export interface Shown {
  readonly resource: Addressed;
  readonly observation: Observation;
}

/** Resources compared at once. Tables and Azure answer in parallel, and the quota delays what exceeds it. */
export const concurrency = 8;

/** Compares the resources that changed since their digest was saved, or that are due, and saves their new digests. */
export async function checkChanged(pass: CheckPass, shown: readonly Shown[]): Promise<void> {
  const { digests, clock } = pass.with;
  const changed = shown.flatMap(({ resource, observation }) => {
    const key = digests.keyOf(resource);
    const known = pass.known.get(key);
    const hash = hashOf(pass.with, resource, observation);
    pass.known.set(key, { ...(known ?? { hash: "", version: "" }), shown: true });
    markObserved(pass, resource, observation);
    const settled = known?.hash === hash && !isRecheckDue(known, clock);
    return settled ? [] : [{ resource, observation, hash }];
  });
  await saveDigests(
    pass,
    await mapConcurrent(changed, concurrency, (each) =>
      checkOne(pass, each.resource, each.hash, each.observation),
    ),
  );
}

function markObserved(pass: CheckPass, resource: Addressed, observation: Observation): void {
  for (const each of declaredIn(pass.with, resource, observation)) pass.nowhere.delete(each);
}

/**
 * The declarations of a resource for the locations that it has; all of its declarations if its locations are unknown.
 */
function declaredIn(
  { declared }: AddressServices,
  resource: Addressed,
  observation: Observation,
): readonly DeclaredAddresses[] {
  const mine = declared.get(resource.text) ?? [];
  if (observation.kind === "gone") return [];
  if (mine.length === 0 || observation.kind !== "settled" || observation.placesIncomplete === true)
    return mine;
  const places = new Set(observation.observed.map(({ location }) => location));
  return mine.filter(({ location }) => location === undefined || places.has(location));
}

function isRecheckDue({ again }: AddressDigest, clock: Clock): boolean {
  return again !== undefined && isDue(again, clock.now());
}

/** Covers the observation and the declarations of the resource. */
function hashOf({ declared }: AddressServices, resource: Addressed, observation: Observation): string {
  return sha256(canonicalJson([observation, declared.get(resource.text) ?? []])).slice(0, 32);
}

/**
 * A resource that fails does not keep the others from being checked. More failures than this have a common cause, and
 * end the check.
 */
const failedMax = 20;

/**
 * Compares one resource. `hash` is that of what the inventory shows of it, or "" if it was read directly. A comparison
 * that did not complete saves no hash, so that the next check repeats it.
 */
export async function checkOne(
  pass: CheckPass,
  resource: Addressed,
  hash: string,
  first: Observation,
): Promise<DigestUpdate | undefined> {
  pass.compared++;
  try {
    const result = await reconcileAddresses(pass.with, resource, first, pass.checkedAt);
    const { observation } = result;
    if (observation.kind === "unread") unread(pass, resource, observation.why);
    if (observation.kind === "settled" && !isComplete(observation))
      unread(pass, resource, "its answer lacks addresses");
    markObserved(pass, resource, observation);
    pass.drifts.set(resource.text, result.drifts);
    return digestAfter(pass, resource, hash, result);
  } catch (error) {
    if (++pass.failed > failedMax) throw error;
    const name = error instanceof Error ? error.name : typeof error;
    if (isBug(error)) failedUnexpectedly(pass, resource, name);
    else unread(pass, resource, name);
    return undefined;
  }
}

/** A bug of ours is an error in the log, where a warning would pass for a read that failed. */
function failedUnexpectedly(pass: CheckPass, resource: Addressed, error: string): void {
  pass.with.log.error("a check of addresses failed unexpectedly", { resource: resource.text, error });
  pass.unread.add(resource.text);
  pass.stopped ??= "a check of addresses failed unexpectedly; the log names the resource";
}

function unread(pass: CheckPass, resource: Addressed, why: string): void {
  pass.with.log.warn("the addresses of a resource could not be checked", {
    resource: resource.text,
    why,
  });
  pass.unread.add(resource.text);
}

function digestAfter(
  { known, with: { clock, digests } }: CheckPass,
  resource: Addressed,
  hash: string,
  { settled, recheckAt, drifts, observation, unobserved }: Reconciliation,
): DigestUpdate {
  const before = known.get(digests.keyOf(resource));
  const readAt = hash === "" ? clock.now().toISOString() : before?.readAt;
  // A resource that the inventory lacks is read at every check, since nothing else shows a change, unless it is gone.
  const isPostponed = recheckAt !== undefined && (hash !== "" || observation.kind === "gone");
  const since = before?.unobserved?.since ?? clock.now().toISOString();
  const lacking =
    unobserved === "unknown"
      ? before?.unobserved
      : unobserved === "none"
        ? undefined
        : { ...unobserved, since };
  const digest: AddressDigest = {
    hash: settled ? hash : "",
    ...(drifts === 0 ? {} : { drifts }),
    ...(isPostponed ? { again: recheckAt } : {}),
    ...(readAt === undefined ? {} : { readAt }),
    ...(lacking === undefined ? {} : { unobserved: lacking }),
  };
  const version = before?.version ?? "";
  return { resource, digest, ...(version === "" ? {} : { version }) };
}

export async function saveDigests(
  { with: { digests } }: CheckPass,
  found: readonly (DigestUpdate | undefined)[],
): Promise<void> {
  await digests.save(found.filter((each) => each !== undefined));
}
