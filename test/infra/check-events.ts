import { readAddressEvent } from "../../src/lib/addresses/address-event.ts";
import { readEvent } from "../../src/lib/connections/event-targets.ts";
import { readConfig } from "../../src/lib/config/read-config.ts";
import { good } from "../config-makers.ts";
import { documentedOperations } from "./azure-operations.ts";
import { at, cases, ofType, type CaseName, type Deployment, type Resource } from "./deployment.ts";
import { registered } from "./registered.ts";

const group = "/subscriptions/11111111-1111-4111-8111-111111111111/resourceGroups/rg-apim/providers";
const scope = readConfig(good).scope;

/** Azure's list of operations has none for a migration; the path of the request implies this one. */
const notDocumented = ["Microsoft.ApiManagement/service/migrateToStv2/action"];
/** "Maximum number of values in advanced filters" of an event subscription. */
const valuesMax = 25;

/** What each function makes of an event that says that this operation was done; undefined where it passes it over. */
const readers: Readonly<Record<string, (operation: string) => boolean>> = {
  connectionChanged: (operation) => "ids" in readEvent(eventOf(operation), scope),
  addressesMayHaveChanged: (operation) => readAddressEvent(eventOf(operation)).kind === "check",
};

/** An event as Azure sends it: the resource has a name behind each type. */
function eventOf(operation: string): object {
  const [provider = "", ...types] = operation.split("/").slice(0, -1);
  const resourceUri = `${group}/${provider}${types.map((type) => `/${type}/name`).join("")}`;
  return {
    type: "Microsoft.Resources.ResourceWriteSuccess",
    data: { operationName: operation, resourceUri },
  };
}

/** Writes and deletes that a function reads; which actions change addresses is Azure's to say. */
function changesOf(name: string): readonly string[] {
  return documentedOperations.filter(
    (each) => /\/(write|delete)$/.test(each) && readers[name]?.(each) === true,
  );
}

export function eventProblems({ resources }: Deployment): string[] {
  return cases.events.flatMap((name) => {
    const found = ofType(resources[name], "Microsoft.EventGrid/systemTopics/eventSubscriptions");
    // Two on each topic. The default is one topic, of the app's own subscription. Delivery to the queue has no topic
    // without an identity, which the template refuses.
    const expected = { "events-own": 2, "events-queue": 4 }[name as string] ?? 6;
    const count = found.length === expected ? [] : [`${found.length} event subscriptions, not ${expected}`];
    return [...count, ...found.flatMap((each) => subscriptionProblems(each, name))].map(
      (each) => `${name}: ${each}`,
    );
  });
}

function subscriptionProblems(subscription: Resource, name: CaseName): string[] {
  const [, functionOf] = /(connections|addresses)$/.exec(subscription.name) ?? [];
  const handler = functionOf === "connections" ? "connectionChanged" : "addressesMayHaveChanged";
  const say = (problem: string) => `${subscription.name}: ${problem}`;
  return [
    ...destinationProblems(subscription, handler, name),
    ...filterProblems(subscription, handler),
    ...deadLetterProblems(subscription),
  ].map(say);
}

function destinationProblems(subscription: Resource, handler: string, name: CaseName): string[] {
  if (name === "events-queue") {
    const queue = at(
      subscription,
      "properties.deliveryWithResourceIdentity.destination.properties.queueName",
    );
    const isClosed = at(subscription, "properties.destination") === undefined;
    return queue === "events" && isClosed ? [] : [`it delivers to the queue ${String(queue)}`];
  }
  const id = String(at(subscription, "properties.destination.properties.resourceId"));
  const target = id.split("/").at(-1) ?? "";
  if (!registered().eventFunctions.includes(target)) return [`the app has no function ${target}`];
  return target === handler ? [] : [`it delivers to ${target}`];
}

function filterProblems(subscription: Resource, handler: string): string[] {
  const filters = at(subscription, "properties.filter.advancedFilters") as readonly Filter[] | undefined;
  const values = filters?.flatMap((each) => each.values) ?? [];
  const types =
    (at(subscription, "properties.filter.includedEventTypes") as readonly string[] | undefined) ?? [];
  const keys = filters?.map(({ key, operatorType }) => `${operatorType} ${key}`).join();
  return [
    ...(keys === "StringIn data.operationName" ? [] : [`the filter is ${keys}`]),
    ...(values.length <= valuesMax ? [] : [`${values.length} values in the filter`]),
    ...values
      .filter((each) => readers[handler]?.(each) !== true)
      .map((each) => `${handler} does not read ${each}`),
    ...values
      .filter((each) => ![...documentedOperations, ...notDocumented].includes(each))
      .map((each) => `Azure has no operation ${each}`),
    ...changesOf(handler)
      .filter((each) => !values.includes(each))
      .map((each) => `${each} does not pass the filter`),
    ...values
      .map(eventTypeOf)
      .filter((type) => !types.includes(type))
      .map((type) => `the filter lacks ${type}`),
    ...types
      .filter((type) => !values.map(eventTypeOf).includes(type))
      .map((type) => `nothing in the filter is a ${type}`),
  ];
}

interface Filter {
  readonly key: string;
  readonly operatorType: string;
  readonly values: readonly string[];
}

function eventTypeOf(operation: string): string {
  const done = { write: "Write", delete: "Delete", action: "Action" }[operation.split("/").at(-1) ?? ""];
  return `Microsoft.Resources.Resource${done}Success`;
}

/** A topic of somebody else without an identity has no dead letters; every other one has. */
function deadLetterProblems(subscription: Resource): string[] {
  const path = "properties.deadLetterWithResourceIdentity.deadLetterDestination.properties.blobContainerName";
  const container = at(subscription, path);
  const wanted = subscription.id.includes("/systemTopics/theirs/") ? undefined : "dead-letters";
  return container === wanted ? [] : [`dead letters go to ${String(container)}`];
}
