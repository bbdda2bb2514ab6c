import type { EventAzure } from "../estate/events/event-paths.ts";
import { thenRead, type Read } from "../estate/read.ts";
import { armOrigin } from "./allowed-requests.ts";
import type { ArmClients } from "./arm-clients.ts";
import { armGraph } from "./arm-graph.ts";
import { asString, at } from "./arm-json.ts";
import { listTimeoutMs, membersOf, readArm, type Ask } from "./read-arm.ts";
import { eventSubscriptionsFrom } from "./event-subscriptions.ts";

export const eventGridVersion = "2025-02-15";
/** Of a hundred, Azure's maximum. A topic takes five hundred event subscriptions. */
const pagesMax = 10;

/** The topics by Resource Graph, their event subscriptions by ARM. */
export function armEvents(clients: Pick<ArmClients, "graph" | "of">): EventAzure {
  return {
    systemTopics: armGraph(() => clients.graph()).systemTopics,
    eventSubscriptions: ({ subscriptionId, resourceGroup, name }) =>
      readArm(
        async (ask) =>
          thenRead(
            await listPages(
              ask,
              clients,
              subscriptionId,
              `/subscriptions/${subscriptionId}/resourceGroups/${encodeURIComponent(resourceGroup)}/providers/Microsoft.EventGrid/` +
                `systemTopics/${encodeURIComponent(name)}/eventSubscriptions?api-version=${eventGridVersion}&$top=100`,
            ),
            eventSubscriptionsFrom,
          ),
        listTimeoutMs,
      ),
  };
}

/** The members of all pages of a list that no SDK of the app has an operation for. */
async function listPages(
  ask: Ask,
  clients: Pick<ArmClients, "of">,
  subscriptionId: string,
  path: string,
): Promise<Read<readonly unknown[]>> {
  const bodies: unknown[] = [];
  let url: string | undefined = `${armOrigin}${path}`;
  while (url !== undefined && bodies.length < pagesMax) {
    const address: string = url;
    const body = await ask.one(async ({ abortSignal, onResponse }) => {
      const { send } = await clients.of(subscriptionId);
      onResponse(await send("GET", address, abortSignal));
    });
    bodies.push(body);
    const next = at("nextLink", asString)(body);
    url = next.kind === "known" && URL.canParse(next.value) ? next.value : undefined;
  }
  // Unknown where the last page that was read names another one.
  return membersOf(bodies);
}
