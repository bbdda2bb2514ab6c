import type { Read } from "../../estate/read.ts";
import { isDue } from "../../clock.ts";
import type { ConnectionId, ServiceId } from "../../azure/resource-id.ts";
import type { Connection } from "../azure.ts";
import { preview } from "../review/preview.ts";
import { reviewBy } from "../review/review.ts";
import type { ReviewResult, ReviewServices } from "../review/review-services.ts";

export interface Reevaluation {
  readonly scope: ConnectionId | ServiceId;
  readonly dryRun: boolean;
  /** Which states of a service's connections to look at; one that is named itself is always looked at. */
  readonly states: readonly string[];
  readonly actor: string;
  /** What has not begun by then is left: a hundred connections may take longer than a function may. */
  readonly beginBy: string;
  /** The id of the connection that was looked at last, where others were before. */
  readonly after?: string;
}

export interface Reevaluated {
  readonly results: readonly ReviewResult[];
  /** Those that there was no time for, in order. */
  readonly left: readonly ConnectionId[];
}

/**
 * Reviews, on a person's demand, one connection or those of a service, in the order of their ids. Only what is Pending is
 * ever written to.
 */
export async function reevaluate(services: ReviewServices, asked: Reevaluation): Promise<Read<Reevaluated>> {
  const { scope, states, after = "", beginBy } = asked;
  const listed: Read<readonly ConnectionId[]> =
    scope.kind === "connection" ? { kind: "known", value: [scope] } : await meant(services, scope, states);
  if (listed.kind === "unknown") return listed;
  const due = listed.value.filter(({ text }) => text > after);
  const results: ReviewResult[] = [];
  // One after the other: Azure serialises writes to one service, and refuses those that overlap.
  for (const id of due) {
    const result = isDue(beginBy, services.clock.now()) ? undefined : await one(services, id, asked);
    if (result === undefined) break;
    results.push(result);
  }
  return { kind: "known", value: { results, left: due.slice(results.length) } };
}

async function meant(
  services: ReviewServices,
  scope: ServiceId,
  states: readonly string[],
): Promise<Read<readonly ConnectionId[]>> {
  const listed = await connectionsOf(services, scope);
  if (listed.kind === "unknown") return listed;
  const ids = listed.value.filter(({ state }) => isIn(states, state)).map(({ id }) => id);
  return { kind: "known", value: ids.toSorted((a, b) => (a.text < b.text ? -1 : 1)) };
}

async function connectionsOf({ azure }: ReviewServices, id: ServiceId): Promise<Read<readonly Connection[]>> {
  const service = await azure.service(id);
  return service.kind === "unknown" ? service : service.value.connections;
}

export function isIn(states: readonly string[], state: string): boolean {
  return states.some((each) => each.toLowerCase() === state.toLowerCase());
}

/**
 * A connection that is not Pending is reported with what the policy says of it now, and left alone. Undefined where its turn
 * did not come in time.
 */
async function one(
  services: ReviewServices,
  id: ConnectionId,
  { dryRun, actor, beginBy }: Reevaluation,
): Promise<ReviewResult | undefined> {
  if (dryRun) return preview(services, id);
  const request = { id, cause: "http", actor, requestedAt: services.clock.now() } as const;
  const result = await reviewBy(services, request, beginBy);
  if (result === undefined || result.applied || result.reason !== "not pending") return result;
  const said = await preview(services, id);
  return { ...result, ...said, applied: false, reason: "not pending" };
}
