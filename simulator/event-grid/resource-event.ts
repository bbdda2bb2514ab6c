import { randomUUID } from "node:crypto";
import type { World } from "../estate/world.ts";
import type { EventSubscription } from "./subscription.ts";

/** The event of an operation on a resource, in the schema of a subscription. */
export function eventIn(
  schema: EventSubscription["schema"],
  source: string,
  subject: string,
  data: { operationName: string },
): object {
  const verb = data.operationName.split("/").at(-1) ?? "";
  const kind = { delete: "Delete", action: "Action" }[verb] ?? "Write";
  const type = `Microsoft.Resources.Resource${kind}Success`;
  const id = randomUUID();
  const time = new Date().toISOString();
  const topic = `/subscriptions/${source}`;
  return schema === "CloudEventSchemaV1_0"
    ? { specversion: "1.0", id, type, source: topic, subject, time, data }
    : { id, topic, subject, eventType: type, eventTime: time, dataVersion: "2", metadataVersion: "1", data };
}

/** The data of a resource event: the caller, the operation and the resource's id, but none of its properties. */
export function eventData(world: World, operationName: string, resourceUri: string) {
  const subscriptionId = resourceUri.split("/")[2] ?? "";
  const tenantId = world.subscriptions.get(subscriptionId.toLowerCase())?.tenantId ?? "";
  return {
    authorization: {
      scope: resourceUri,
      action: operationName,
      evidence: { role: "Contributor", principalType: "ServicePrincipal" },
    },
    claims: {
      appid: "2f5afa01-cdcb-4707-a62a-0803cc994c60",
      "http://schemas.microsoft.com/identity/claims/tenantid": tenantId,
    },
    correlationId: randomUUID(),
    resourceProvider: operationName.split("/")[0] ?? "",
    resourceUri,
    operationName,
    status: "Succeeded",
    subscriptionId,
    tenantId,
  };
}
