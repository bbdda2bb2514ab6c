import { kindsOfTheApp } from "../../src/lib/alerts/catalogue-of-the-app.ts";
import { alertTypes, severityOf } from "../../src/lib/alerts/severity.ts";
import { kustoProblems } from "../queries/kusto.ts";
import { givenUp, unknownNames } from "../queries/names.ts";
import { difference } from "./check-grants.ts";
import { at, cases, ofType, type Deployment, type Resource } from "./deployment.ts";

/** What the app says is broken about itself: without a sink, only a rule tells anybody. */
const criticalTypes = alertTypes.filter((type) => type in kindsOfTheApp && severityOf[type] === "critical");

/** Each rule finds lines that the app writes, in tables and columns that there are. */
export function alertProblems({ resources, json }: Deployment): string[] {
  const rules = ofType(resources.app, "Microsoft.Insights/scheduledQueryRules");
  const named = rules.map(({ name }) => name.slice("drawbridge-".length));
  const ofRules = rules.map(
    (each) => [each.name, String(at(each, "properties.criteria.allOf.0.query"))] as const,
  );
  const items = (json("workbook.json") as { readonly items: readonly WorkbookItem[] }).items;
  const ofWorkbook = items.flatMap(({ name, content: { query } }) =>
    query === undefined ? [] : [[`workbook ${name}`, query] as const],
  );
  return [
    ...difference(["sweep-overdue", "poisoned", "policy-invalid", "forbidden", "events"], named),
    ...metricProblems(resources),
    ...forbiddenProblems(ofRules),
    ...criticalTypes
      .filter((type) => !ofRules.some(([, query]) => query.includes(`"${type}"`)))
      .map((type) => `no rule finds the alert ${type}`),
    ...givenUp
      .filter(
        (message) => !ofRules.some(([name, query]) => name.endsWith("-poisoned") && query.includes(message)),
      )
      .map((message) => `no rule counts "${message}"`),
    ...[...ofRules, ...ofWorkbook].flatMap(([name, query]) =>
      [...parsed(query), ...unknownNames(query)].map((problem) => `${name}: ${problem}`),
    ),
  ];
}

/** The rule on missing rights waits for the line of each 403, and not only for what some reads log. */
function forbiddenProblems(rules: readonly (readonly [string, string])[]): string[] {
  const found = rules.filter(([name]) => name.endsWith("-forbidden"));
  return found
    .filter(([, query]) => !query.includes('said == "Azure refused a request with 403"'))
    .map(([name]) => `${name}: it does not wait for each 403 of Azure`);
}

/** The parser takes a third of a second for each query, and most templates have the same. */
const parsedBefore = new Map<string, readonly string[]>();

function parsed(query: string): readonly string[] {
  const found = parsedBefore.get(query) ?? kustoProblems(query);
  parsedBefore.set(query, found);
  return found;
}

interface WorkbookItem {
  readonly name: string;
  readonly content: { readonly query?: string };
}

/** The event subscriptions that the rules on topics watch; others may have subscribed to the same topic. */
const watched = ["drawbridge-connections", "drawbridge-addresses"];
const notified: Readonly<Record<(typeof cases.events)[number], readonly string[]>> = {
  events: ["ag-drawbridge", "ag-platform"],
  "events-own": [],
  "events-queue": ["ag-drawbridge"],
};

/** Each topic with event subscriptions has rules on what they lose, also a topic of somebody else. */
function metricProblems(resources: Deployment["resources"]): string[] {
  return cases.events.flatMap((name) => {
    const rules = ofType(resources[name], "Microsoft.Insights/metricAlerts");
    const found = rules.map(
      (each) => `${metricOf(each)} of ${topicOf(String(at(each, "properties.scopes.0")))}`,
    );
    const subscriptions = ofType(resources[name], "Microsoft.EventGrid/systemTopics/eventSubscriptions");
    const topics = new Map(subscriptions.map((each) => [topicOf(each.id), losesWhat(each)]));
    const wanted = [...topics].flatMap(([topic, metrics]) => metrics.map((each) => `${each} of ${topic}`));
    return [...difference(wanted, found), ...rules.flatMap((each) => ruleProblems(each, notified[name]))].map(
      (each) => `${name}: ${each}`,
    );
  });
}

/** An event that is given up is a dead letter where the topic may write one, and is dropped elsewhere. */
function losesWhat(subscription: Resource): string[] {
  const hasDeadLetters = at(subscription, "properties.deadLetterWithResourceIdentity.identity") !== undefined;
  return [...(hasDeadLetters ? ["DeadLetteredCount"] : []), "DroppedEventCount", "DeliveryAttemptFailCount"];
}

function ruleProblems(rule: Resource, groups: readonly string[]): string[] {
  const dimension = at(rule, "properties.criteria.allOf.0.dimensions.0");
  const values = at(dimension, "values") as readonly string[] | undefined;
  const actions = at(rule, "properties.actions") as readonly { readonly actionGroupId: string }[];
  return [
    ...(at(dimension, "name") === "EventSubscriptionName" ? [] : ["counts the events of others"]),
    ...difference(watched, values ?? []),
    ...difference(
      groups,
      actions.map(({ actionGroupId }) => actionGroupId.split("/").at(-1) ?? ""),
    ).map((each) => `the action group ${each}`),
  ].map((problem) => `${rule.name}: ${problem}`);
}

const metricOf = (rule: Resource) => String(at(rule, "properties.criteria.allOf.0.metricName"));

/** A topic, or the topic of an event subscription, by its subscription and name. */
function topicOf(id: string): string {
  const [, , subscription, , , , , , topic] = id.split("/");
  return `${subscription}/${topic}`;
}
