import { isDue, type Clock } from "../../clock.ts";
import { governs } from "../../estate/scope.ts";
import type { Read } from "../../estate/read.ts";
import type { Run, Runs } from "../../estate/run.ts";
import { subscriptionIn, type Subscriptions } from "../../estate/subscription.ts";
import { canonicalJson, sha256 } from "../../hash.ts";
import type { ServiceAnswer } from "../azure.ts";
import type { Addressed } from "../baseline.ts";
import { declaredOf } from "../declared.ts";
import type { AddressDigest, KnownDigest, Remembered } from "../digest.ts";
import { look } from "../look.ts";
import type { Observation } from "../observation.ts";
import type { AddressServices } from "../services.ts";

export const checks: Runs = {
  row: "run-addresses",
  subject: "addresses",
  overdue: (since) =>
    `no check of the addresses has come to its end since ${since}; addresses that change meanwhile are not told of. ` +
    "Check the timer checkAddresses and what the log says of the inventory",
};

/** What a check knows of a resource, and whether the inventory showed it this time. */
export type Known = KnownDigest & { readonly shown?: true };

/** A check under way. */
export interface Checking {
  readonly with: AddressServices;
  run: Run;
  /** Whether it goes on where another stopped: it sees only the rest of the inventory. */
  resumed: boolean;
  readonly subscriptions: Read<Subscriptions>;
  readonly known: Map<string, Known>;
  /** When the last check that saw everything began. */
  readonly checkedAt?: string;
  /** When this one has to stop. */
  readonly deadline: string;
  /** Resources whose part of the inventory is not whole, so that they are read themselves. */
  readonly partial: Map<string, Addressed>;
  readonly unread: Set<string>;
  services: number;
  publicIps: number;
  looked: number;
  stopped?: string;
}

/** Whether a service is governed; what would tell of it and could not be read is told as unread. */
export function isGoverned(
  { with: { scope }, subscriptions, unread }: Checking,
  { id, tags }: ServiceAnswer,
): boolean {
  const subscription = subscriptionIn(subscriptions, id.subscriptionId);
  const governed = governs(scope, id, { tags: { kind: "known", value: tags }, subscription });
  if (governed === "unknown") unread.add(id.text);
  return governed === "yes";
}

/** A resource as the inventory shows it. */
export interface Shown {
  readonly resource: Addressed;
  readonly observation: Observation;
}

/** So many are looked at at once: tables and Azure answer in parallel, and the budget holds what is too much. */
const atOnce = 8;

/** Looks at those that differ from what was dealt with, or whose time has come, and remembers what came of it. */
export async function lookAtChanged(checking: Checking, shown: readonly Shown[]): Promise<void> {
  const { digests, clock } = checking.with;
  const changed = shown.flatMap(({ resource, observation }) => {
    const key = digests.keyOf(resource);
    const known = checking.known.get(key);
    const hash = hashOf(checking.with, resource, observation);
    checking.known.set(key, { ...(known ?? { hash: "", version: "" }), shown: true });
    const settled = known?.hash === hash && !isTime(known, clock);
    return settled ? [] : [{ resource, observation, hash }];
  });
  await remember(
    checking,
    await inParallel(changed, (each) => lookAt(checking, each.resource, each.hash, each.observation)),
  );
}

function isTime({ again }: AddressDigest, clock: Clock): boolean {
  return again !== undefined && isDue(again, clock.now());
}

/** Of everything that an observation rests on, what is declared included. */
function hashOf({ declared }: AddressServices, resource: Addressed, observation: Observation): string {
  return sha256(canonicalJson([observation, declaredOf(declared, resource)])).slice(0, 32);
}

/** Looks at one, by a hash of what the inventory shows of it, or "" where it was read itself; what is left to be done keeps it from being remembered, so that the next check looks again. */
export async function lookAt(
  checking: Checking,
  resource: Addressed,
  hash: string,
  first?: Observation,
): Promise<Remembered | undefined> {
  const { log } = checking.with;
  checking.looked++;
  const { settled, again, observation } = await look(checking.with, resource, first, checking.checkedAt);
  if (observation.kind === "unread") {
    log.warn("the addresses of a resource could not be read", {
      resource: resource.text,
      why: observation.why,
    });
    checking.unread.add(resource.text);
  }
  const known = checking.known.get(checking.with.digests.keyOf(resource));
  const readAt = hash === "" ? checking.with.clock.now().toISOString() : known?.readAt;
  const digest: AddressDigest = {
    hash: settled ? hash : "",
    ...(again === undefined ? {} : { again }),
    ...(readAt === undefined ? {} : { readAt }),
  };
  const version = known?.version ?? "";
  return { resource, digest, ...(version === "" ? {} : { version }) };
}

export async function remember(
  { with: { digests } }: Checking,
  found: readonly (Remembered | undefined)[],
): Promise<void> {
  await digests.save(found.filter((each) => each !== undefined));
}

/** Does work on all of them, a few at once; what one throws ends it when those under way have come to their end. */
export async function inParallel<T, R>(items: readonly T[], work: (item: T) => Promise<R>): Promise<R[]> {
  const done: R[] = [];
  const left = items.entries();
  const worker = async () => {
    for (const [index, item] of left) done[index] = await work(item);
  };
  const workers = await Promise.allSettled(Array.from({ length: Math.min(atOnce, items.length) }, worker));
  const failed = workers.find((each) => each.status === "rejected");
  if (failed !== undefined) throw failed.reason;
  return done;
}
