import type { ConnectionId } from "../../src/lib/azure/resource-id.ts";
import { minuteMs } from "../../src/lib/clock.ts";
import type { Workbench } from "../workbench.ts";

/** What the app on a workbench alerted and recorded. The workbench may change between tests. */
export function observationsOf(workbench: () => Workbench) {
  return {
    alertTypes: () => workbench().alerts.map(({ type }) => type.replace("Drawbridge.", "")),
    record: (id: ConnectionId) => workbench().services.ledger.find(id),
    entries: async () => (await workbench().services.ledger.entries({}, { top: 100 })).items,
  };
}

/** Sweeps five minutes later, and reviews what the sweep found. */
export async function sweepAndFollow(workbench: Workbench): Promise<void> {
  workbench.pass(5 * minuteMs);
  await workbench.follow(await workbench.sweep());
}
