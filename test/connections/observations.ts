import type { ConnectionId } from "../../src/lib/azure/resource-id.ts";
import { minuteMs } from "../../src/lib/clock.ts";
import type { Workbench } from "../workbench.ts";

/** What the app on a workbench alerted and recorded. The workbench may change between tests. */
export function observationsOf(bench: () => Workbench) {
  return {
    alertTypes: () => bench().alerts.map(({ type }) => type.replace("Drawbridge.", "")),
    record: (id: ConnectionId) => bench().services.ledger.find(id),
    entries: async () => (await bench().services.ledger.entries({}, { top: 100 })).items,
  };
}

/** Sweeps five minutes later, and reviews what the sweep found. */
export async function sweepAndFollow(bench: Workbench): Promise<void> {
  bench.pass(5 * minuteMs);
  await bench.follow(await bench.sweep());
}
