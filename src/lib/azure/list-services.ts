import { mapRead, type Read } from "../estate/read.ts";
import type { ArmClients } from "./arm-clients.ts";
import { listTimeoutMs, readArm } from "./read-arm.ts";

/** The services of a subscription, by ARM's list. Those that cannot be decoded are left out. */
export function listServices<T>(
  clients: Pick<ArmClients, "of">,
  subscriptionId: string,
  decode: (member: unknown) => Read<T>,
): Promise<Read<readonly T[]>> {
  return readArm(async (ask) => {
    const list = await ask.list(async (options) => {
      const { apim } = await clients.of(subscriptionId);
      return apim.apiManagementService.list(options).byPage();
    });
    return mapRead(list, (members) =>
      members.flatMap((member) => {
        const read = decode(member);
        return read.kind === "known" ? [read.value] : [];
      }),
    );
  }, listTimeoutMs);
}
