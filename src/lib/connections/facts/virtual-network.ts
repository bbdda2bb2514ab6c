import { parseSubnetId, type SubnetId } from "../../azure/resource-id.ts";
import { knownRead, mapRead, thenRead, unknownRead, type Read } from "../../estate/read.ts";
import type { Endpoint } from "../azure-connections.ts";

/** The id of an endpoint's subnet, which includes its virtual network. */
export function subnetOf(endpoint: Read<Endpoint>): Read<SubnetId> {
  return thenRead(endpoint, ({ subnetId }) =>
    thenRead(subnetId, (text) => {
      const id = parseSubnetId(text);
      return id === undefined ? unknownRead("malformed") : knownRead(id);
    }),
  );
}

export function virtualNetworkOf(endpoint: Read<Endpoint>): Read<string> {
  return mapRead(subnetOf(endpoint), ({ virtualNetworkId }) => virtualNetworkId);
}
