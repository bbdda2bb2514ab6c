import { connectionFrom } from "../../lib/azure/connection-from.ts";
import { parseEndpointId, type ConnectionId } from "../../lib/azure/resource-id.ts";
import type { Connection } from "../../lib/connections/azure-connections.ts";
import { couldNot, known, thenFound, valueIn, type Found } from "./finding.ts";
import type { Answered } from "./probe-azure.ts";

/** What a person who is asked for an approval is shown. */
export interface Requested {
  readonly id: ConnectionId;
  /** The id of the endpoint, as Azure wrote it. */
  readonly endpoint: string;
  /** Undefined if Azure's answer has none. */
  readonly message: string | undefined;
}

/**
 * The connection, if it is still the one that the person was shown. Other steps were done since, and one that was
 * deleted and made again has the same id, but may be of somebody else.
 */
export function asRequested(requested: Requested, before: Answered | undefined): Found<Connection> {
  const { id, endpoint, message } = requested;
  return thenFound(
    valueIn(before, (body) => connectionFrom(id, body)),
    (connection) => {
      if (connection.state !== "Pending")
        return couldNot("the connection was no longer Pending when its turn came");
      const found = endpointOf(connection.endpointId);
      if (found === undefined || found !== endpointOf(endpoint))
        return couldNot(
          "the connection was of another endpoint than shown, or of one that Azure did not name",
        );
      if (connection.description !== message)
        return couldNot("the connection had another message than shown");
      return known(connection);
    },
  );
}

/** Ids are compared in one spelling, because Azure does not always write the same case. */
function endpointOf(text: string | undefined): string | undefined {
  return parseEndpointId(text ?? "")?.text;
}
