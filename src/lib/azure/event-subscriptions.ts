import type { AdvancedFilter, Destination, EventSubscription } from "../estate/events/event-subscription.ts";
import { knownRead, mapRead, thenRead, unknownRead, valueOf, type Read } from "../estate/read.ts";
import {
  asArray,
  asId,
  asInstant,
  asList,
  asName,
  asObject,
  asString,
  asStrings,
  at,
  isNotInAnswer,
  type Decode,
} from "./arm-json.ts";
import { defined } from "./defined.ts";

const filter = asObject({
  types: at("includedEventTypes", asStrings),
  subjectBegins: at("subjectBeginsWith", asString),
  subjectEnds: at("subjectEndsWith", asString),
  advanced: at("advancedFilters", asArray),
});

const subscription = asObject({
  name: at("name", asName),
  provisioningState: at("properties.provisioningState", asName),
  expiresAt: at("properties.expirationTimeUtc", asInstant),
  destination: at("properties.destination", destinationFrom),
  // Where the topic's identity delivers, the other one is null.
  byIdentity: at("properties.deliveryWithResourceIdentity.destination", destinationFrom),
  filter: at("properties.filter", filter),
});

/**
 * The event subscriptions on a topic, as ARM answers them. All, or unknown: one that cannot be read may be the one that
 * matters.
 */
export function eventSubscriptionsFrom(members: readonly unknown[]): Read<readonly EventSubscription[]> {
  const read = members.map(eventSubscriptionFrom);
  const known = read.flatMap((each) => (each.kind === "known" ? [each.value] : []));
  return known.length === read.length ? knownRead(known) : unknownRead("incomplete-list");
}

function eventSubscriptionFrom(member: unknown): Read<EventSubscription> {
  return thenRead(subscription(member), (read) =>
    thenRead(read.name, (name) =>
      thenRead(read.destination.kind === "known" ? read.destination : read.byIdentity, (destination) =>
        mapRead(filterFrom(read.filter), (filters) => ({
          name,
          destination,
          filter: filters,
          ...defined({
            provisioningState: valueOf(read.provisioningState),
            expiresAt: valueOf(read.expiresAt),
          }),
        })),
      ),
    ),
  );
}

/** Without a filter everything passes. A part of it that is there and cannot be read makes it unknown. */
function filterFrom(read: ReturnType<typeof filter>): Read<EventSubscription["filter"]> {
  if (read.kind === "unknown") return isNotInAnswer(read) ? knownRead({}) : read;
  const { types, subjectBegins, subjectEnds, advanced } = read.value;
  for (const part of [types, subjectBegins, subjectEnds, advanced])
    if (part.kind === "unknown" && !isNotInAnswer(part)) return part;
  const list = valueOf(advanced);
  return knownRead(
    defined({
      types: valueOf(types),
      subjectBegins: valueOf(subjectBegins),
      subjectEnds: valueOf(subjectEnds),
      advanced: list === undefined ? undefined : list.map(advancedFrom),
    }),
  );
}

const advancedFilter = asObject({
  key: at("key", asName),
  operator: at("operatorType", asName),
  values: at("values", asList(asString)),
});

/** A filter that cannot be read has no key: whether an event passes it is not known. */
function advancedFrom(member: unknown): AdvancedFilter {
  const read = advancedFilter(member);
  if (read.kind === "unknown") return {};
  const { key, operator, values } = read.value;
  return defined({ key: valueOf(key), operator: valueOf(operator), values: valueOf(values) });
}

const functionId =
  /^\/subscriptions\/(?<subscriptionId>[^/]+)\/resourceGroups\/[^/]+\/providers\/Microsoft\.Web\/sites\/(?<site>[^/]+)\/functions\/(?<name>[^/]+)$/i;
const accountId = /\/providers\/Microsoft\.Storage\/storageAccounts\/(?<account>[^/]+)$/i;

/** A decoder of ids by an expression: its named groups. */
const asParts = (expression: RegExp) =>
  asId((text) => {
    const match = expression.exec(text);
    return match === null ? undefined : match.groups;
  });

const destinations: Readonly<Record<string, Decode<Destination>>> = {
  azurefunction: (properties) =>
    mapRead(
      at("resourceId", asParts(functionId))(properties),
      ({ subscriptionId = "", site = "", name = "" }) => ({
        kind: "function",
        subscriptionId: subscriptionId.toLowerCase(),
        site,
        function: name,
      }),
    ),
  storagequeue: (properties) =>
    thenRead(at("resourceId", asParts(accountId))(properties), ({ account = "" }) =>
      mapRead(at("queueName", asName)(properties), (queue) => ({ kind: "queue", account, queue })),
    ),
  // Azure shows the address without its query.
  webhook: (properties) =>
    mapRead(
      at(
        "endpointBaseUrl",
        asId((text) => (URL.canParse(text) ? new URL(text).hostname : undefined)),
      )(properties),
      (host) => ({ kind: "webhook", host }),
    ),
};

const place = asObject({
  type: at("endpointType", asName),
  properties: at("properties", knownRead<unknown>),
});

/** A destination of another type, or one of whose properties cannot be read, is not this app. */
function destinationFrom(value: unknown): Read<Destination> {
  return thenRead(place(value), ({ type, properties }) =>
    mapRead(type, (kind): Destination => {
      const decode = destinations[kind.toLowerCase()];
      const read = decode === undefined ? properties : thenRead(properties, decode);
      return decode !== undefined && read.kind === "known"
        ? (read.value as Destination)
        : { kind: "other", type: kind };
    }),
  );
}
