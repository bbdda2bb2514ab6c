import type { Read } from "../../estate/read.ts";
import { isDue } from "../../clock.ts";
import type { ConnectionId, ServiceId } from "../../azure/resource-id.ts";
import type { Connection } from "../azure-connections.ts";
import { preview } from "../review/preview.ts";
import { notPending } from "../review/result.ts";
import { reviewBy } from "../review/review.ts";
import type { ReviewResult, ReviewServices } from "../review/ports.ts";

export interface ReevaluationRequest {
  readonly scope: ConnectionId | ServiceId;
  readonly dryRun: boolean;
  /** States of a service's connections to review. A connection that is itself the scope is reviewed in any state. */
  readonly states: readonly string[];
  readonly actor: string;
  readonly actorObjectId?: string | undefined;
  /** Reviews that have not begun by then are not run: a hundred connections may take longer than a function may. */
  readonly startBefore: string;
  /** The id of the last connection that was reviewed, if an earlier step reviewed some. */
  readonly after?: string;
}

export interface ReevaluationResults {
  readonly results: readonly ReviewResult[];
  /** Connections that there was no time for, in order. */
  readonly remaining: readonly ConnectionId[];
}

/**
 * Reviews one connection, or those of a service in the order of their ids, at a person's request. Only Pending
 * connections are ever written to.
 */
export async function reevaluate(
  services: ReviewServices,
  request: ReevaluationRequest,
): Promise<Read<ReevaluationResults>> {
  const { scope, states, after = "", startBefore } = request;
  const listed: Read<readonly ConnectionId[]> =
    scope.kind === "connection"
      ? { kind: "known", value: [scope] }
      : await connectionsInStates(services, scope, states);
  if (listed.kind === "unknown") return listed;
  const due = listed.value.filter(({ text }) => text > after);
  const results: ReviewResult[] = [];
  // One after the other: Azure serialises the writes to a service and refuses overlapping ones.
  for (const id of due) {
    const result = isDue(startBefore, services.clock.now())
      ? undefined
      : await reevaluateConnection(services, id, request);
    if (result === undefined) break;
    results.push(result);
  }
  return { kind: "known", value: { results, remaining: due.slice(results.length) } };
}

async function connectionsInStates(
  services: ReviewServices,
  scope: ServiceId,
  states: readonly string[],
): Promise<Read<readonly ConnectionId[]>> {
  const listed = await connectionsOf(services, scope);
  if (listed.kind === "unknown") return listed;
  const ids = listed.value.filter(({ state }) => includesState(states, state)).map(({ id }) => id);
  return { kind: "known", value: ids.toSorted((a, b) => (a.text < b.text ? -1 : 1)) };
}

async function connectionsOf({ azure }: ReviewServices, id: ServiceId): Promise<Read<readonly Connection[]>> {
  const service = await azure.service(id);
  return service.kind === "unknown" ? service : service.value.connections;
}

export function includesState(states: readonly string[], state: string): boolean {
  return states.some((each) => each.toLowerCase() === state.toLowerCase());
}

/**
 * Reviews a Pending connection. Any other is only reported, with the policy's current verdict. Undefined if its turn
 * did not come in time.
 */
async function reevaluateConnection(
  services: ReviewServices,
  id: ConnectionId,
  { dryRun, actor, actorObjectId, startBefore }: ReevaluationRequest,
): Promise<ReviewResult | undefined> {
  if (dryRun) return preview(services, id);
  const requestedAt = services.clock.now();
  const review = { id, cause: "http", actor, actorObjectId, requestedAt } as const;
  const result = await reviewBy(services, review, startBefore);
  if (result === undefined || result.applied || result.reason !== notPending) return result;
  const previewed = await preview(services, id);
  return { ...result, ...previewed, applied: false, reason: notPending };
}
