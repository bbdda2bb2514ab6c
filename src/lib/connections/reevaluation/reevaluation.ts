import type { AppState } from "../../app-state.ts";
import { isDue, plusMs } from "../../clock.ts";
import { sha256 } from "../../hash.ts";
import type { LargeScope } from "./large-scope.ts";
import { noteOver, noteUnderWay, reevaluationsUnderWay } from "./reevaluations-under-way.ts";
import type { ReviewResult, ReviewServices } from "../review/review-services.ts";

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
  /** Of the service that comes then, the last connection that is done, where there was no time for all. */
  readonly afterConnection?: string;
  /** Services whose connections were looked at, and those that could not be read. */
  readonly services: number;
  readonly unread: readonly string[];
  /** Connections by their verdict. */
  readonly counts: Readonly<Record<string, number>>;
  readonly applied: number;
  readonly results: readonly Result[];
  readonly lease?: { readonly owner: string; readonly until: string };
}

export type Result = Pick<
  ReviewResult,
  "connection" | "state" | "verdict" | "rule" | "applied" | "reason" | "decisionId"
>;

export type ReevaluationServices = ReviewServices & { readonly appState: AppState };

export const leaseMs = 4 * 60_000;

export const rowOf = (id: string) => `reevaluation-${id}`;

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
  const id = sha256(JSON.stringify([scope.text, asked.dryRun, states])).slice(0, 32);
  await noteUnderWay(appState, id);
  let begun = false;
  await appState.update<ReevaluationRun>(rowOf(id), (found) => {
    begun = found === undefined || !isUnderWay(found) || isStalled(found, clock.now());
    if (found !== undefined && isUnderWay(found)) return undefined;
    const startedAt = clock.now().toISOString();
    const nothing = { after: "", services: 0, unread: [], counts: {}, applied: 0, results: [] };
    return { value: { ...asked, id, scope: scope.text, states, startedAt, ...nothing } };
  });
  return { id, begun };
}

export function isUnderWay({ endedAt, failed }: ReevaluationRun): boolean {
  return endedAt === undefined && failed === undefined;
}

/** Whether nobody has been at it for longer than somebody who is may be silent. */
function isStalled({ lease, startedAt }: ReevaluationRun, now: Date): boolean {
  return isDue(lease?.until ?? plusMs(new Date(startedAt), leaseMs), now);
}

/** Those that nobody goes on with, since a process or a message was lost: somebody has to be told to. */
export async function stalledReevaluations({
  appState,
  clock,
}: Pick<ReevaluationServices, "appState" | "clock">): Promise<readonly string[]> {
  const stalled: string[] = [];
  for (const id of await reevaluationsUnderWay(appState)) {
    const run = await appState.read<ReevaluationRun>(rowOf(id));
    if (run !== undefined && !isUnderWay(run)) await noteOver(appState, id);
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
  await noteOver(appState, id);
}
