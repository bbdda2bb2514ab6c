import {
  array,
  description,
  integer,
  nullable,
  number,
  object,
  exactOptional as optional,
  picklist,
  pipe,
  record,
  string,
} from "valibot";
import { alertTypes, severities } from "../../../lib/alerts/severity.ts";
import { anyObject, continuation, count, described, instant, text, texts } from "./pieces.ts";

/** Answers about the app: problems, health and alerts. */

export const Problem = object({
  type: text("URI of the type of problem; `about:blank` where the status says enough"),
  title: text("Summary of the problem"),
  status: pipe(number(), integer(), description("HTTP status code")),
  detail: optional(text("Explanation of this occurrence")),
  errors: optional(
    described(
      array(
        object({
          detail: text("What is wrong with the value"),
          pointer: optional(text("JSON Pointer into the body, as a URI fragment")),
          parameter: optional(text("Name of the query parameter")),
        }),
      ),
      "Every rejected value of the request",
    ),
  ),
});

const status = picklist(["ok", "degraded", "misconfigured"]);

export const Health = object({
  status: described(status, "`misconfigured` where a setting is not usable and nothing else is registered"),
  problems: texts(
    "What keeps the app from its work, or holds connections back as an open breaker does, without details of policies and declared addresses",
  ),
});

export const Access = object({
  caller: described(nullable(string()), "Caller that the token names; null where only a key was sent"),
  changeRefused: described(
    nullable(string()),
    "Why the caller may not re-evaluate and acknowledge; null where the caller may",
  ),
  decideRefused: described(
    nullable(string()),
    "Why the caller may not decide on a held connection; null where the caller may",
  ),
});

const run = (what: string) =>
  described(
    nullable(object({ startedAt: instant("Start"), endedAt: nullable(instant("Completion")) })),
    `Last ${what} of any instance; null where none started yet`,
  );

const scan = {
  at: instant("Completion"),
  services: count("Governed services in the inventory"),
  unread: texts("ARM ids, or what else could not be read"),
  stopped: optional(text("Why only a part was read")),
};

const sinceOrNull = (what: string) => nullable(instant(what));

export const EventPaths = object({
  readAt: instant("When the event subscriptions were read, once an hour"),
  subscriptions: count("Subscriptions with governed services or watched public IP addresses"),
  present: count("Subscriptions whose event subscriptions deliver to this app all that it needs"),
  absent: count("Subscriptions of which events do not arrive"),
  unknown: count("Subscriptions whose event subscriptions cannot be read or judged"),
  problems: described(
    array(
      object({
        subscription: text("Id of the subscription"),
        state: picklist(["absent", "unknown"]),
        reason: text("Which event subscription is missing or wrong, or why that is not known"),
      }),
    ),
    "The first 50 that are absent or unknown",
  ),
});

export const HealthDetails = object({
  status: described(status, "`ok` or `degraded`"),
  problems: texts("What keeps the app from its work, or holds connections back as an open breaker does"),
  mode: text("Configured mode"),
  policy: object({
    name: nullable(text("Name of the policy; null where it does not load")),
    hash: text("Hash of the policy, its parameters and the mode, as in decisions"),
  }),
  stateUnread: described(
    nullable(string()),
    "Why the state's table could not be read, so that the first start, the sweeps, the address checks, the breakers and the event paths are unknown, though null here; null where it was read",
  ),
  firstStartedAt: sinceOrNull(
    "When the app first ran on this table, as its first timer or request about its health recorded it; a little after the start of the process",
  ),
  sweeps: run("sweep"),
  addressChecks: run("address check"),
  lastSweep: described(
    nullable(object({ ...scan, due: count("Reviews that were due") })),
    "Last sweep of this instance",
  ),
  lastAddressCheck: described(
    nullable(
      object({
        ...scan,
        publicIps: count("Watched public IP address resources"),
        compared: count("Resources whose addresses were compared with their baseline"),
        nowhere: texts("Declared addresses of nothing that was observed, as `file:line`"),
        drifts: count("Address sets that differ from their baseline"),
      }),
    ),
    "Last address check of this instance",
  ),
  lastEvent: sinceOrNull("Last event that this instance received"),
  breakers: object({
    requests: sinceOrNull("Since when the requests breaker is open; null while it is closed"),
    requestsUntil: sinceOrNull("When that breaker closes at the earliest; null while it is closed"),
    approvals: sinceOrNull("Since when the approvals breaker is open; null while it is closed"),
    approvalsUntil: sinceOrNull("When that breaker closes at the earliest; null while it is closed"),
    revocationsRefused: count(
      "Revocations that the budget refused since the last sweep began. A connection that was tried twice counts twice; what was refused before that sweep may still wait",
    ),
    eventsMissing: sinceOrNull("Since when sweeps find requests that no event reported"),
    eventsMissingFrom: texts(
      "ARM ids of the services whose requests sweeps found so within the last hour, the newest 20; empty while events arrive",
    ),
  }),
  eventPaths: described(
    nullable(EventPaths),
    "Whether events of the governed subscriptions reach the app, as any instance found; null before the first address check",
  ),
  sinks: texts("Names of the alert sinks"),
  warnings: texts(
    "Settings that are valid but probably a mistake, sinks that are unavailable, subscriptions that Resource Graph does not show, event paths that were never read, and rights that Azure refused within a day",
  ),
  counters: described(record(string(), count("Count")), "Counters of this instance since its start"),
});

