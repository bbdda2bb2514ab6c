import { limitedInventory } from "../../estate/inventory-page.ts";
import type { ServiceId } from "../../azure/resource-id.ts";
import { isDue, minuteMs, plusMs } from "../../clock.ts";
import { governs } from "../../estate/scope.ts";
import { subscriptionIn } from "../../estate/subscription.ts";
import { truncate } from "../../policy/values/print-short.ts";
import type { ListedService } from "../azure-connections.ts";
import { isWithin, parseLargeScope, subscriptionsWithin, type LargeScope } from "./large-scope.ts";
import { includesState, reevaluate } from "./reevaluate.ts";
import {
  isActive,
  leaseMs,
  rowOf,
  type ReevaluationRun,
  type ReevaluationServices,
  type Result,
} from "./reevaluation.ts";
import { removeActive } from "./active-reevaluations.ts";
import type { ReviewResult } from "../review/ports.ts";

/** Results kept in the status. The decisions have all of them. */
const resultsMax = 500;
const unreadMax = 100;
/** Half of the time that a function may take on the smallest plan; the next message continues. */
const stepMs = 2 * minuteMs;

/** Continues a reevaluation from its checkpoint for up to `stepMs`. Returns whether there is more to do. */
export async function continueReevaluation(services: ReevaluationServices, id: string): Promise<boolean> {
  const { appState, clock, newId } = services;
  const owner = newId();
  const lease = { owner, until: plusMs(clock.now(), leaseMs) };
  const claimed = await appState.update<ReevaluationRun>(rowOf(id), (found) => {
    const isOpen = found !== undefined && isActive(found);
    if (!isOpen || (found.lease !== undefined && !isDue(found.lease.until, clock.now()))) return undefined;
    return { value: { ...found, lease } };
  });
  if (claimed?.lease?.owner !== owner) return false;
  const scope = parseLargeScope(claimed.scope);
  if (scope === undefined) throw new Error(`the stored scope "${claimed.scope}" cannot be parsed`);
  try {
    return await step(services, scope, claimed, plusMs(clock.now(), stepMs));
  } catch (error) {
    // Released, because the queue redelivers the message before the lease would expire.
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
    // Thrown, so that the queue redelivers the message: a part that was not seen must not count as done.
    if (page.kind === "unknown")
      throw new InventoryUnreadable(`the inventory could not be read (${page.reason})`);
    const selected = await selectServices(services, scope, run, page.value.items);
    for (const { id, inScope } of selected.filter((each) => each.id.text > run.after)) {
      const after =
        inScope === "yes" ? await reevaluateService(services, run, id, deadline) : withUnread(run, id);
      run = await save(services, after);
      if (isDue(deadline, clock.now())) {
        await release(services, run);
        return true;
      }
    }
    const { next, isLimited } = page.value;
    const { from: _, ...rest } = isLimited === true ? withUnseen(run) : run;
    run = await save(
      services,
      next === undefined ? ended(rest, clock.now()) : { ...rest, from: next, after: "" },
    );
    if (next === undefined) {
      await removeActive(services.appState, run.id, clock.now());
      return false;
    }
  }
}

/** Thrown while the inventory cannot be read. */
class InventoryUnreadable extends Error {
  override readonly name = "InventoryUnreadable";
}

function ended(run: ReevaluationRun, now: Date): ReevaluationRun {
  return { ...run, endedAt: now.toISOString() };
}

interface SelectedService {
  readonly id: ServiceId;
  /** Whether it is governed and in the scope; unknown if its subscription could not be read. */
  readonly inScope: "yes" | "unknown";
}

/**
 * The listed services that are, or may be, governed and in the scope, and that may have connections in the requested
 * states. Sorted, because the checkpoint is an id: a service whose connections were just approved is no longer among
 * them.
 */
async function selectServices(
  { azure, scope: governed }: ReevaluationServices,
  scope: LargeScope,
  { states }: ReevaluationRun,
  listed: readonly ListedService[],
): Promise<readonly SelectedService[]> {
  const subscriptions = await azure.subscriptions("all");
  return listed
    .flatMap(({ id, tags, connections, hasNullConnections }): SelectedService[] => {
      const subscription = subscriptionIn(subscriptions, id.subscriptionId);
      const answers = [governs(governed, id, { tags, subscription }), isWithin(scope, id, subscription)];
      // Null means that a service has no connections, or that the inventory lacks them: the sweeps' direct reads find
      // those.
      const has =
        connections?.some(({ state }) => includesState(states, state)) ?? hasNullConnections !== true;
      if (!has || answers.includes("no")) return [];
      return [{ id, inScope: answers.includes("unknown") ? "unknown" : "yes" }];
    })
    .toSorted((a, b) => (a.id.text < b.id.text ? -1 : 1));
}

function withUnread(run: ReevaluationRun, service: ServiceId): ReevaluationRun {
  const unread = [...run.unread, service.text].slice(0, unreadMax);
  return { ...withDone(run, service), unread };
}

/** Says once that Resource Graph left out services. */
function withUnseen(run: ReevaluationRun): ReevaluationRun {
  return run.unread.includes(limitedInventory) ? run : { ...run, unread: [limitedInventory, ...run.unread] };
}

function withDone({ afterConnection: _, ...run }: ReevaluationRun, { text }: ServiceId): ReevaluationRun {
  return { ...run, after: text, services: run.services + 1 };
}

/**
 * Reviews the connections of a service, or as many as there is time for; the next step continues after the last one.
 */
async function reevaluateService(
  services: ReevaluationServices,
  run: ReevaluationRun,
  scope: ServiceId,
  startBefore: string,
): Promise<ReevaluationRun> {
  const { dryRun, states, actor, actorObjectId, afterConnection } = run;
  const after = afterConnection?.startsWith(`${scope.text}/`) === true ? { after: afterConnection } : {};
  const by = { actor, actorObjectId };
  const found = await reevaluate(services, { scope, dryRun, states, ...by, startBefore, ...after });
  if (found.kind === "unknown") return withUnread(run, scope);
  const { results, remaining } = found.value;
  const last = results.at(-1)?.connection;
  const counts = { ...run.counts };
  for (const { verdict = "none" } of results) counts[verdict] = (counts[verdict] ?? 0) + 1;
  return {
    ...(remaining.length === 0 ? withDone(run, scope) : run),
    ...(remaining.length === 0 || last === undefined ? {} : { afterConnection: last }),
    counts,
    applied: run.applied + results.filter(({ applied }) => applied).length,
    results: [...run.results, ...results.map(resultOf)].slice(0, resultsMax),
  };
}

const reasonsMax = 3;
/** A sentence about a missing right and its remedy fits. */
const reasonMax = 300;

function resultOf({ reasons, unknown: _unknown, phase: _phase, ...result }: ReviewResult): Result {
  return { ...result, reasons: reasons.slice(0, reasonsMax).map((each) => truncate(each, reasonMax)) };
}

/** @throws {LeaseLost} if another process took over, because this one was suspended for longer than its lease */
async function save(
  { appState, clock }: ReevaluationServices,
  run: ReevaluationRun,
): Promise<ReevaluationRun> {
  const owner = run.lease?.owner ?? "";
  const value = { ...run, lease: { owner, until: plusMs(clock.now(), leaseMs) } };
  const saved = await appState.update<ReevaluationRun>(rowOf(run.id), (found) =>
    found?.lease?.owner === owner ? { value } : undefined,
  );
  if (saved !== value) throw new LeaseLost("another process took over this reevaluation");
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
