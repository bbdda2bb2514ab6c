import { setTimeout as sleep } from "node:timers/promises";
import { mapConcurrent } from "../../src/lib/map-concurrent.ts";

interface Listed {
  readonly value: readonly { readonly id: string; readonly properties: State }[];
}
interface State {
  readonly privateLinkServiceConnectionState: { readonly status: string };
}

const version = "api-version=2024-05-01";

/**
 * Works like the runbooks that people publish: lists the services of each subscription, gets each, lists its
 * connections, and approves every Pending one without checking it. After a 429 it waits as long as the response says.
 */
export async function runbook(
  url: string,
  subscriptions: readonly string[],
  atOnce: number,
): Promise<number> {
  const services: string[] = [];
  let approved = 0;
  await mapConcurrent(subscriptions, atOnce, async (subscription) => {
    const { value } = await call<Listed>(
      url,
      `/subscriptions/${subscription}/providers/Microsoft.ApiManagement/service`,
    );
    services.push(...value.map(({ id }) => id));
  });
  // Alternates between subscriptions: one after the other, it would wait for one quota while the others are unused.
  const alternating = services.toSorted((a, b) => (nameOf(a) < nameOf(b) ? -1 : 1));
  await mapConcurrent(alternating, atOnce, async (service) => {
    await call(url, service);
    const { value } = await call<Listed>(url, `${service}/privateEndpointConnections`);
    for (const { id, properties } of value) {
      if (properties.privateLinkServiceConnectionState.status !== "Pending") continue;
      const body = { id, properties: { privateLinkServiceConnectionState: { status: "Approved" } } };
      await call(url, id, body);
      approved++;
    }
  });
  return approved;
}

function nameOf(service: string): string {
  return service.split("/").at(-1) ?? "";
}

async function call<T>(url: string, path: string, body?: object): Promise<T> {
  for (;;) {
    const response = await fetch(`${url}${path}?${version}`, {
      method: body === undefined ? "GET" : "PUT",
      headers: { authorization: "Bearer simulated" },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
    if (response.ok) return (await response.json()) as T;
    await response.arrayBuffer();
    if (response.status !== 429) throw new Error(`${path} answered ${response.status}`);
    await sleep(Number(response.headers.get("retry-after") ?? "1") * 1000);
  }
}
