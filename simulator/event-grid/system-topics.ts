import { armError, notFound, ok, type ArmResponse } from "../arm/response.ts";
import { forbidden, type ArmRequest, type ProviderContext, type ResourceProvider } from "../arm/request.ts";
import type { SystemTopic } from "../estate/world.ts";

/**
 * Microsoft.EventGrid, as far as it is simulated: the system topics of a subscription and their event subscriptions, to
 * read.
 */
export const handleSystemTopics: ResourceProvider = (context, request) => {
  const { method, segments } = request;
  if (method !== "GET") return undefined;
  const names = segments.map((each) => each.toLowerCase());
  if (names.length === 5 && names[4] === "systemtopics") return listTopics(context, request);
  const isList = names.length === 9 && names[6] === "systemtopics" && names[8] === "eventsubscriptions";
  return isList ? listEventSubscriptions(context, request) : undefined;
};

/** Page sizes of Azure's lists of event subscriptions. */
const topDefault = 20;
const topMax = 100;

/** A page of the event subscriptions on a topic. */
function listEventSubscriptions({ world }: ProviderContext, request: ArmRequest): ArmResponse {
  const { path, query, segments } = request;
  const topicId = `/${segments.slice(0, 8).join("/")}`;
  const refusal = forbidden(request, "Microsoft.EventGrid/systemTopics/eventSubscriptions/read", topicId);
  if (refusal !== undefined) return refusal;
  const topic = world.systemTopics.get(topicId.toLowerCase());
  if (topic === undefined) return notFound(topicId);
  const top = Number(query.get("$top") ?? topDefault);
  if (!Number.isInteger(top) || top < 1 || top > topMax)
    return armError(400, "InvalidRequest", "The value of $top must be from 1 to 100.");
  const from = Number(query.get("$skiptoken") ?? 0);
  const next = new URL(`https://management.azure.com${path}`);
  next.search = new URLSearchParams([
    ["api-version", query.get("api-version") ?? ""],
    ["$top", String(top)],
    ["$skiptoken", String(from + top)],
  ]).toString();
  return ok({
    value: topic.eventSubscriptions.slice(from, from + top).map(({ name, properties }) => ({
      id: `${topic.id}/eventSubscriptions/${name}`,
      name,
      type: "Microsoft.EventGrid/systemTopics/eventSubscriptions",
      properties: { topic: topic.id, provisioningState: "Succeeded", labels: [], ...properties },
    })),
    ...(topic.eventSubscriptions.length > from + top ? { nextLink: next.href } : {}),
  });
}

function listTopics({ world }: ProviderContext, request: ArmRequest): ArmResponse {
  const { path, segments } = request;
  const [, subscription = ""] = segments;
  const refusal = forbidden(request, "Microsoft.EventGrid/systemTopics/read", path);
  if (refusal !== undefined) return refusal;
  const topics = [...world.systemTopics.values()].filter(
    ({ subscriptionId }) => subscriptionId === subscription.toLowerCase(),
  );
  return ok({ value: topics.map(systemTopicJson) });
}

/** A system topic of a subscription, as Azure answers it. */
export function systemTopicJson({ id, name, subscriptionId, principalId, tags = {} }: SystemTopic) {
  return {
    id,
    name,
    type: "Microsoft.EventGrid/systemTopics",
    location: "global",
    tags,
    ...(principalId === undefined ? {} : { identity: { type: "SystemAssigned", principalId } }),
    properties: {
      provisioningState: "Succeeded",
      source: `/subscriptions/${subscriptionId}`,
      topicType: "Microsoft.Resources.Subscriptions",
    },
  };
}
