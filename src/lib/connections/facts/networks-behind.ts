import { parseEndpointId } from "../../azure/resource-id.ts";
import type { Read } from "../../estate/read.ts";
import type { Azure, Connection, Service } from "../azure.ts";
import { approvedOf } from "./counts.ts";
import type { Reservation } from "../ledger.ts";
import { virtualNetworkOf } from "./virtual-network.ts";

/**
 * The virtual networks of the endpoints behind a service's Approved connections and our promises, by the endpoint's id.
 * ARM tells them one by one, and Resource Graph only some minutes later.
 */
export async function networksBehind(
  azure: Azure,
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
