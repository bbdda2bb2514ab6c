import { parseEndpointId } from "../azure/resource-id.ts";
import type { Clock } from "../clock.ts";
import type { Azure, Connection, Endpoint, Read, Service } from "./azure.ts";
import type { Snapshot } from "./facts.ts";

/** Reads what the connection's verdict rests on, now. */
export async function look(
  { azure, clock }: { azure: Azure; clock: Clock },
  connection: Connection,
  serviceRead?: Read<Service>,
): Promise<Snapshot> {
  const now = clock.now();
  const [service, endpoint] = await Promise.all([
    serviceRead ?? azure.service(connection.id.service),
    readEndpoint(azure, connection),
  ]);
  return { connection, service, endpoint, now };
}

/** A connection that names no endpoint leaves every endpoint fact unknown, never absent. */
function readEndpoint(azure: Azure, { endpointId }: Connection): Promise<Read<Endpoint>> {
  const id = parseEndpointId(endpointId ?? "");
  return id === undefined ? Promise.resolve({ kind: "unknown", reason: "no-endpoint" }) : azure.endpoint(id);
}
