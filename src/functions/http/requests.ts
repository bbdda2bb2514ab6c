import {
  array,
  boolean,
  description,
  exactOptional as optional,
  maxLength,
  metadata,
  pipe,
  rawTransform,
  strictObject,
  string,
  transform,
} from "valibot";
import { addressSet } from "../../lib/addresses/model/address.ts";
import { addressKinds } from "../../lib/addresses/model/tier.ts";
import { alertKinds, severities, type severityOf } from "../../lib/alerts/severity.ts";
import { connectionStates } from "../../lib/azure-values.ts";
import { parseConnectionId, parseServiceId } from "../../lib/azure/resource-id.ts";
import { parseQualifiedName, parseServiceName } from "../../lib/connections/names.ts";
import { parseLargeScope } from "../../lib/connections/reevaluation/large-scope.ts";
import {
  connectionWaits,
  approvalEnds,
  phases,
  type Entry,
} from "../../lib/connections/record/connection-record.ts";
import { verdictKinds } from "../../lib/policy/evaluate/verdict.ts";
import { foldName } from "../../lib/fold-name.ts";
import { sanitizeText } from "../../lib/sanitize-text.ts";
import {
  choice,
  connection,
  flag,
  instant,
  location,
  page,
  parseAddressed,
  parsed,
  range,
  rangeOf,
  resource,
  service,
  subscription,
  suggestion,
} from "./values.ts";

/** Every query and body of the API. Each definition gives its type, its validation and its OpenAPI schema. */

export const entryKinds = [
  "decision",
  "outcome",
  "adoption",
  "archival",
] as const satisfies readonly Entry["kind"][];

const ruleName = parsed((text) => text, "must be the name of a rule", {
  description: "Name of the rule that decided",
});

/** The time by which lists of connections are ordered. */
const decidedRange = rangeOf("last decision, or of being first seen where there is none");

/** What a verdict is, in the query and in the answers. */
export const lastVerdict =
  "Policy's verdict in the last decision, also where a person decided otherwise; `hold` where a breaker keeps an approval waiting";

export const connectionsQuery = strictObject({
  service: optional(service),
  connection: optional(connection),
  subscription: optional(subscription("Id of the subscription of the service")),
  requester: optional(subscription("Id of the subscription of the endpoint")),
  phase: optional(choice(phases, "Phase of the connections")),
  verdict: optional(choice(verdictKinds, lastVerdict)),
  rule: optional(ruleName),
  end: optional(
    choice(
      approvalEnds,
      "How the approval ends: `term`, at a time; `revocation`, announced since the policy rejects it",
    ),
  ),
  wait: optional(
    choice(
      connectionWaits,
      "What the connections wait for: a `person`, a change `window`, another `mode`, or a `breaker` that is open, also where a person approved them",
    ),
  ),
  ...decidedRange,
  ...page,
});

const heldOrders = ["newest", "oldest"] as const;

export const heldQuery = strictObject({
  service: optional(service),
  subscription: optional(subscription("Id of the subscription of the service")),
  ...decidedRange,
  order: optional(
    choice(heldOrders, "`newest`: newest decision first. `oldest`: what has waited longest first"),
  ),
  ...page,
});

const orders = ["newest", "chain"] as const;

export const decisionsQuery = strictObject({
  service: optional(service),
  connection: optional(connection),
  kind: optional(choice(entryKinds, "Kind of the entries")),
  verdict: optional(
    choice(
      verdictKinds,
      "Policy's verdict of the decisions, also where a person decided otherwise; `hold` where a breaker keeps an approval waiting",
    ),
  ),
  ...range,
  order: optional(
    choice(
      orders,
      "`newest`: newest first over all services. `chain`: one service after the other, each from its first entry, as verification needs it",
    ),
  ),
  ...page,
});

const addressKind = choice(addressKinds, "Kind of the addresses");

export const addressesQuery = strictObject({
  resource: optional(resource),
  kind: optional(addressKind),
  location: optional(location),
  drifted: optional(flag("`true`: only addresses that drifted; `false`: only those that did not")),
  ...page,
});

export const addressHistoryQuery = strictObject({ resource, ...page });

type AlertType = keyof typeof severityOf;
const alertKind = choice(alertKinds, "Kind of the alerts");

