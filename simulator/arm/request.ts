import { armError, type Answer } from "./answer.ts";
import type { Clock } from "../clock.ts";
import type { Emit } from "../event-grid/event-grid.ts";
import { allowed, type Principal, type World } from "../estate/world.ts";

/** A request to ARM after its front door: who calls, and the path in segments. */
export interface ArmRequest {
  readonly method: string;
  /** The path without its query, as it was sent. */
  readonly path: string;
  readonly segments: readonly string[];
  readonly query: URLSearchParams;
  readonly body: unknown;
  readonly principal: Principal;
}

/** What a resource provider works on. */
export interface Provider {
  readonly world: World;
  readonly emit: Emit;
  readonly clock: Clock;
  /** Draws how long operations take; without it each takes as long as the one that was recorded. */
  readonly random?: (() => number) | undefined;
  /** What a write to a service that is Updating meets. Azure was not seen doing either. */
  readonly whileUpdating: "refuse" | "queue";
}

/** The answer to a caller without the right, or undefined where it has it. */
export function unauthorised(
  { principal }: Pick<ArmRequest, "principal">,
  action: string,
  id: string,
): Answer | undefined {
  if (allowed(principal, action, id)) return undefined;
  return armError(
    403,
    "AuthorizationFailed",
    `The client '${principal.objectId}' does not have authorization to perform action '${action}' over scope '${id}'.`,
  );
}
