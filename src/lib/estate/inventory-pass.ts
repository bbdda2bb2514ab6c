import type { AppState } from "../app-state.ts";
import type { ServiceId } from "../azure/resource-id.ts";
import { isDue, minuteMs, plusMs, type Clock } from "../clock.ts";
import type { ScopeConfig } from "../config/config.ts";
import type { Log } from "../log.ts";
import { limitedInventory, type InventoryPage, type Within } from "./inventory-page.ts";
import { knownRead, type Read } from "./read.ts";
import { everySubscription, dueInRotation } from "./rotation.ts";
import { saveRun } from "./scan-run.ts";
import type { Run, ScanKind } from "./scan-run-row.ts";
import { governs, isByTraits, subscriptionsOf, type Tags } from "./scope.ts";
import { subscriptionIn, type Subscriptions } from "./subscription.ts";

/** Well below the five minutes that a function may take on the smallest plan. */
const timeMaxMs = 4 * minuteMs;

interface PassServices {
  readonly appState: AppState;
  readonly clock: Clock;
  readonly log: Log;
  readonly scope: ScopeConfig;
  readonly digests: { readonly keyOf: (id: ServiceId) => string };
}

/** A pass over the inventory: what a sweep of the connections and a check of the addresses have in common. */
export interface InventoryPass {
  readonly with: PassServices;
  readonly runs: ScanKind;
  run: Run;
  /** Whether it continues where another pass stopped: it sees only the rest of the inventory. */
  resumed: boolean;
  readonly subscriptions: Read<Subscriptions>;
  /** What is remembered of every resource, by its key. */
  readonly known: ReadonlyMap<string, unknown>;
  /** When this pass has to stop. */
  readonly deadline: string;
  /** What could not be read; the next pass tries again. */
  readonly unread: Set<string>;
  /** How many governed services the inventory showed. */
  services: number;
  /** Why this pass saw only a part; undefined where it saw everything. */
  stopped?: string;
  /**
   * Whether Resource Graph left out a part of what the identity may read: only what is read directly is known to be
   * missing.
   */
  isLimited?: true;
}

type Started = Omit<InventoryPass, "with" | "runs" | "known">;

export function startPass(run: Run, clock: Clock, subscriptions: Read<Subscriptions>): Started {
  return {
    run,
    resumed: run.from !== undefined,
    subscriptions,
    deadline: plusMs(clock.now(), timeMaxMs),
    unread: new Set(subscriptions.kind === "unknown" ? ["the subscriptions"] : []),
    services: 0,
  };
}

/** A query of the inventory, and what is done with the items of each page. */
export interface InventoryQuery<T> {
  /** What it reads, as log messages name it. */
  readonly what: string;
  readonly page: (within: Within, from: string | undefined) => Promise<Read<InventoryPage<T>>>;
  readonly take: (items: readonly T[]) => Promise<void>;
  /** Whether one pass has found enough, and the next one continues. */
  readonly isEnough?: () => boolean;
  /** Whether the next pass continues at the page where this one stops, instead of at the first page. */
  readonly resumes: boolean;
}

/**
 * Reads all pages of a query of the inventory, one page in memory at a time. Each page renews the lease. Returns false
 * if it did not reach the last page: `unread` and `stopped` then say what was not seen and why, and an absence proves
 * nothing. They say so too where Resource Graph left out a part (`isLimited`), which no later pass would see either.
 */
