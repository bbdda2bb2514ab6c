import { parseEndpointId } from "../../azure/resource-id.ts";
import type { Read } from "../../estate/read.ts";
import type { Connection, FactReads, Service } from "../azure-connections.ts";
import { approvedOf } from "./counts.ts";
import type { Reservation } from "../ledger.ts";
import { virtualNetworkOf } from "./virtual-network.ts";

/**
 * Reads the virtual networks of the endpoints of a service's Approved connections and reservations, by the endpoint's
 * id. ARM takes one read per endpoint; Resource Graph has them all, but minutes late.
 */
export async function readVirtualNetworks(
  azure: Pick<FactReads, "endpoint">,
  service: Read<Service>,
  reservations: readonly Reservation[],
): Promise<ReadonlyMap<string, Read<string>>> {
  const counted: readonly Pick<Connection, "endpointId">[] = [...approvedOf(service), ...reservations];
  const ids = new Map(
    counted.flatMap(({ endpointId }) => {
      const id = parseEndpointId(endpointId ?? "");
      return id === undefined ? [] : [[id.text, id] as const];
    }),
  );
  const found = [...ids].map(
    async ([text, id]) => [text, virtualNetworkOf(await azure.endpoint(id))] as const,
  );
  return new Map(await Promise.all(found));
}
