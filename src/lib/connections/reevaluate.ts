import type { Read } from "../estate/read.ts";
import type { ConnectionId, ServiceId } from "../azure/resource-id.ts";
import type { Connection } from "./azure.ts";
import { preview } from "./preview.ts";
import { review, type ReviewResult, type ReviewServices } from "./review.ts";

export interface Reevaluation {
  readonly scope: ConnectionId | ServiceId;
  readonly dryRun: boolean;
  /** Which states of a service's connections to look at; one that is named itself is always looked at. */
  readonly states: readonly string[];
  readonly actor: string;
}

/** Reviews, on a person's demand, one connection or those of a service. Only what is Pending is ever written to. */
export async function reevaluate(
  services: ReviewServices,
  { scope, dryRun, states, actor }: Reevaluation,
): Promise<Read<readonly ReviewResult[]>> {
  const one = (id: ConnectionId) => (dryRun ? preview(services, id) : reviewed(services, id, actor));
  if (scope.kind === "connection") return { kind: "known", value: [await one(scope)] };
  const listed = await connectionsOf(services, scope);
  if (listed.kind === "unknown") return listed;
  const results: ReviewResult[] = [];
  // One after the other: Azure serialises writes to one service, and refuses those that overlap.
  for (const { id, state } of listed.value) if (isIn(states, state)) results.push(await one(id));
  return { kind: "known", value: results };
}

async function connectionsOf({ azure }: ReviewServices, id: ServiceId): Promise<Read<readonly Connection[]>> {
  const service = await azure.service(id);
  return service.kind === "unknown" ? service : service.value.connections;
}

export function isIn(states: readonly string[], state: string): boolean {
  return states.some((each) => each.toLowerCase() === state.toLowerCase());
}

/** A connection that is not Pending is reported with what the policy says of it now, and left alone. */
async function reviewed(services: ReviewServices, id: ConnectionId, actor: string): Promise<ReviewResult> {
  const result = await review(services, { id, cause: "http", actor, requestedAt: services.clock.now() });
  if (result.applied || result.reason !== "not pending") return result;
  const said = await preview(services, id);
  return { ...result, ...said, applied: false, reason: "not pending" };
}
