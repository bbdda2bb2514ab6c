import { valueOf } from "../estate/read.ts";
import type { RightsAzure } from "./azure-rights.ts";
import { findingOf, notTestable, type Finding } from "./check.ts";
import type { TimeLimit } from "./time-limit.ts";

const actions = {
  topics: "Microsoft.EventGrid/systemTopics/read",
  eventSubscriptions: "Microsoft.EventGrid/systemTopics/eventSubscriptions/read",
} as const;

/** Reads the system topics of a subscription, and the event subscriptions on one of them: two reads. */
export async function checkEvents(
  rights: RightsAzure,
  subscription: string,
  limit: TimeLimit,
): Promise<readonly (readonly [string, Finding])[]> {
  const topics = await limit.read(() => rights.systemTopicsOf(subscription));
  const [topic] = valueOf(topics) ?? [];
  const found =
    topic === undefined
      ? notTestable("no system topic of the subscription can be read")
      : findingOf(
          await limit.read(() => rights.eventSubscriptions(topic)),
          `the event subscriptions of the system topic ${topic.name}`,
        );
  return [
    [actions.topics, findingOf(topics, "the list of system topics")],
    [actions.eventSubscriptions, found],
  ];
}

/** The findings where no event of a subscription is needed. */
export const eventsNotNeeded: readonly (readonly [string, Finding])[] = Object.values(actions).map(
  (action) => [action, notTestable("no event of the subscription is needed")],
);
