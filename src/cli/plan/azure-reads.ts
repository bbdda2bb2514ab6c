import { setTimeout as sleep } from "node:timers/promises";
import { armClients } from "../../lib/azure/arm-clients.ts";
import { armReads } from "../../lib/azure/arm.ts";
import type { ArmAccess } from "../../lib/azure/arm-pipeline.ts";
import { callQuota } from "../../lib/azure/call-quota.ts";
import { parseJson } from "../../lib/json.ts";
import { jsonLog } from "../../lib/log.ts";
import type { EstatePlanServices } from "../../lib/plan/plan.ts";
import { ownQuota } from "../../lib/azure-quota.ts";
import { onAzure, onSimulator, readOnly } from "../../azure-or-simulator.ts";
import type { Terminal } from "../command.ts";

interface AzureReadsOfPlan extends Omit<EstatePlanServices, "approvals"> {
  readonly endpoint: string;
  /** Who reads. */
  readonly account: () => Promise<string>;
}

/**
 * Azure with the signed-in account, or the simulator at `endpoint`. No request of it can write, and all stay in ARM's
 * quota.
 */
export function azureReads(
  endpoint: string | undefined,
  { clock }: Pick<Terminal, "clock">,
): AzureReadsOfPlan {
  const { arm } = endpoint === undefined ? onAzure : onSimulator(endpoint);
  const clients = armClients(readOnly(arm), { quota: callQuota(ownQuota(clock), clock) });
  // What cannot be read is in the plan itself.
  const silent = jsonLog(() => {}, clock);
  return {
    azure: armReads(clients, silent, clock),
    clock,
    wait: (ms) => sleep(ms),
    endpoint: endpoint ?? armScope,
    account: async () => accountIn(await tokenOf(arm.credential)),
  };
}

const armScope = "https://management.azure.com/.default";

/** Undefined where no account is signed in, which the reads report. */
async function tokenOf(credential: ArmAccess["credential"]): Promise<string | undefined> {
  try {
    return (await (await credential()).getToken(armScope))?.token;
  } catch (error) {
    if (error instanceof Error && /Credential|Authentication/.test(error.name)) return undefined;
    throw error;
  }
}

/** Tenant and object id of the account, which the token of Azure is not encrypted for; empty for any other token. */
function accountIn(token: string | undefined): string {
  const claims = parseJson(Buffer.from(token?.split(".")[1] ?? "", "base64url").toString());
  const { tid = "", oid = "" } = (claims ?? {}) as { readonly tid?: string; readonly oid?: string };
  return `${tid} ${oid}`;
}
