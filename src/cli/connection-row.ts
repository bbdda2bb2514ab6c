import type { Answer } from "../functions/http/answers.ts";
import { currentReason } from "./current-status.ts";
import type { Rows } from "./rows.ts";

// What `connections` and `held` share: the options that narrow them, and a connection as a row.

type Connection = Answer<"Connection">;

export const formats = ["table", "json", "csv"] as const;
export const service = {
  value: "<name>",
  description: "only of this service: apim-orders, or its ARM id",
} as const;
export const subscription = {
  value: "<id>",
  description: "only of services in this subscription",
} as const;

/** Columns that were added later are the last ones, so that a script finds the others where they were. */
export const csvColumns = [
  "at",
  "connection",
  "phase",
  "verdict",
  "rule",
  "ends",
  "reason",
  "state",
  "person",
  "decided",
  "requester",
  "endpoint",
  "message",
];

/** The end that comes first: of the approval's term, or by an announced revocation. */
function endOf({ term, revocation }: Pick<Connection, "term" | "revocation">): string {
  const [first] = [
    ...(term === undefined ? [] : [{ at: term.until, how: "" }]),
    ...(revocation === undefined ? [] : [{ at: revocation.dueAt, how: " (revocation)" }]),
  ].toSorted((one, other) => (one.at < other.at ? -1 : 1));
  return first === undefined ? "" : first.at + first.how;
}

const subscriptionOf = /^\/subscriptions\/([^/]+)/i;

export function rowOf(of: Connection): Rows[number] {
  const { connection, phase, state = "", verdict = "", person, rule = "", decidedAt, firstSeenAt } = of;
  const { endpointId: endpoint = "", message = "" } = of;
  const at = decidedAt ?? firstSeenAt;
  return {
    at,
    connection,
    phase,
    state,
    verdict,
    person: person?.by ?? "",
    decided: person?.verdict ?? "",
    rule,
    ends: endOf(of),
    reason: currentReason(of),
    requester: subscriptionOf.exec(endpoint)?.[1] ?? "",
    endpoint,
    message,
  };
}
