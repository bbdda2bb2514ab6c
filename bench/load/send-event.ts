import { randomUUID } from "node:crypto";

/**
 * Delivers the event of a new connection as Event Grid does. Returns the milliseconds until the answer, or undefined if
 * it is no success.
 */
export async function sendEvent(url: string, connection: string): Promise<number | undefined> {
  const event = {
    id: randomUUID(),
    subject: connection,
    eventType: "Microsoft.Resources.ResourceWriteSuccess",
    eventTime: new Date().toISOString(),
    dataVersion: "2",
    metadataVersion: "1",
    data: {
      resourceUri: connection,
      operationName: "Microsoft.ApiManagement/service/privateEndpointConnections/write",
      status: "Succeeded",
    },
  };
  const start = performance.now();
  const response = await fetch(`${url}/runtime/webhooks/EventGrid?functionName=connectionChanged`, {
    method: "POST",
    headers: { "content-type": "application/json", "aeg-event-type": "Notification" },
    body: JSON.stringify([event]),
  });
  await response.arrayBuffer();
  return response.ok ? performance.now() - start : undefined;
}
