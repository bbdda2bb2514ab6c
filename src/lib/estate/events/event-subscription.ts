/** An event subscription on a system topic, as far as it decides which events arrive where. */
export interface EventSubscription {
  readonly name: string;
  /** `Succeeded` once it delivers; undefined if not in the answer. */
  readonly provisioningState?: string;
  /** When it stops to deliver; undefined for one without an end. */
  readonly expiresAt?: string;
  readonly destination: Destination;
  readonly filter: EventFilter;
}

export type Destination =
  | {
      readonly kind: "function";
      readonly subscriptionId: string;
      readonly site: string;
      readonly function: string;
    }
  | { readonly kind: "queue"; readonly account: string; readonly queue: string }
  /** Azure shows the address without its query, and so without the name of a function in it. */
  | { readonly kind: "webhook"; readonly host: string }
  | { readonly kind: "other"; readonly type: string };

export interface EventFilter {
  /** Types of events that pass; undefined or empty if all of them do. */
  readonly types?: readonly string[];
  /** Beginning and end of the subjects that pass; undefined or empty if any does. */
  readonly subjectBegins?: string;
  readonly subjectEnds?: string;
  /** An event has to pass each of them; undefined if there are none. */
  readonly advanced?: readonly AdvancedFilter[];
}

export interface AdvancedFilter {
  readonly key?: string;
  readonly operator?: string;
  /** Undefined where they are not a list of strings. */
  readonly values?: readonly string[];
}

/** Whether an event passes; `maybe` if that depends on more than its operation. */
type Passes = "yes" | "no" | "maybe";

/** Whether the events of an operation in an Azure subscription pass a filter. Event Grid ignores case. */
export function passes(filter: EventFilter, operation: string, subscriptionId: string): Passes {
  const verdicts = [
    typePasses(filter, operation),
    subjectPasses(filter, subscriptionId),
    ...(filter.advanced ?? []).map((each) => advancedPasses(each, operation)),
  ];
  if (verdicts.includes("no")) return "no";
  return verdicts.includes("maybe") ? "maybe" : "yes";
}

function typePasses({ types }: EventFilter, operation: string): Passes {
  const type = typeOf(operation).toLowerCase();
  return types === undefined || types.length === 0 || types.some((each) => each.toLowerCase() === type)
    ? "yes"
    : "no";
}

/** The type of the event that Event Grid publishes once an operation has succeeded. */
function typeOf(operation: string): string {
  const done = { write: "Write", delete: "Delete" }[operation.split("/").at(-1) ?? ""] ?? "Action";
  return `Microsoft.Resources.Resource${done}Success`;
}

/** A subject is the id of a resource: a filter on it that names more than the subscription leaves resources out. */
function subjectPasses(
  { subjectBegins = "", subjectEnds = "" }: EventFilter,
  subscriptionId: string,
): Passes {
  const start = `/subscriptions/${subscriptionId}/`;
  return start.startsWith(subjectBegins.toLowerCase()) && subjectEnds === "" ? "yes" : "maybe";
}

const tests: Readonly<Record<string, (text: string, value: string) => boolean>> = {
  stringin: (text, value) => text === value,
  stringbeginswith: (text, value) => text.startsWith(value),
  stringendswith: (text, value) => text.endsWith(value),
  stringcontains: (text, value) => text.includes(value),
};

function advancedPasses({ key = "", operator = "", values }: AdvancedFilter, operation: string): Passes {
  if (key.toLowerCase() !== "data.operationname" || values === undefined) return "maybe";
  const [, not, positive = ""] = /^string(not)?(in|beginswith|endswith|contains)$/i.exec(operator) ?? [];
  const test = tests[`string${positive.toLowerCase()}`];
  if (test === undefined) return "maybe";
  const text = operation.toLowerCase();
  const matches = values.some((value) => test(text, value.toLowerCase()));
  return matches === (not === undefined) ? "yes" : "no";
}
