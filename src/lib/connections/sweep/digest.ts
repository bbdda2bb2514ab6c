import { sha256 } from "../../hash.ts";

import type { Listed } from "../azure.ts";
import { endpointOf } from "../review/identity.ts";

/** How many digits of a hash tell one state of a service's connections from another. */
const digits = 16;

/**
 * What the inventory shows of a service's connections, in short: which there are, of which endpoints, their states, and whose
 * writes. A name that is used again by another endpoint is another connection.
 */
export function digestOf(connections: NonNullable<Listed["connections"]>): string {
  const lines = connections
    .map(({ id, state, endpointId, description }) =>
      JSON.stringify([id.text, state, endpointId && endpointOf(endpointId), description]),
    )
    .toSorted();
  return lines.length === 0 ? "none" : sha256(lines.join("\n")).slice(0, digits);
}
