import { ok } from "../arm/response.ts";
import { forbidden, type ResourceProvider } from "../arm/request.ts";
import type { SystemTopic } from "../estate/world.ts";

/** Microsoft.EventGrid, as far as it is simulated: the system topics of a subscription, to read. */
export const handleSystemTopics: ResourceProvider = ({ world }, request) => {
  const { method, path, segments } = request;
  const [, subscription = "", , , type] = segments;
  if (method !== "GET" || segments.length !== 5 || type?.toLowerCase() !== "systemtopics") return undefined;
  const refusal = forbidden(request, "Microsoft.EventGrid/systemTopics/read", path);
  if (refusal !== undefined) return refusal;
  const topics = [...world.systemTopics.values()].filter(
    ({ subscriptionId }) => subscriptionId === subscription.toLowerCase(),
  );
  return ok({ value: topics.map(systemTopicJson) });
};

/** A system topic of a subscription, as Azure answers it. */
export function systemTopicJson({ id, name, subscriptionId, principalId }: SystemTopic) {
  return {
    id,
    name,
    type: "Microsoft.EventGrid/systemTopics",
    location: "global",
    ...(principalId === undefined ? {} : { identity: { type: "SystemAssigned", principalId } }),
    properties: {
      provisioningState: "Succeeded",
      source: `/subscriptions/${subscriptionId}`,
      topicType: "Microsoft.Resources.Subscriptions",
    },
  };
}
