import type { answers } from "./answers.ts";
import type { RequestSchema } from "./read-request.ts";
import {
  acknowledgementBody,
  addressesQuery,
  addressHistoryQuery,
  alertsQuery,
  connectionsQuery,
  decisionBody,
  decisionsQuery,
  heldQuery,
  reevaluationBody,
} from "./requests.ts";

/** A status, what its answer holds, and the schema of that answer; `Problem` unless another is named. */
export type Responses = Readonly<
  Record<number, readonly [description: string, schema?: keyof typeof answers]>
>;

export interface Operation {
  readonly id: string;
  readonly summary: string;
  readonly query?: RequestSchema;
  readonly body?: { readonly name: string; readonly schema: RequestSchema };
  readonly responses: Responses;
  /** The operation needs no key. */
  readonly anonymous?: true;
}

const invalid = { 400: ["Problem details that list every error of the request"] } as const;

const unknown = { 404: ["No known resource has an id or name of the query"] } as const;

const health = {
  summary: "Health of the app",
  responses: {
    200: ["Health of a working app; a breaker may be open", "Health"],
    503: ["Problems of the app", "Health"],
  },
} as const;

/** Operations by path and method. The names of path parameters stand in braces. */
export const operations: Readonly<Record<string, Readonly<Record<string, Operation>>>> = {
  "/health": { get: { id: "health", ...health, anonymous: true } },
  "/health/details": {
    get: {
      id: "healthDetails",
      summary: "Health of the app with its problems in full, its configuration and its last runs",
      responses: {
        200: ["Details of a working app", "HealthDetails"],
        ...invalid,
        503: ["Details of an app with problems", "HealthDetails"],
      },
    },
  },
  "/access": {
    get: {
      id: "access",
      summary: "What the caller may do",
      responses: { 200: ["The caller, and which actions are refused to the caller", "Access"], ...invalid },
    },
  },
  "/overview": {
    get: {
      id: "overview",
      summary: "Every service with a summary of its connections, as the dashboard shows them",
      responses: { 200: ["Services and connections", "Overview"], ...invalid },
    },
  },
  "/doctor": {
    get: {
      id: "doctor",
      summary: "Rights, settings and event paths that the app lacks, found with its own identity",
      responses: { 200: ["Findings", "Doctor"], ...invalid },
    },
  },
  "/connections": {
    get: {
      id: "connections",
      summary: "Private endpoint connections with their phase and their last verdict, newest first",
      query: connectionsQuery,
      responses: { 200: ["Page of connections", "Connections"], ...invalid, ...unknown },
    },
  },
  "/held": {
    get: {
      id: "held",
      summary: "Connections that wait for a person, newest first",
      query: heldQuery,
      responses: { 200: ["Page of held connections", "Held"], ...invalid, ...unknown },
    },
  },
  "/connections/decide": {
    post: {
      id: "decideConnection",
      summary:
        "Decision of a person on a connection that is held, or in place of a person's approval that is not sent to Azure yet; needs a token of Entra ID with the role operator",
      body: { name: "Decision", schema: decisionBody },
      responses: {
        200: ["Recorded decision", "PersonalDecision"],
        ...invalid,
        403: ["Token without the role, no token, or a connection outside the governed scope"],
        404: ["No such connection"],
        409: [
          "Connection that is neither held nor an approval that waits, or a decision that the policy or the mode does not allow, or an approval that would end before it is applied",
        ],
      },
    },
  },
  "/decisions": {
    get: {
      id: "decisions",
      summary: "Entries of the audit chains: decisions with their facts, and their outcomes",
      query: decisionsQuery,
      responses: { 200: ["Page of entries", "Entries"], ...invalid, ...unknown },
    },
  },
  "/decisions/{id}": {
    get: {
      id: "decision",
      summary: "One entry of an audit chain",
      responses: { 200: ["The entry", "Entry"], ...invalid, 404: ["No entry with this id"] },
    },
  },
  "/addresses": {
    get: {
      id: "addresses",
      summary: "Current addresses, their baselines and their drift",
      query: addressesQuery,
      responses: { 200: ["Page of address sets", "Addresses"], ...invalid, ...unknown },
    },
  },
  "/addresses/history": {
    get: {
      id: "addressHistory",
      summary: "Address changes of one resource, oldest first",
      query: addressHistoryQuery,
      responses: { 200: ["Page of changes", "AddressHistory"], ...invalid, ...unknown },
    },
  },
  "/addresses/service-tags": {
    get: {
      id: "serviceTags",
      summary: "Service tags that stand for the addresses of tiers that share them",
      responses: { 200: ["Watched service tags", "ServiceTags"], ...invalid },
    },
  },
  "/addresses/acknowledge": {
    post: {
      id: "acknowledgeAddresses",
      summary: "Acknowledgement of the current addresses as the new baseline",
      body: { name: "Acknowledgement", schema: acknowledgementBody },
      responses: {
        200: ["New baseline", "Acknowledged"],
        ...invalid,
        403: ["Refused token or header, or a resource outside the governed scope"],
        404: ["No recorded addresses of the resource, or no service with this name"],
        409: ["Current addresses that differ from those named, or a declared baseline"],
      },
    },
  },
  "/alerts": {
    get: {
      id: "alerts",
      summary: "Alerts with the sinks that they are for, newest first",
      query: alertsQuery,
      responses: { 200: ["Page of alerts", "Alerts"], ...invalid, ...unknown },
    },
  },
  "/policy": {
    get: {
      id: "policy",
      summary: "The policy that runs, with the texts that it was loaded from",
      responses: { 200: ["The policy", "Policy"], ...invalid, 409: ["A policy that does not load"] },
    },
  },
  "/reevaluate": {
    post: {
      id: "reevaluate",
      summary: "Immediate review, or dry run of a review, of a connection, a service or a larger scope",
      body: { name: "Reevaluation", schema: reevaluationBody },
      responses: {
        200: ["Results, for a scope of at most one service", "Reevaluated"],
        202: ["Path of the status, also in Location, for a larger scope", "ReevaluationStarted"],
        ...invalid,
        403: ["Refused token or header, or a scope outside the governed scope"],
        404: ["No service with this id or name, or no service in the scope"],
        502: ["Azure could not be read"],
      },
    },
  },
  "/reevaluations/{id}": {
    get: {
      id: "reevaluations",
      summary: "Progress and results of a reevaluation",
      responses: {
        200: ["Status of the reevaluation", "ReevaluationStatus"],
        ...invalid,
        404: ["No reevaluation with this id"],
      },
    },
  },
};
