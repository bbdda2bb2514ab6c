import { parseConnectionId } from "../../lib/azure/resource-id.ts";
import type { RecordedApproval } from "../../lib/connections/revocation.ts";
import type { PlanServices } from "../../lib/plan/plan-service.ts";
import { appAt } from "../app.ts";
import { Refused } from "../app-client.ts";
import type { Terminal } from "../command.ts";

const notFound = 404;

/** The approvals of a service as the running app has recorded them; none of a service that it does not know. */
export function approvalsOfApp(terminal: Pick<Terminal, "environment" | "fetch">): PlanServices["approvals"] {
  const app = appAt(terminal);
  return async ({ id }) => {
    const found = new Map<string, RecordedApproval>();
    try {
      for await (const { connection, ...recorded } of app.connections({ service: id.text }))
        found.set(parseConnectionId(connection)?.text ?? connection, recorded);
    } catch (error) {
      if (!(error instanceof Refused) || error.status !== notFound) throw error;
    }
    return found;
  };
}
