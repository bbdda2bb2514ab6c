import type { RightsAzure } from "../doctor/azure.ts";
import { knownRead, type Read } from "../estate/read.ts";
import type { ArmClients } from "./arm-clients.ts";
import { readArm } from "./ask.ts";

/** Reads below a subscription that no SDK of the app has an operation for. */
export function armRights(clients: ArmClients): RightsAzure {
  const get = (subscriptionId: string, path: string): Promise<Read<unknown>> =>
    readArm(async (ask) =>
      knownRead(
        await ask.one(async ({ abortSignal, onResponse }) => {
          const { send } = await clients.of(subscriptionId);
          const url = `https://management.azure.com/subscriptions/${subscriptionId}${path}`;
          onResponse(await send("GET", url, abortSignal));
        }),
      ),
    );
  return {
    subscription: (id) => get(id, "?api-version=2022-12-01"),
    systemTopicsOf: (id) => get(id, "/providers/Microsoft.EventGrid/systemTopics?api-version=2025-02-15"),
  };
}
