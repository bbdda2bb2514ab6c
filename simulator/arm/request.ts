import { armError, type ArmResponse } from "./response.ts";
import type { Clock } from "../clock.ts";
import type { Emit } from "../event-grid/event-grid.ts";
import { allowed, type Principal, type World } from "../estate/world.ts";

/** An authenticated request to ARM, with its path split into segments. */
export interface ArmRequest {
  readonly method: string;
  /** The path without its query, as it was sent. */
  readonly path: string;
  readonly segments: readonly string[];
  readonly query: URLSearchParams;
  readonly body: unknown;
  readonly principal: Principal;
}

/**
 * Where an operation is polled: below the resource that it changes, as recorded; below the service, or in the region,
 * as Azure's descriptions have it.
 */
export type PollingPlace = "resource" | "service" | "region";

/** What a resource provider works with. */
export interface ProviderContext {
  readonly world: World;
  readonly emit: Emit;
  readonly clock: Clock;
  /** Varies the duration of operations; without it each takes exactly as long as recorded. */
  readonly random?: (() => number) | undefined;
  /**
   * What happens to a write to a service that is Updating: 409, or a place in a queue. Azure was observed doing
   * neither.
   */
  readonly whileUpdating: "refuse" | "queue";
  /** Where operations are polled; below the resource that they change unless it says otherwise. */
  readonly pollAt?: PollingPlace | undefined;
}

/** Handles the requests of one resource provider; undefined for a type or method that is not simulated. */
export type ResourceProvider = (context: ProviderContext, request: ArmRequest) => ArmResponse | undefined;

/** The 403 for a caller without the permission; undefined if the caller has it. */
export function forbidden(
  { principal }: Pick<ArmRequest, "principal">,
  action: string,
  id: string,
): ArmResponse | undefined {
  if (allowed(principal, action, id)) return undefined;
  return armError(
    403,
    "AuthorizationFailed",
    `The client '${principal.objectId}' does not have authorization to perform action '${action}' over scope '${id}'.`,
  );
}
