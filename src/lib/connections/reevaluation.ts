import type { AppState } from "../alerts/app-state.ts";
import type { ServiceId } from "../azure/resource-id.ts";
import { isDue, plusMs } from "../clock.ts";
import { governs } from "../estate/scope.ts";
import { subscriptionIn } from "../estate/subscription.ts";
import { canonicalJson, sha256 } from "../hash.ts";
import type { Listed } from "./azure.ts";
import { isWithin, parseLargeScope, subscriptionsWithin, type LargeScope } from "./large-scope.ts";
import { isIn, reevaluate } from "./reevaluate.ts";
import type { ReviewResult, ReviewServices } from "./review.ts";

/** A person's demand to review all of a large scope: how far it has come, and what came of it. */
export interface ReevaluationRun {
  readonly id: string;
  readonly scope: string;
  readonly dryRun: boolean;
  readonly states: readonly string[];
  readonly actor: string;
  readonly startedAt: string;
  readonly endedAt?: string;
  /** Why it was given up. */
  readonly failed?: string;
  /** The inventory's page that it is at, and the last service of it that is done; they are gone through in order. */
  readonly from?: string;
  readonly after: string;
  /** Services whose connections were looked at, and those that could not be read. */
  readonly services: number;
  readonly unread: readonly string[];
  /** Connections by their verdict. */
  readonly counts: Readonly<Record<string, number>>;
  readonly applied: number;
  readonly results: readonly Result[];
  readonly lease?: { readonly owner: string; readonly until: string };
}

type Result = Pick<
  ReviewResult,
  "connection" | "state" | "verdict" | "rule" | "applied" | "reason" | "decisionId"
>;

export type ReevaluationServices = ReviewServices & { readonly appState: AppState };

/** Kept in the status; all of them are in the decisions. */
const resultsMax = 500;
const unreadMax = 100;
/** Half of what a function may take on the smallest plan: the next message goes on. */
const stepMs = 2 * 60_000;
const leaseMs = 4 * 60_000;

const rowOf = (id: string) => `reevaluation-${id}`;

/**
 * Begins one, or finds the one that is under way: who asks for the same gets the same. `begun` is whether somebody has to
 * be told to go on with it.
 */
export async function beginReevaluation(
  { appState, clock }: ReevaluationServices,
  scope: LargeScope,
  asked: Pick<ReevaluationRun, "dryRun" | "states" | "actor">,
): Promise<{ readonly id: string; readonly begun: boolean }> {
  const states = [...new Set(asked.states.map((each) => each.toLowerCase()))].toSorted();
  const id = sha256(canonicalJson([scope.text, asked.dryRun, states])).slice(0, 32);
  let begun = false;
  await appState.update<ReevaluationRun>(rowOf(id), (found) => {
    const running = found !== undefined && found.endedAt === undefined && found.failed === undefined;
    begun = !running || isDue(found.lease?.until ?? plusMs(new Date(found.startedAt), leaseMs), clock.now());
    if (running) return undefined;
    const startedAt = clock.now().toISOString();
    const nothing = { after: "", services: 0, unread: [], counts: {}, applied: 0, results: [] };
    return { value: { ...asked, id, scope: scope.text, states, startedAt, ...nothing } };
  });
  return { id, begun };
}

export async function reevaluationStatus(
  state: AppState,
  id: string,
): Promise<Omit<ReevaluationRun, "lease" | "from" | "after"> | undefined> {
  const run = /^[0-9a-f]{32}$/.test(id) ? await state.read<ReevaluationRun>(rowOf(id)) : undefined;
  if (run === undefined) return undefined;
  const { lease: _, from: _from, after: _after, ...status } = run;
  return status;
}

/** A person is told in the status; to ask again begins again. */
export async function failReevaluation(
  { appState }: Pick<ReevaluationServices, "appState">,
  id: string,
): Promise<void> {
  await appState.update<ReevaluationRun>(rowOf(id), (found) =>
    found === undefined || found.endedAt !== undefined
      ? undefined
      : { value: { ...found, failed: "it failed five times in a row; the log says more" } },
  );
}

/** Goes on for a while, from where whoever was at it stopped; true where there is more to do. */
export async function continueReevaluation(services: ReevaluationServices, id: string): Promise<boolean> {
  const { appState, clock, newId } = services;
  const owner = newId();
  const lease = { owner, until: plusMs(clock.now(), leaseMs) };
  const claimed = await appState.update<ReevaluationRun>(rowOf(id), (found) => {
    const isMine = found !== undefined && found.endedAt === undefined && found.failed === undefined;
    if (!isMine || (found.lease !== undefined && !isDue(found.lease.until, clock.now()))) return undefined;
    return { value: { ...found, lease } };
  });
  if (claimed?.lease?.owner !== owner) return false;
  const scope = parseLargeScope(claimed.scope);
  if (scope === undefined) throw new Error(`a row of ours has the scope "${claimed.scope}"`);
  return step(services, scope, claimed, plusMs(clock.now(), stepMs));
}