export async function readInventory<T>(pass: InventoryPass, query: InventoryQuery<T>): Promise<boolean> {
  const { clock, log, scope } = pass.with;
  const { what, page, take, isEnough = () => false, resumes } = query;
  const within = isByTraits(scope) ? "all" : subscriptionsOf(scope);
  let from = resumes ? pass.run.from : undefined;
  for (let pages = 0; ; pages++) {
    const read = await page(within, from);
    if (read.kind === "unknown" && from !== undefined && pages === 0) {
      // Resource Graph may have dropped the page token of the previous pass. Start again at the first page.
      from = undefined;
      pass.resumed = false;
      continue;
    }
    if (read.kind === "unknown") return stopPass(pass, what, `${what} could not be read (${read.reason})`);
    const { items, unreadable, next, isLimited } = read.value;
    if (unreadable > 0) log.warn(`rows of ${what} cannot be read`, { rows: unreadable });
    await take(items);
    from = next;
    if (!(await save(pass, resumes ? next : undefined)))
      return stopPass(pass, "the rest", `another ${pass.runs.name} took over`);
    if (isLimited === true) noteLimited(pass, what);
    if (next === undefined) return true;
    if (isEnough() || isDue(pass.deadline, clock.now()))
      return stopPass(pass, resumes ? "the rest" : what, limitReached(pass, query));
  }
}

function limitReached(
  { runs }: InventoryPass,
  { what, resumes }: Pick<InventoryQuery<unknown>, "what" | "resumes">,
): string {
  return resumes
    ? `this ${runs.name} reached its limit, and the next one continues where it stopped`
    : `${what} could not be read (no time is left)`;
}

/** Records that a pass does not see everything, however far it comes. */
function noteLimited(pass: InventoryPass, what: string): void {
  pass.isLimited = true;
  pass.unread.add(`a part of ${what}`);
  pass.stopped ??= limitedInventory;
}

/**
 * Whether a pass that reached the last page saw everything from the first one on, so that an absence says something.
 */
export function sawEverything({ resumed, isLimited }: InventoryPass): boolean {
  return !resumed && isLimited !== true;
}

/** Records what a pass did not see, and why. Returns false, the result of a pass that stopped. */
export function stopPass(pass: InventoryPass, what: string, why: string): false {
  pass.unread.add(what);
  pass.stopped = why;
  return false;
}

/** Renews the lease and stores the page to continue at. Returns false if another pass took over. */
async function save(pass: InventoryPass, next: string | undefined): Promise<boolean> {
  const { from: _, ...rest } = pass.run;
  pass.run = next === undefined ? rest : { ...rest, from: next };
  const saved = await saveRun(pass.runs, pass.with, pass.run);
  if (saved !== undefined) pass.run = saved;
  return saved !== undefined;
}

interface Tagged {
  readonly id: ServiceId;
  readonly tags: Read<Tags>;
}

/**
 * Whether a service is governed. If that is unknown, the service is added to `unread`, except if only its tags are
 * missing from the answer: Resource Graph leaves out the tags of a service without tags, and the provider's own list
 * has them.
 */
export function isGoverned(
  { with: { scope }, subscriptions, unread }: InventoryPass,
  { id, tags }: Tagged,
): boolean {
  const subscription = subscriptionIn(subscriptions, id.subscriptionId);
  const governed = governs(scope, id, { tags, subscription });
  const isNotInAnswer = tags.kind === "unknown" && tags.reason === "not-in-answer";
  const others = isNotInAnswer ? governs(scope, id, { tags: knownRead({}), subscription }) : governed;
  if (others === "unknown") unread.add(id.text);
  return governed === "yes";
}

/**
 * Lists the services of the subscriptions that are due through their resource provider, and takes the governed ones
 * that are not known, because the inventory may never show them.
 */
export async function listSubscriptions<T extends Tagged>(
  pass: InventoryPass,
  list: (subscription: string) => Promise<Read<readonly T[]>>,
  take: (services: readonly T[]) => Promise<void> | void,
): Promise<void> {
  const { clock, digests, log, scope } = pass.with;
  const now = clock.now();
  const all = everySubscription(scope, pass.subscriptions);
  for (const subscription of dueInRotation(all, pass.run.listedUntil, now)) {
    const services = await list(subscription);
    if (services.kind === "unknown") {
      const { reason } = services;
      log.warn("the services of a subscription could not be listed", { subscription, reason });
      pass.unread.add(subscription);
      continue;
    }
    await take(
      services.value.filter((each) => !pass.known.has(digests.keyOf(each.id)) && isGoverned(pass, each)),
    );
  }
  pass.run = { ...pass.run, listedUntil: now.toISOString() };
}
