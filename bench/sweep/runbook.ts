import { setTimeout as sleep } from "node:timers/promises";
import { inParallel } from "./in-parallel.ts";

interface Listed {
  readonly value: readonly { readonly id: string; readonly properties: State }[];
}
interface State {
  readonly privateLinkServiceConnectionState: { readonly status: string };
}

const version = "api-version=2024-05-01";

/**
 * The way of the runbooks that people share: list the services of each subscription, get each, list its connections, and
 * approve what is Pending without looking. It waits as long as a refusal says.
 */
export async function runbook(
  url: string,
  subscriptions: readonly string[],
  atOnce: number,
): Promise<number> {
  const services: string[] = [];
  let approved = 0;
  await inParallel(subscriptions, atOnce, async (subscription) => {
    const { value } = await call<Listed>(
      url,
      `/subscriptions/${subscription}/providers/Microsoft.ApiManagement/service`,
    );
    services.push(...value.map(({ id }) => id));
  });
  // From all subscriptions in turn: one after the other, it would wait for one quota while the others lie idle.
  const inTurn = services.toSorted((a, b) => (nameOf(a) < nameOf(b) ? -1 : 1));
  await inParallel(inTurn, atOnce, async (service) => {
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
