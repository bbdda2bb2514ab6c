import { healthDetails } from "../../../src/functions/health.ts";
import type { Answer } from "../../../src/functions/http/answers.ts";
import { makeEventSubscriptions, makeSystemTopic, subscriptions } from "../../../simulator/estate/estate.ts";
import type { EventSubscription } from "../../../simulator/estate/world.ts";
import { rateLimits } from "../../workbench-services.ts";
import type { Workbench } from "../../workbench.ts";

/** What `health/details` shows of a workbench. */
export async function details({ services }: Workbench): Promise<Answer<"HealthDetails">> {
  const config = { mode: "enforce", warnings: [], rateLimits } as unknown as Parameters<
    typeof healthDetails
  >[0]["config"];
  const answer = await healthDetails({ ...services, config, addressProblems: [] })({
    url: "http://localhost/api/health/details",
    query: new URLSearchParams(),
  });
  return answer.jsonBody as Answer<"HealthDetails">;
}

/** Checks the addresses. Returns the event paths that are not present. */
export async function problemsIn(
  workbench: Workbench,
): Promise<readonly { readonly state: string; readonly reason: string }[]> {
  await workbench.check();
  const { eventPaths } = await details(workbench);
  return (eventPaths?.problems ?? []).map(({ state, reason }) => ({ state, reason }));
}

/** Gives the topic of a subscription other event subscriptions. */
export function putEventSubscriptions(
  { simulator }: Workbench,
  eventSubscriptions: readonly EventSubscription[],
  subscription = subscriptions.platform,
): void {
  const topic = makeSystemTopic(subscription, eventSubscriptions);
  simulator.world.systemTopics.set(topic.id.toLowerCase(), topic);
}

export type Properties = EventSubscription["properties"];

/** Gives one of the platform's two event subscriptions other properties. */
export function changeEventSubscription(
  workbench: Workbench,
  which: "connections" | "addresses",
  change: (properties: Properties) => object,
): void {
  const changed = makeEventSubscriptions().map(({ name, properties }) => ({
    name,
    properties: { ...properties, ...(name.endsWith(which) ? change(properties) : {}) },
  }));
  putEventSubscriptions(workbench, changed);
}

/** How many requests the simulator got whose path ends so. */
export function requestsTo({ simulator }: Workbench, part: string): number {
  return simulator.seen.filter(({ path }) => path.endsWith(part)).length;
}
