import { isDue, type Clock } from "../../clock.ts";
import { canonicalJson } from "../../canonical-json.ts";
import { sha256 } from "../../hash.ts";
import { mapConcurrent } from "../../map-concurrent.ts";
import type { Addressed } from "../model/baseline.ts";
import type { DeclaredAddresses } from "../model/declared.ts";
import type { AddressDigest, DigestUpdate } from "../model/digest.ts";
import { reconcileAddresses, type Reconciliation } from "../watch/reconcile.ts";
import { isComplete, type Observation } from "../model/observation.ts";
import type { AddressServices } from "../services.ts";
import type { Checking } from "./checking.ts";

/** A resource as the inventory shows it. */
export interface Shown {
  readonly resource: Addressed;
  readonly observation: Observation;
}

/** So many are looked at at once: tables and Azure answer in parallel, and the budget holds what is too much. */
export const concurrency = 8;

/** Looks at those that differ from what was dealt with, or whose time has come, and remembers what came of it. */
export async function checkChanged(checking: Checking, shown: readonly Shown[]): Promise<void> {
  const { digests, clock } = checking.with;
  const changed = shown.flatMap(({ resource, observation }) => {
    const key = digests.keyOf(resource);
    const known = checking.known.get(key);
    const hash = hashOf(checking.with, resource, observation);
    checking.known.set(key, { ...(known ?? { hash: "", version: "" }), shown: true });
    noteDeclared(checking, resource, observation);
    const settled = known?.hash === hash && !isRecheckDue(known, clock);
    return settled ? [] : [{ resource, observation, hash }];
  });
  await saveDigests(
    checking,
    await mapConcurrent(changed, concurrency, (each) =>
      checkOne(checking, each.resource, each.hash, each.observation),
    ),
  );
}

function noteDeclared(checking: Checking, resource: Addressed, observation: Observation): void {
  for (const each of declaredIn(checking.with, resource, observation)) checking.nowhere.delete(each);
}

/** What is declared of a resource and the places that it is in; all of it where nothing says which those are. */
function declaredIn(
  { declared }: AddressServices,
  resource: Addressed,
  observation: Observation,
): readonly DeclaredAddresses[] {
  const mine = declared.get(resource.text) ?? [];
  if (observation.kind === "gone") return [];
  if (mine.length === 0 || observation.kind !== "settled" || observation.placesUntold === true) return mine;
  const places = new Set(observation.sightings.map(({ location }) => location));
  return mine.filter(({ location }) => location === undefined || places.has(location));
}

function isRecheckDue({ again }: AddressDigest, clock: Clock): boolean {
  return again !== undefined && isDue(again, clock.now());
}

/** Of everything that an observation rests on, what is declared included. */
function hashOf({ declared }: AddressServices, resource: Addressed, observation: Observation): string {
  return sha256(canonicalJson([observation, declared.get(resource.text) ?? []])).slice(0, 32);
}

/** One that fails for a reason of its own keeps none of the others from being looked at; where so many do, it is not theirs. */
const failedMax = 20;

/**
 * Looks at one, by a hash of what the inventory shows of it, or "" where it was read itself. What is left to be done keeps
 * it from being remembered, so that the next check looks again.
 */
export async function checkOne(
  checking: Checking,
  resource: Addressed,
  hash: string,
  first: Observation,
): Promise<DigestUpdate | undefined> {
  checking.looked++;
  try {
    const looked = await reconcileAddresses(checking.with, resource, first, checking.checkedAt);
    const { observation } = looked;
    if (observation.kind === "unread") unread(checking, resource, observation.why);
    if (observation.kind === "settled" && !isComplete(observation))
      unread(checking, resource, "its answer lacks addresses");
    noteDeclared(checking, resource, observation);
    checking.drifts.set(resource.text, looked.drifts);
    return digestAfter(checking, resource, hash, looked);
  } catch (error) {
    if (++checking.failed > failedMax) throw error;
    unread(checking, resource, error instanceof Error ? error.name : typeof error);
    return undefined;
  }
}

function unread(checking: Checking, resource: Addressed, why: string): void {
  checking.with.log.warn("the addresses of a resource could not be checked", {
    resource: resource.text,
    why,
  });
  checking.unread.add(resource.text);
}

function digestAfter(
  { known, with: { clock, digests } }: Checking,
  resource: Addressed,
  hash: string,
  { settled, recheckAt, drifts, observation }: Reconciliation,
): DigestUpdate {
  const before = known.get(digests.keyOf(resource));
  const readAt = hash === "" ? clock.now().toISOString() : before?.readAt;
  // What the inventory lacks is read at every check, but for what is gone: nothing else would show that it changed.
  const isLater = recheckAt !== undefined && (hash !== "" || observation.kind === "gone");
  const digest: AddressDigest = {
    hash: settled ? hash : "",
    ...(drifts === 0 ? {} : { drifts }),
    ...(isLater ? { again: recheckAt } : {}),
    ...(readAt === undefined ? {} : { readAt }),
  };
  const version = before?.version ?? "";
  return { resource, digest, ...(version === "" ? {} : { version }) };
}

export async function saveDigests(
  { with: { digests } }: Checking,
  found: readonly (DigestUpdate | undefined)[],
): Promise<void> {
  await digests.save(found.filter((each) => each !== undefined));
}
