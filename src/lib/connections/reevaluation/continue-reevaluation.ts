import type { ServiceId } from "../../azure/resource-id.ts";
import { isDue, plusMs } from "../../clock.ts";
import { governs } from "../../estate/scope.ts";
import { subscriptionIn } from "../../estate/subscription.ts";
import type { Listed } from "../azure.ts";
import { isWithin, parseLargeScope, subscriptionsWithin, type LargeScope } from "./large-scope.ts";
import { isIn, reevaluate } from "./reevaluate.ts";
import {
  isUnderWay,
  leaseMs,
  rowOf,
  type ReevaluationRun,
  type ReevaluationServices,
  type Result,
} from "./reevaluation.ts";
import { noteOver } from "./reevaluations-under-way.ts";
import type { ReviewResult } from "../review/review-services.ts";

/** Kept in the status; all of them are in the decisions. */
const resultsMax = 500;
const unreadMax = 100;
/** Half of what a function may take on the smallest plan: the next message goes on. */
const stepMs = 2 * 60_000;

/** Goes on for a while, from where whoever was at it stopped; true where there is more to do. */
export async function continueReevaluation(services: ReevaluationServices, id: string): Promise<boolean> {
  const { appState, clock, newId } = services;
  const owner = newId();
  const lease = { owner, until: plusMs(clock.now(), leaseMs) };
  const claimed = await appState.update<ReevaluationRun>(rowOf(id), (found) => {
    const isLeft = found !== undefined && isUnderWay(found);
    if (!isLeft || (found.lease !== undefined && !isDue(found.lease.until, clock.now()))) return undefined;
    return { value: { ...found, lease } };
  });
  if (claimed?.lease?.owner !== owner) return false;
  const scope = parseLargeScope(claimed.scope);
  if (scope === undefined) throw new Error(`a row of ours has the scope "${claimed.scope}"`);
  try {
    return await step(services, scope, claimed, plusMs(clock.now(), stepMs));
  } catch (error) {
    // The queue comes back before the lease would be over.
    await release(services, claimed);
    throw error;
  }
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
    const meant = await thoseMeant(services, scope, run, page.value.items);
    for (const { id, is } of meant.filter((each) => each.id.text > run.after)) {
      const after = is === "yes" ? await oneService(services, run, id, deadline) : unreadOne(run, id);
      run = await save(services, after);
      if (isDue(deadline, clock.now())) {
        await release(services, run);
        return true;
      }
    }
    const { from: _, ...rest } = run;
    const { next } = page.value;
    run = await save(
      services,
      next === undefined ? ended(rest, clock.now()) : { ...rest, from: next, after: "" },
    );
    if (next === undefined) {
      await noteOver(services.appState, run.id);
      return false;
    }
  }
}

/** Thrown where the inventory cannot be read for the moment. */
class InventoryUnread extends Error {
  override readonly name = "InventoryUnread";
}

function ended(run: ReevaluationRun, now: Date): ReevaluationRun {
  return { ...run, endedAt: now.toISOString() };
}

interface Meant {
  readonly id: ServiceId;
  /** Whether it is governed and in the scope; unknown where its subscription could not be read. */
  readonly is: "yes" | "unknown";
}

/**
 * Governed, in the scope, as far as is known, and not known to have nothing of what is asked for. Sorted, because what was
 * done is told by its place: a service whose connections were just approved is not among them any more.
 */
async function thoseMeant(
  { azure, scope: governed }: ReevaluationServices,
  scope: LargeScope,
  { states }: ReevaluationRun,
  listed: readonly Listed[],
): Promise<readonly Meant[]> {
  const subscriptions = await azure.subscriptions("all");
  return listed
    .flatMap(({ id, tags, connections, untold }): Meant[] => {
      const subscription = subscriptionIn(subscriptions, id.subscriptionId);
      const answers = [governs(governed, id, { tags, subscription }), isWithin(scope, id, subscription)];
      // Null is what the inventory has of a service without connections; one that it lacks is for the sweeps' own reads.
      const has = connections?.some(({ state }) => isIn(states, state)) ?? untold !== true;
      if (!has || answers.includes("no")) return [];
      return [{ id, is: answers.includes("unknown") ? "unknown" : "yes" }];
    })
    .toSorted((a, b) => (a.id.text < b.id.text ? -1 : 1));
}

function unreadOne(run: ReevaluationRun, service: ServiceId): ReevaluationRun {
  const unread = [...run.unread, service.text].slice(0, unreadMax);
  return { ...doneWith(run, service), unread };
}

function doneWith({ afterConnection: _, ...run }: ReevaluationRun, { text }: ServiceId): ReevaluationRun {
  return { ...run, after: text, services: run.services + 1 };
}

/** The connections of a service, or as many as there is time for; the next step goes on after the last of them. */
async function oneService(
  services: ReevaluationServices,
  run: ReevaluationRun,
  scope: ServiceId,
  beginBy: string,
): Promise<ReevaluationRun> {
  const { dryRun, states, actor, afterConnection } = run;
  const after = afterConnection?.startsWith(`${scope.text}/`) === true ? { after: afterConnection } : {};
  const found = await reevaluate(services, { scope, dryRun, states, actor, beginBy, ...after });
  if (found.kind === "unknown") return unreadOne(run, scope);
  const { results, left } = found.value;
  const last = results.at(-1)?.connection;
  const counts = { ...run.counts };
  for (const { verdict = "none" } of results) counts[verdict] = (counts[verdict] ?? 0) + 1;
  return {
    ...(left.length === 0 ? doneWith(run, scope) : run),
    ...(left.length === 0 || last === undefined ? {} : { afterConnection: last }),
    counts,
    applied: run.applied + results.filter(({ applied }) => applied).length,
    results: [...run.results, ...results.map(resultOf)].slice(0, resultsMax),
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

async function release({ appState }: ReevaluationServices, { id, lease }: ReevaluationRun): Promise<void> {
  await appState.update<ReevaluationRun>(rowOf(id), (found) => {
    if (found?.lease?.owner !== lease?.owner || found === undefined) return undefined;
    const { lease: _, ...rest } = found;
    return { value: rest };
  });
}