export const alertsQuery = strictObject({
  resource: optional(
    parsed(
      (text) =>
        text === "app"
          ? text
          : (parseAddressed(text) ??
            parseConnectionId(text)?.service ??
            parseServiceName(parseQualifiedName(text)?.service ?? text)),
      'must be the ARM id of a service, a connection or a public IP address, the name of a service or a connection, or "app"',
      {
        description:
          "ARM id of a public IP address resource; ARM id or name of a service, or of a connection, which stands for its service; `app` for alerts about Drawbridge itself",
      },
    ),
  ),
  kind: optional(
    pipe(
      alertKind,
      transform((kind) => `Drawbridge.${kind}` as AlertType),
    ),
  ),
  severity: optional(choice(severities, "Severity of the alerts")),
  ...range,
  ...page,
});

/** Azure's states, which are an open set. Only what is nearly one of them is a typo. */
const connectionState = parsed(
  (text) =>
    suggestion(text, connectionStates) === "" ||
    connectionStates.some((each) => foldName(each) === foldName(text))
      ? text
      : undefined,
  (text) => `must be a state of a connection, such as "Pending"${suggestion(text, connectionStates)}`,
  { examples: ["Pending"] },
);
const statesExpected = 'must be a list of at most 20 states, such as ["Pending"]';

export const reevaluationBody = strictObject({
  scope: parsed(
    (text) =>
      parseConnectionId(text) ??
      parseServiceId(text) ??
      parseLargeScope(text) ??
      parseQualifiedName(text) ??
      parseServiceName(text),
    'must be "all", the ARM id of a connection, service, resource group, subscription or management group, or a name such as apim-orders',
    {
      description:
        "ARM id of a connection, service, resource group, subscription or management group; the name of a service, or of a connection with its service, such as `apim-orders/pe-payments`; `all` for everything governed",
    },
  ),
  dryRun: optional(
    pipe(
      boolean("must be true or false"),
      metadata({
        default: false,
        description:
          "`true`: report the policy's verdicts, and who decided otherwise, and change nothing; breakers and rate limits, which may put off what is approved, are left out",
      }),
    ),
  ),
  states: optional(
    pipe(
      array(connectionState, statesExpected),
      maxLength(20, statesExpected),
      metadata({ default: ["Pending"], description: "Connection states to review; case does not count" }),
    ),
  ),
});

const textMax = 500;
const addressesMax = 1_000;
const addressesExpected = `must be a list of at most ${addressesMax} addresses, such as ["203.0.113.10"]`;

/** Text that a person wrote, without characters that could pass for more than text in alerts and in the history. */
function personsText(expected: string, what: string) {
  return parsed(
    (given) => {
      const text = sanitizeText(given, Infinity).trim();
      return text === "" || text.length > textMax ? undefined : text;
    },
    `${expected}, in at most ${textMax} characters`,
    { minLength: 1, maxLength: textMax, description: what },
  );
}

export const decisionBody = strictObject({
  connection: parsed(
    (text) => parseConnectionId(text) ?? parseQualifiedName(text),
    "must be the ARM id of a private endpoint connection, or the names of its service and of the connection: apim-orders/pe-payments",
    {
      description:
        "ARM id of a private endpoint connection, or the whole names of its service and of the connection, such as `apim-orders/pe-payments`",
    },
  ),
  verdict: choice(
    ["approve", "reject"],
    "Decision on a connection that is held, or in place of an approval of a person that waits",
  ),
  reason: personsText(
    "must say why",
    "Why; recorded, and written to Azure as far as its description has room, where the requester reads it",
  ),
  until: optional(instant("For an approval: when it ends, and the connection is re-evaluated")),
});

export const acknowledgementBody = strictObject({
  resource,
  kind: optional(addressKind),
  location: optional(location),
  addresses: pipe(
    array(string('must be text, such as "203.0.113.10"'), addressesExpected),
    maxLength(addressesMax, addressesExpected),
    description("Every current address of what drifted; empty where none is left"),
    rawTransform<string[], readonly string[]>(({ dataset, addIssue, NEVER }) => {
      const set = addressSet(dataset.value);
      if (set !== undefined) return set;
      addIssue({ message: addressesExpected });
      return NEVER;
    }),
  ),
  reason: personsText("must say why", "Why the addresses are right; kept in the history"),
  by: optional(
    personsText(
      "must name a person",
      "Who acknowledges, where no token names the caller; kept in the history",
    ),
  ),
});
