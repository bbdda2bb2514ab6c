import type { ConnectionRecord } from "../lib/connections/record/connection-record.ts";
import type { Services } from "../services.ts";
import type { Answer } from "./http/answers.ts";
import { listing } from "./http/listing.ts";
import { connectionsQuery } from "./http/requests.ts";

/** `GET /api/connections`: connections with their phase and their last verdict. */
export function connections({ ledger }: Pick<Services, "ledger">) {
  return listing(connectionsQuery, async (filter, page): Promise<Answer<"Connections">> => {
    const { items, ...rest } = await ledger.connections(filter, page);
    return { connections: items.map(print), ...rest };
  });
}

/** Leaves out the address of a write's operation: Azure signs it, and only the app may follow it. */
function print({ id, version: _, lease: _lease, write, ...record }: ConnectionRecord): Answer<"Connection"> {
  const sent = write === undefined ? {} : { sentAt: write.sentAt };
  return { connection: id.text, service: id.service.text, ...record, ...sent };
}
