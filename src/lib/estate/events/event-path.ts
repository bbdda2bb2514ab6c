import operations from "../../../../infra/events/operations.json" with { type: "json" };
import { isDue } from "../../clock.ts";
import type { AppEndpoints } from "../../config/config.ts";
import type { UnknownReason } from "../../policy/values/unknown-reason.ts";
import type { Read } from "../read.ts";
import { passes, type Destination, type EventSubscription } from "./event-subscription.ts";
import { joinTruncated } from "../../truncate-list.ts";

/** Whether the events of a subscription reach the app; if not, or if that cannot be told, why. */
export type EventPath =
  { readonly state: "present" } | { readonly state: "absent" | "unknown"; readonly reason: string };

/** What is governed or watched in a subscription, and so which of its events are needed. */
export type Needed = "services" | "publicIps";

interface Kind {
  readonly what: "connections" | "addresses";
  readonly function: keyof typeof operations;
  /** Name that infra/events gives to its event subscription. */
  readonly name: string;
  readonly operations: readonly string[];
}

const connections: Kind = {
  what: "connections",
  function: "connectionChanged",
  name: "drawbridge-connections",
  operations: operations.connectionChanged,
};
const addresses: Kind = {
  what: "addresses",
  function: "addressesMayHaveChanged",
  name: "drawbridge-addresses",
  operations: operations.addressesMayHaveChanged,
};
const kinds: Readonly<Record<Needed, readonly Kind[]>> = {
  services: [connections, addresses],
  publicIps: [
    {
      ...addresses,
      operations: addresses.operations.filter((each) => each.includes("/publicIPAddresses/")),
    },
  ],
};

/** The names of the queues and functions are those of src/index.ts. */
const queueName = "events";

export const noTopic: EventPath = { state: "absent", reason: "no system topic that the app can see" };

export function unknownPath(reason: UnknownReason): EventPath {
  const reasons: Partial<Record<UnknownReason, string>> = {
    forbidden:
      "the app may not read the topic's event subscriptions (403 for Microsoft.EventGrid/systemTopics/eventSubscriptions/read)",
    "not-attempted": "no time was left to read the topic's event subscriptions",
  };
  return {
    state: "unknown",
    reason: reasons[reason] ?? `the topic's event subscriptions cannot be read (${reason})`,
  };
}

interface Asked {
  readonly subscriptionId: string;
  readonly needed: Needed;
  readonly app: AppEndpoints;
  readonly now: Date;
}

/** Whether the event subscriptions on a subscription's system topic deliver every event that the app needs. */
export function eventPathOf(found: Read<readonly EventSubscription[]>, asked: Asked): EventPath {
  if (found.kind === "unknown") return unknownPath(found.reason);
  const paths = kinds[asked.needed].map((kind) => ({ kind, path: pathOf(found.value, kind, asked) }));
  const reasons = (state: EventPath["state"]) =>
    paths.flatMap(({ kind, path }) =>
      path.state === state && path.state !== "present" ? [`${kind.what}: ${path.reason}`] : [],
    );
  const absent = reasons("absent");
  if (absent.length > 0) return { state: "absent", reason: absent.join("; ") };
  const unknown = reasons("unknown");
  return unknown.length > 0 ? { state: "unknown", reason: unknown.join("; ") } : { state: "present" };
}

function pathOf(found: readonly EventSubscription[], kind: Kind, asked: Asked): EventPath {
  const { app, now, subscriptionId } = asked;
  const deliveringHere = found.filter(({ destination }) => delivers(destination, kind, app) === "here");
  const working = deliveringHere.filter((each) => deliveryProblem(each, now) === undefined);
  const undelivered = kind.operations.filter(
    (operation) => !working.some(({ filter }) => passes(filter, operation, subscriptionId) === "yes"),
  );
  if (undelivered.length === 0) return { state: "present" };
  const filteredFurther = working.filter(({ filter }) =>
    undelivered.some((operation) => passes(filter, operation, subscriptionId) === "maybe"),
  );
  const unclear = found.filter(({ destination }) => delivers(destination, kind, app) === "unclear");
  const reasons = [
    ...deliveringHere.flatMap((each) => deliveryProblem(each, now) ?? []),
    ...filteredFurther.map(
      ({ name }) => `${name} filters by more than the operation, so that events may be left out`,
    ),
    ...unclear.map(
      ({ name, destination }) => `${name} delivers to ${describe(destination)}, ${whyUnclear(destination)}`,
    ),
  ];
  if (filteredFurther.length + unclear.length > 0) return { state: "unknown", reason: reasons.join(", ") };
  if (working.length > 0)
    reasons.push(
      `${namesOf(working)} ${working.length > 1 ? "filter" : "filters"} out ${joinTruncated(undelivered, shownMax)}`,
    );
  return { state: "absent", reason: reasons.length > 0 ? reasons.join(", ") : elsewhere(found, kind) };
}

/** Why an event subscription delivers nothing, whatever its filter. */
function deliveryProblem(
  { name, provisioningState, expiresAt }: EventSubscription,
  now: Date,
): string | undefined {
  if (provisioningState !== undefined && provisioningState.toLowerCase() !== "succeeded")
    return `${name} has the provisioning state ${provisioningState}`;
  return expiresAt !== undefined && isDue(expiresAt, now) ? `${name} expired at ${expiresAt}` : undefined;
}

/** Whether a destination is this app; `unclear` if what Azure shows of it does not tell. */
function delivers(destination: Destination, kind: Kind, app: AppEndpoints): "here" | "elsewhere" | "unclear" {
  const isSame = (a: string, b: string | undefined) => a.toLowerCase() === b?.toLowerCase();
  switch (destination.kind) {
    case "queue":
      if (!isSame(destination.queue, queueName)) return "elsewhere";
      if (app.stateAccount === undefined) return "unclear";
      return isSame(destination.account, app.stateAccount) ? "here" : "elsewhere";
    case "function": {
      if (!isSame(destination.function, kind.function)) return "elsewhere";
      if (app.site === undefined) return "unclear";
      const isOurs =
        isSame(destination.site, app.site) &&
        (app.siteSubscription === undefined || isSame(destination.subscriptionId, app.siteSubscription));
      return isOurs ? "here" : "elsewhere";
    }
    case "webhook":
      return isSame(destination.host, app.hostname) ? "unclear" : "elsewhere";
    case "other":
      return "elsewhere";
  }
}

function whyUnclear({ kind }: Destination): string {
  if (kind === "queue")
    return "and the app's storage account is not known: name it with --state-account, or in DrawbridgeState of the app";
  return kind === "function"
    ? "and the function app is not known: name it with --app; on Azure the app has it in WEBSITE_SITE_NAME"
    : "and Azure does not show which function it names";
}

/** Why nothing is delivered here: ours points elsewhere, or there is none. */
function elsewhere(found: readonly EventSubscription[], { name }: Kind): string {
  const ours = found.find((each) => each.name.toLowerCase() === name);
  return ours === undefined
    ? "no event subscription on the topic delivers to this app"
    : `${ours.name} delivers to ${describe(ours.destination)}, which is not this app's`;
}

function describe(destination: Destination): string {
  switch (destination.kind) {
    case "function":
      return `the function ${destination.function} of ${destination.site}`;
    case "queue":
      return `the queue ${destination.queue} of ${destination.account}`;
    case "webhook":
      return `a webhook at ${destination.host}`;
    case "other":
      return `a destination of type ${destination.type}`;
  }
}

const namesOf = (found: readonly EventSubscription[]) => found.map(({ name }) => name).join(" and ");
const shownMax = 2;
