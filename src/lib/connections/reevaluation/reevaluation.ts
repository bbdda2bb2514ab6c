import { appRows, type AppState } from "../../app-state.ts";
import { isDue, minuteMs, plusMs } from "../../clock.ts";
import { sha256 } from "../../hash.ts";
import type { LargeScope } from "./large-scope.ts";
import { removeActive, addActive, activeReevaluations } from "./active-reevaluations.ts";
import type { ReviewResult, ReviewServices } from "../review/ports.ts";

/** The reevaluation of a large scope that a person requested: its progress and its results. */
export interface ReevaluationRun {
  readonly id: string;
  readonly scope: string;
  readonly dryRun: boolean;
  readonly states: readonly string[];
  readonly actor: string;
  readonly actorObjectId?: string;
  readonly startedAt: string;
  readonly endedAt?: string;
  /** Why it was abandoned. */
  readonly failed?: string;
  /** Checkpoint: the current page of the inventory, and the last service of it that is done, in the order of ids. */
  readonly from?: string;
  readonly after: string;
  /** Checkpoint within the next service, if there was no time for all of it: its last connection that is done. */
  readonly afterConnection?: string;
  /** The number of services that are done, and the services that could not be read. */
  readonly services: number;
  readonly unread: readonly string[];
  /** Number of connections by verdict. */
  readonly counts: Readonly<Record<string, number>>;
  readonly applied: number;
  readonly results: readonly Result[];
  readonly lease?: { readonly owner: string; readonly until: string };
}

/** The reasons are shortened: five hundred results are one row. */
export type Result = Pick<
  ReviewResult,
  "connection" | "state" | "verdict" | "rule" | "reasons" | "applied" | "reason" | "decisionId"
>;

export type ReevaluationServices = ReviewServices & { readonly appState: AppState };

export const leaseMs = 4 * minuteMs;

export const rowOf = appRows.reevaluation;

/**
 * Begins a reevaluation, or finds the active one of the same request. `needsMessage` is whether a queue message has to
 * be sent for it to continue.
 */
export async function beginReevaluation(
  { appState, clock }: ReevaluationServices,
  scope: LargeScope,
  request: Pick<ReevaluationRun, "dryRun" | "states" | "actor" | "actorObjectId">,
): Promise<{ readonly id: string; readonly needsMessage: boolean }> {
  const states = [...new Set(request.states.map((each) => each.toLowerCase()))].toSorted();
  const id = sha256(JSON.stringify([scope.text, request.dryRun, states])).slice(0, 32);
  await addActive(appState, id);
  let needsMessage = false;
  await appState.update<ReevaluationRun>(rowOf(id), (found) => {
    needsMessage = found === undefined || !isActive(found) || isStalled(found, clock.now());
    if (found !== undefined && isActive(found)) return undefined;
    const startedAt = clock.now().toISOString();
    const initial = { after: "", services: 0, unread: [], counts: {}, applied: 0, results: [] };
    return { value: { ...request, id, scope: scope.text, states, startedAt, ...initial } };
  });
  return { id, needsMessage };
}

export function isActive({ endedAt, failed }: ReevaluationRun): boolean {
  return endedAt === undefined && failed === undefined;
}

/** Whether its lease, or the time in which a first one is due, has expired. */
function isStalled({ lease, startedAt }: ReevaluationRun, now: Date): boolean {
  return isDue(lease?.until ?? plusMs(new Date(startedAt), leaseMs), now);
}

/** The reevaluations that stopped because a process or a message was lost. Each needs a new message. */
export async function stalledReevaluations({
  appState,
  clock,
}: Pick<ReevaluationServices, "appState" | "clock">): Promise<readonly string[]> {
  const stalled: string[] = [];
  for (const id of await activeReevaluations(appState)) {
    const run = await appState.read<ReevaluationRun>(rowOf(id));
    if (run !== undefined && !isActive(run)) await removeActive(appState, id, clock.now());
    else if (run !== undefined && isStalled(run, clock.now())) stalled.push(id);
  }
  return stalled;
}

export async function reevaluationStatus(
  state: AppState,
  id: string,
): Promise<Omit<ReevaluationRun, "lease" | "from" | "after" | "afterConnection"> | undefined> {
  const run = /^[0-9a-f]{32}$/.test(id) ? await state.read<ReevaluationRun>(rowOf(id)) : undefined;
  if (run === undefined) return undefined;
  const { lease: _, from: _from, after: _after, afterConnection: _connection, ...status } = run;
  return status;
}

/** Abandons a reevaluation, which its status then shows. The same request starts it again. */
export async function failReevaluation(
  { appState, clock }: Pick<ReevaluationServices, "appState" | "clock">,
  id: string,
): Promise<void> {
  await appState.update<ReevaluationRun>(rowOf(id), (found) =>
    found === undefined || found.endedAt !== undefined
      ? undefined
      : { value: { ...found, failed: "it failed five times in a row; see the log" } },
  );
  await removeActive(appState, id, clock.now());
}
