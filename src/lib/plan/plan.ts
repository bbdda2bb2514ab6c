import type { ServiceId } from "../azure/resource-id.ts";
import type { ScopeConfig } from "../config/config.ts";
import type { AzureReads } from "../connections/azure-connections.ts";
import { governedServices } from "../estate/governed-services.ts";
import { mapConcurrent } from "../map-concurrent.ts";
import type { LoadedPolicy } from "../policy/loaded-policy.ts";
import { planService, type PlanAzure, type PlannedService, type PlanServices } from "./plan-service.ts";

/** Services that are read at the same time. */
const servicesAtOnce = 8;

export interface EstatePlanServices extends PlanServices {
  readonly azure: PlanAzure & Pick<AzureReads, "inventory">;
}

export interface EstatePlanRequest {
  readonly scope: ScopeConfig;
  readonly policies: readonly LoadedPolicy[];
  /** Whether an earlier run has planned a service already. */
  readonly isPlanned: (service: string) => boolean;
  /** Called with each service as soon as it is planned. */
  readonly take: (planned: PlannedService) => void;
  /** Called after each service. */
  readonly progress: (services: number) => void;
}

/** What the inventory did not show. */
export interface EstatePlanned {
  readonly services: number;
  /** Services that may be governed, because what decides could not be read. */
  readonly undecided: readonly string[];
  /** Rows of the inventory that could not be read. */
  readonly unreadable: number;
}

/**
 * Plans every governed service. Resource Graph names the services, and each is read itself.
 * @throws {InventoryUnread}
 */
export async function planEstate(
  services: EstatePlanServices,
  { scope, policies, isPlanned, take, progress }: EstatePlanRequest,
): Promise<EstatePlanned> {
  const undecided: string[] = [];
  let [done, unreadable] = [0, 0];
  const planOne = async ({ id }: { readonly id: ServiceId }) => {
    if (!isPlanned(id.text)) take(await planService(services, id, policies));
    done++;
    progress(done);
  };
  for await (const page of governedServices(services.azure, scope)) {
    undecided.push(...page.undecided.map(({ text }) => text));
    unreadable += page.unreadable;
    await mapConcurrent(page.services, servicesAtOnce, planOne);
  }
  return { services: done, undecided, unreadable };
}
