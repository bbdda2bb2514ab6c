import { setTimeout as sleep } from "node:timers/promises";
import { armClients } from "../../lib/azure/arm-clients.ts";
import { armReads } from "../../lib/azure/arm.ts";
import { budget } from "../../lib/azure/budget.ts";
import { jsonLog } from "../../lib/log.ts";
import type { EstatePlanServices } from "../../lib/plan/plan.ts";
import { ownQuota } from "../../lib/quota.ts";
import { onAzure, onSimulator, readOnly } from "../../azure-or-simulator.ts";
import type { Terminal } from "../command.ts";

/** Azure with the signed-in account, or the simulator at `endpoint`. No request of it can write, and all stay in ARM's quota. */
export function azureReads(
  endpoint: string | undefined,
  { clock }: Pick<Terminal, "clock">,
): Omit<EstatePlanServices, "approvals"> {
  const { arm } = endpoint === undefined ? onAzure : onSimulator(endpoint);
  const clients = armClients(readOnly(arm), { budget: budget(ownQuota(clock), clock) });
  // What cannot be read is in the plan itself.
  const silent = jsonLog(() => {}, clock);
  return { azure: armReads(clients, silent, clock), clock, wait: (ms) => sleep(ms) };
}