const policyText = { file: text("Path of the file"), text: text("Content of the file") };

export const Policy = object({
  name: text("Name of the policy"),
  hash: text("Hash of the policy, its parameters and the mode, as in decisions and the health"),
  files: described(array(object(policyText)), "Files of the policy, in order of their paths"),
  parameters: described(
    nullable(object(policyText)),
    "File of the values of its parameters; null where none is configured",
  ),
  values: anyObject("Values of parameters from the settings, which override those of the file"),
});

export const Doctor = object({
  at: instant("Start of the checks"),
  status: described(picklist(["ok", "findings"]), "`findings` where something is missing or was not reached"),
  problems: texts(
    "What keeps the app from its work, or holds connections back: settings that are not usable, overdue sweeps, breakers that are open, sinks that are unavailable",
  ),
  warnings: texts(
    "Settings that are valid but probably a mistake, subscriptions that Resource Graph does not show, event paths that were never read, and rights that Azure refused within a day",
  ),
  storage: described(
    array(
      object({
        what: text("What was tried, such as `write the table drawbridge`"),
        role: text("Built-in role that has the right"),
        state: described(
          picklist(["ok", "missing", "not testable"]),
          "`missing` where the storage refuses; `not testable` where it did not answer, has no such queue, or doctor does not try the right",
        ),
        detail: text("The storage's answer"),
        grant: optional(text("How to grant the right, where it is missing")),
      }),
    ),
    "Rights of the app's identity on its own resources; empty where a setting is not usable",
  ),
  sinks: described(
    array(
      object({
        name: text("Name of the sink"),
        givenUp: count("Alerts that were given up on it"),
        reportedAt: instant("Last report of the sink as dead"),
      }),
    ),
    "Sinks that did not accept alerts within the last two days",
  ),
  eventPaths: described(
    nullable(EventPaths),
    "Whether events of the governed subscriptions reach the app; null before the first address check",
  ),
  rights: described(
    array(
      object({
        action: text("Action of a role"),
        role: text("Role that has the action"),
        subscription: text("Id of the subscription"),
        state: described(
          picklist(["ok", "missing", "not testable"]),
          "`missing` where Azure refuses; `not testable` where nothing was there to read",
        ),
        reason: text("What the app needs the right for, and so what is lost without it"),
        detail: text("What was read, or why nothing was"),
        grant: optional(text("How to grant the right, where it is missing")),
      }),
    ),
    "Rights of the app's identity in each governed subscription, and in requesters' subscriptions that were sampled",
  ),
  notReached: texts("Ids of subscriptions that there was no time for"),
});

export const Alerts = object({
  alerts: described(
    array(
      object({
        id: text("Deterministic id"),
        type: described(picklist(alertTypes), "CloudEvents type"),
        subject: text("ARM id of what the alert is about"),
        time: instant("When the alert was raised"),
        severity: picklist(severities),
        data: anyObject("Data of the alert; its schema depends on the type"),
        sinks: texts("Sinks that the alert is for"),
        givenUp: optional(
          described(
            array(
              object({
                sink: text("Name of the sink"),
                at: instant("When delivery to it was given up"),
              }),
            ),
            "Sinks that never accepted the alert; absent if there is none",
          ),
        ),
      }),
    ),
    "Alerts of the page",
  ),
  continuation,
});
