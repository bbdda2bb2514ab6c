import type { RightsAzure } from "../doctor/azure-rights.ts";
import { knownRead, mapRead, thenRead, type Read } from "../estate/read.ts";
import { armOrigin } from "./allowed-requests.ts";
import type { ArmClients } from "./arm-clients.ts";
import { armEvents, eventGridVersion } from "./arm-events.ts";
import { asId, asList, at } from "./arm-json.ts";
import { readArm } from "./read-arm.ts";

/** Reads below a subscription that no SDK of the app has an operation for. */
export function armPermissionProbes(clients: ArmClients): RightsAzure {
  const get = (subscriptionId: string, path: string): Promise<Read<unknown>> =>
    readArm(async (ask) =>
      knownRead(
        await ask.one(async ({ abortSignal, onResponse }) => {
          const { send } = await clients.of(subscriptionId);
          const url = `${armOrigin}/subscriptions/${subscriptionId}${path}`;
          onResponse(await send("GET", url, abortSignal));
        }),
      ),
    );
  return {
    subscription: (id) => get(id, "?api-version=2022-12-01"),
    systemTopicsOf: async (id) => {
      const read = await get(
        id,
        `/providers/Microsoft.EventGrid/systemTopics?api-version=${eventGridVersion}`,
      );
      return thenRead(read, (body) =>
        mapRead(topicIds(body), (topics) => topics.map((topic) => ({ ...topic, subscriptionId: id }))),
      );
    },
    eventSubscriptions: armEvents(clients).eventSubscriptions,
  };
}

const topicId = /\/resourceGroups\/([^/]+)\/providers\/Microsoft\.EventGrid\/systemTopics\/([^/]+)$/i;

/** The first page is enough to try a right. */
const topicIds = at(
  "value",
  asList(
    at(
      "id",
      asId((id) => {
        const match = topicId.exec(id);
        if (match === null) return undefined;
        const [, resourceGroup = "", name = ""] = match;
        return { resourceGroup, name };
      }),
    ),
  ),
);