async function step(
  services: ReevaluationServices,
  scope: LargeScope,
  claimed: ReevaluationRun,
  deadline: string,
): Promise<boolean> {
  const { azure, clock } = services;
  let run = claimed;
  for (;;) {
    const page = await azure.inventory(subscriptionsWithin(scope, services.scope), run.from);
    // Thrown, so that the queue comes back: nothing may be said of what was not seen.
    if (page.kind === "unknown")
      throw new InventoryUnread(`the inventory could not be read (${page.reason})`);
    const meant = await thoseMeant(services, scope, run, page.value.services);
    for (const service of meant.filter(({ text }) => text > run.after)) {
      run = await save(services, await oneService(services, run, service));
      if (isDue(deadline, clock.now())) return release(services, run);
    }
    const { from: _, ...rest } = run;
    const { next } = page.value;
    run = await save(
      services,
      next === undefined ? ended(rest, clock.now()) : { ...rest, from: next, after: "" },
    );
    if (next === undefined) return false;
  }
}

/** Thrown where the inventory cannot be read for the moment. */
export class InventoryUnread extends Error {
  override readonly name = "InventoryUnread";
}

function ended(run: ReevaluationRun, now: Date): ReevaluationRun {
  return { ...run, endedAt: now.toISOString() };
}

/**
 * Governed, in the scope, and not known to have nothing of what is asked for. Sorted, because what was done is told by its
 * place: a service whose connections were just approved is not among them any more.
 */
async function thoseMeant(
  { azure, scope: governed }: ReevaluationServices,
  scope: LargeScope,
  { states }: ReevaluationRun,
  listed: readonly Listed[],
): Promise<readonly ServiceId[]> {
  const subscriptions = await azure.subscriptions("all");
  return listed
    .filter(({ id, tags, connections }) => {
      const subscription = subscriptionIn(subscriptions, id.subscriptionId);
      const isGoverned =
        governs(governed, id, { tags: { kind: "known", value: tags }, subscription }) === "yes";
      const has = connections?.some(({ state }) => isIn(states, state)) ?? true;
      return isGoverned && has && isWithin(scope, id, subscription);
    })
    .map(({ id }) => id)
    .toSorted((a, b) => (a.text < b.text ? -1 : 1));
}

async function oneService(
  services: ReevaluationServices,
  run: ReevaluationRun,
  scope: ServiceId,
): Promise<ReevaluationRun> {
  const { dryRun, states, actor } = run;
  const found = await reevaluate(services, { scope, dryRun, states, actor });
  const done = { ...run, after: scope.text, services: run.services + 1 };
  if (found.kind === "unknown") return { ...done, unread: [...run.unread, scope.text].slice(0, unreadMax) };
  const counts = { ...run.counts };
  for (const { verdict = "none" } of found.value) counts[verdict] = (counts[verdict] ?? 0) + 1;
  return {
    ...done,
    counts,
    applied: run.applied + found.value.filter(({ applied }) => applied).length,
    results: [...run.results, ...found.value.map(resultOf)].slice(0, resultsMax),
  };
}

function resultOf({ reasons: _, unknown: _unknown, phase: _phase, ...result }: ReviewResult): Result {
  return result;
}

/** @throws where somebody else took over: this one was frozen for longer than its lease, and has to stop */
async function save(
  { appState, clock }: ReevaluationServices,
  run: ReevaluationRun,
): Promise<ReevaluationRun> {
  const owner = run.lease?.owner ?? "";
  const value = { ...run, lease: { owner, until: plusMs(clock.now(), leaseMs) } };
  const saved = await appState.update<ReevaluationRun>(rowOf(run.id), (found) =>
    found?.lease?.owner === owner ? { value } : undefined,
  );
  if (saved !== value) throw new LeaseLost("another process goes on with this reevaluation");
  return value;
}

class LeaseLost extends Error {
  override readonly name = "LeaseLost";
}

async function release({ appState }: ReevaluationServices, run: ReevaluationRun): Promise<true> {
  const { lease: _, ...rest } = run;
  await appState.update<ReevaluationRun>(rowOf(run.id), (found) =>
    found?.lease?.owner === run.lease?.owner ? { value: rest } : undefined,
  );
  return true;
}
