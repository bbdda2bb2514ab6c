import { sha256 } from "../../hash.ts";
import type { ListedService } from "../azure-connections.ts";
import { endpointOf } from "../review/same-connection.ts";

/** Hex digits of the hash that are kept: enough to distinguish the states of one service. */
const digits = 16;

/**
 * A hash of the inventory's view of a service's connections: their ids, endpoints, states and descriptions, which name
 * the last writer. A name that another endpoint uses again is another connection.
 */
export function digestOf(connections: NonNullable<ListedService["connections"]>): string {
  const lines = connections
    .map(({ id, state, endpointId, description }) =>
      JSON.stringify([id.text, state, endpointId && endpointOf(endpointId), description]),
    )
    .toSorted();
  return lines.length === 0 ? "none" : sha256(lines.join("\n")).slice(0, digits);
}
